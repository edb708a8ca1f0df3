// Opens objects with access tokens by Twilio's own client, in a service that enforces permissions.
//
//   SYNC_URL=http://127.0.0.1:7072 CASES='[{ "token", "kind", "name", "opens" }]' node sessions-access.mjs
//
// Exits with 0 if just those open that shall, else with 1.

import assert from 'node:assert/strict';
import { SyncClient } from 'twilio-sync';

const { SYNC_URL, CASES } = process.env;
const uri = `${SYNC_URL.replace(/^http/, 'ws').replace(/\/+$/, '')}/v3/wsconnect`;
const clients = new Map();
let failed = false;

for (const { token, kind, name, opens, because } of JSON.parse(CASES)) {
  if (!clients.has(token)) clients.set(token, new SyncClient(token, { Twilsock: { uri }, retryPolicy: { min: 20, max: 200 }, logLevel: 'silent' }));
  const open = clients.get(token)[kind]({ id: name, mode: 'open_existing' });
  try {
    if (opens) {
      const object = await open;
      const written = { by: because };
      await object.set(written);
      assert.deepEqual(object.data, written);
    } else {
      await assert.rejects(open, ({ status }) => status === 403 || status === 404);
    }
  } catch (error) {
    failed = true;
    console.error(`${because}: ${kind} ${name} ${opens ? 'should open' : 'should not open'}: ${error.message}`);
  }
}
process.exit(failed ? 1 : 0);
