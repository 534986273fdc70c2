// npm `better-auth` with its OAuth provider, run for the sign-in tests: another codebase than `oidc-provider`, by other
// people. Its issuer has a path, its keys are Ed25519, and claims are in the ID token.

import { randomBytes } from 'node:crypto';
import { oauthProvider } from '@better-auth/oauth-provider';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { toNodeHandler } from 'better-auth/node';
import { jwt } from 'better-auth/plugins';
import { PEOPLE, choosing, form, serve } from '../people.mjs';

const TABLES = ['user', 'session', 'account', 'verification', 'jwks', 'oauthClient', 'oauthAccessToken', 'oauthRefreshToken',
  'oauthConsent', 'oauthResource', 'oauthClientResource', 'oauthClientAssertion', 'rateLimit'];
const PASSWORD = randomBytes(16).toString('hex');
const ELSEWHERE = 'https://candour.school.example';
const email = (user) => `${user}@sign-in.example`;
const user = (address) => address.split('@')[0];

serve(async (origin, candour) => {
  const db = Object.fromEntries(TABLES.map((table) => [table, []]));
  const issuer = `${origin}/api/auth`;
  const auth = betterAuth({
    baseURL: origin,
    secret: randomBytes(32).toString('hex'),
    database: memoryAdapter(db),
    emailAndPassword: { enabled: true },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: 'error' },
    disabledPaths: ['/token'],
    plugins: [
      jwt({ jwks: { rotationInterval: 86400 } }),
      oauthProvider({
        loginPage: '/choose', consentPage: '/choose',
        scopes: ['openid', 'profile', 'email', 'groups'],
        silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
        customIdTokenClaims({ user: { name, email: address } }) {
          const { groups, employee_number } = PEOPLE[user(address)];
          return { name, groups, employee_number };
        },
      }),
    ],
  });
  let cookie;
  for (const [id, { name }] of Object.entries(PEOPLE)) {
    const body = { email: email(id), name, password: PASSWORD };
    const { headers } = await auth.api.signUpEmail({ body, returnHeaders: true });
    cookie = headers.getSetCookie().map((set) => set.split(';')[0]).join('; ');
  }
  const client = await auth.api.adminCreateOAuthClient({
    headers: new Headers({ cookie }),
    body: {
      client_name: 'Candour', redirect_uris: [`${ELSEWHERE}/signin/callback`],
      post_logout_redirect_uris: [`${ELSEWHERE}/signed-out`],
      backchannel_logout_uri: `${ELSEWHERE}/signin/backchannel-logout`, backchannel_logout_session_required: true,
      token_endpoint_auth_method: 'client_secret_basic', grant_types: ['authorization_code'], response_types: ['code'],
      skip_consent: true, enable_end_session: true, require_pkce: true,
    },
  });
  // It registers https addresses alone: the Candour of the tests, on this machine, takes their place.
  for (const [field, value] of Object.entries(db.oauthClient[0])) {
    if (JSON.stringify(value)?.includes(ELSEWHERE)) {
      db.oauthClient[0][field] = JSON.parse(JSON.stringify(value).replaceAll(ELSEWHERE, candour));
    }
  }
  db.session.length = 0;
  const handle = toNodeHandler(auth);
  return {
    told: { issuer, client_id: client.client_id, client_secret: client.client_secret },
    // Their day has come: it draws a new one, and goes on publishing the old ones for a while.
    async changeKeys() { for (const key of db.jwks) key.expiresAt = new Date(Date.now() - 1000); },
    async handler(request, response) {
      const url = new URL(request.url, origin);
      if (url.pathname !== '/choose') return handle(request, response);
      if (request.method === 'GET') {
        return response.setHeader('content-type', 'text/html').end(choosing('/choose', url.search.slice(1)));
      }
      const chosen = await form(request);
      const signedIn = await auth.handler(new Request(`${issuer}/sign-in/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin, cookie: request.headers.cookie ?? '' },
        body: JSON.stringify({ email: email(chosen.get('user')), password: PASSWORD, oauth_query: chosen.get('query') }),
      }));
      for (const cookie of signedIn.headers.getSetCookie()) response.appendHeader('set-cookie', cookie);
      const answer = await signedIn.json().catch(() => ({}));
      const to = signedIn.headers.get('location') ?? answer.url;
      if (!to) return response.writeHead(400).end(JSON.stringify(answer));
      response.writeHead(303, { location: to }).end();
    },
  };
});
