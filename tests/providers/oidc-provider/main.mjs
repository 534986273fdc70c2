// npm `oidc-provider`, run for the sign-in tests: PKCE required, groups and the id of the register in userinfo, RSA keys
// that change at once, logout by either side.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { Provider } from 'oidc-provider';
import { PEOPLE, choosing, form, serve } from '../people.mjs';

const secret = randomBytes(32).toString('hex');

const key = () => ({
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  use: 'sig', alg: 'RS256', kid: randomBytes(8).toString('hex'),
});

// What is signed in, beside the provider and its keys. (What it keeps in memory by itself ends with it.)
const kept = new Map();
class Kept {
  constructor(model) { this.key = (id) => `${model}:${id}`; }
  async upsert(id, payload) {
    kept.set(this.key(id), structuredClone(payload));
    if (payload.uid) kept.set(`uid:${payload.uid}`, id);
  }
  async find(id) { return structuredClone(kept.get(this.key(id))); }
  async findByUid(uid) { return this.find(kept.get(`uid:${uid}`)); }
  async findByUserCode() { return undefined; }
  async consume(id) { kept.get(this.key(id)).consumed = Math.floor(Date.now() / 1000); }
  async destroy(id) { kept.delete(this.key(id)); }
  async revokeByGrantId(grant) {
    for (const [key, payload] of kept) if (payload.grantId === grant) kept.delete(key);
  }
}

const provider = (issuer, candour, keys) => {
  const made = new Provider(issuer, {
    adapter: Kept,
    jwks: { keys },
    cookies: { keys: [secret] },
    clients: [{
      client_id: 'candour', client_secret: secret, grant_types: ['authorization_code'], response_types: ['code'],
      redirect_uris: [`${candour}/signin/callback`], post_logout_redirect_uris: [`${candour}/signed-out`],
      backchannel_logout_uri: `${candour}/signin/backchannel-logout`, backchannel_logout_session_required: true,
    }],
    // It refuses to call this machine otherwise.
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
    pkce: { required: () => true },
    scopes: ['openid', 'groups'],
    claims: { openid: ['sub', 'sid', 'auth_time'], profile: ['name', 'employee_number'], groups: ['groups'] },
    ttl: { IdToken: 600, AccessToken: 600, Session: 86400, Grant: 86400, Interaction: 600 },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource(ctx, asking) {
          ctx.body = `<!doctype html><title>Sign out</title>${asking.replace('</form>', '<button name="logout" value="yes">Sign out</button></form>')}`;
        },
      },
    },
    async findAccount(_, id) {
      const { name, groups, employee_number } = PEOPLE[id] ?? {};
      return name && { accountId: id, claims: async () => ({ sub: id, name, groups, employee_number }) };
    },
    // Nobody is asked whether Candour may know their name.
    async loadExistingGrant({ oidc: { client, session } }) {
      const grant = new made.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid profile groups');
      await grant.save();
      return grant;
    },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  });
  return made;
};

serve(async (issuer, candour) => {
  let current = provider(issuer, candour, [key()]);
  return {
    told: { issuer, client_id: 'candour', client_secret: secret },
    // What is signed in stays so: sessions are kept beside the keys.
    async changeKeys() { current = provider(issuer, candour, [key()]); },
    async handler(request, response) {
      if (!request.url.startsWith('/interaction/')) return current.callback()(request, response);
      try {
        if (request.method === 'GET') {
          return response.setHeader('content-type', 'text/html').end(choosing(request.url, ''));
        }
        const login = { accountId: (await form(request)).get('user'), amr: ['pwd'] };
        await current.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
      } catch (error) {
        response.writeHead(400).end(String(error.message));
      }
    },
  };
});
