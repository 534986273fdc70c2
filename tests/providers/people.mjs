// Who can sign in at the providers that the tests start, and how those are told what they need. All invented.

import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

export const PEOPLE = {
  administrator: { name: 'Ada Ministrator', groups: ['staff'], employee_number: 'S-1' },
  head: { name: 'Hedda Head', groups: ['staff'], employee_number: 'S-2' },
  chair: { name: 'Charlie Chair', groups: ['governors'] },
  teacher: { name: 'Tess Teacher', groups: ['staff', 'choir'], employee_number: 'S-3' },
  pupil: { name: 'Penny Pupil', groups: ['staff', 'pupils'], employee_number: 'P-1' },
  parent: { name: 'Paul Parent', groups: [] },
};

// The page on which a browser chooses whom to sign in as: a form without a password, for tests on loopback alone.
export const choosing = (action, query) => `<!doctype html><html lang="en"><title>Choose</title>
<form method="post" action="${action}"><input type="hidden" name="query" value="${query.replace(/&/g, '&amp;').replace(/"/g, '&quot;')}">
<select name="user">${Object.keys(PEOPLE).map((user) => `<option>${user}</option>`).join('')}</select><button>Sign in</button></form>`;

export const form = async (request) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  return new URLSearchParams(body);
};

// Listens on a free port of this machine, then makes the provider: `make(issuer origin, Candour's address)` gives its
// request handler, what Candour has to be told, and how its keys are changed. Each further line changes the keys. It
// ends with its standard input, and so with the test.
export const serve = (make) => {
  let handler = (_, response) => response.writeHead(503).end();
  const server = createServer((request, response) => handler(request, response));
  server.listen(0, '127.0.0.1', async () => {
    const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
    const candour = (await lines.next()).value;
    const made = await make(`http://127.0.0.1:${server.address().port}`, candour);
    handler = made.handler;
    console.log(JSON.stringify(made.told));
    for await (const _ of lines) {
      await made.changeKeys();
      console.log('changed');
    }
    process.exit(0);
  });
};
