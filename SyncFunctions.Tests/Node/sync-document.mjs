// What clients/sync-document.js promises, step by step, over the functions, the emulator and Twilio's own client.
//
//   API_URL=http://127.0.0.1:7071 node sync-document.mjs
//
// The app must be configured with the types extension.stopSession (redirectURL mandatory), extension.startSession, onboarding.showMessage (text mandatory,
// level "info"), onboarding.startSession and extension.work. A line for each step; exits with 0 if all is well, else with 1.

import assert from 'node:assert/strict';
import process from 'node:process';
import { ActionTypes, TwilioSyncClient } from './clients/sync-document.js';
import { describe, fail, runAll } from './running.mjs';

const { API_URL } = process.env;
if (!API_URL) fail('not set: API_URL');

const clients = [];
let count = 0;

async function open(documentId, initialData, identity = 'student') {
  const client = await new TwilioSyncClient({ baseUri: `${API_URL}/api`, documentId, identity, initialData });
  clients.push(client);
  return client;
}

const newName = () => `session-${process.pid}-${count += 1}`;

async function until(condition, what) {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    if (await condition()) return;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  throw new Error(`never came: ${what}`);
}

async function call(name, parameters) {
  const response = await fetch(`${API_URL}/api/${name}`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(parameters),
  });
  return { status: response.status, body: await response.json() };
}

const scenarios = [
  ['the constructor is a promise of the client', async () => {
    let client;
    await new TwilioSyncClient({ baseUri: API_URL, documentId: newName(), identity: 'student' }).then(made => { client = made; });
    clients.push(client);
    assert.ok(client instanceof TwilioSyncClient);
    assert.deepEqual(client.getSync(), {});
  }],
  ['the initial data count only when the document is created', async () => {
    const name = newName();
    assert.deepEqual((await open(name, { step: 1 })).getSync(), { step: 1 });
    assert.deepEqual((await open(name, { step: 2, other: true })).getSync(), { step: 1 });
  }],
  ['setSync merges members of the first level', async () => {
    const client = await open(newName(), { a: { b: 1 }, c: 1 });
    assert.deepEqual(await client.setSync({ a: { d: 2 }, e: null }), { a: { d: 2 }, c: 1, e: null });
    assert.deepEqual(client.getSync(), { a: { d: 2 }, c: 1, e: null });
  }],
  ['members that two clients set at the same time all stay', async () => {
    const name = newName();
    const two = await Promise.all([open(name), open(name)]);
    await Promise.all(Array.from({ length: 20 }, (_, n) => two[n % 2].setSync({ [`m${n}`]: n })));
    await until(() => two.every(client => Object.keys(client.getSync()).length === 20), 'all members');
  }],
  ['every change tells all clients the whole data', async () => {
    const name = newName();
    const one = await open(name, { a: 1 });
    const other = await open(name);
    const seen = [];
    other.getEventEmitter().on('spSyncDocUpdated', data => seen.push(data));
    await one.setSync({ b: 2 });
    await until(() => seen.length === 1, 'the change');
    await call('patchDocument', { docName: name, patch: { c: 3 } });
    await until(() => seen.length === 2, 'the change of a function');
    assert.deepEqual(seen, [{ a: 1, b: 2 }, { a: 1, b: 2, c: 3 }]);
  }],
  ['an action has its executor, its name and its fields', async () => {
    const client = await open(newName());
    const added = await client.addAction('extension.stopSession', { redirectURL: 'https://example.com/é', number: 1.5 });
    assert.match(added.id, /^[0-9a-f-]{36}$/);
    assert.deepEqual(added, { id: added.id, action: 'stopSession', executor: 'extension', redirectURL: 'https://example.com/é', number: 1.5 });
    await until(() => client.getSync().extensionActions, 'the queue');
    assert.deepEqual(client.getSync().extensionActions, [added]);
  }],
  ['types are known by name, with the fields that are mandatory', async () => {
    const client = await open(newName());
    assert.equal(String(ActionTypes.extension.stopSession), 'extension.stopSession');
    assert.equal(ActionTypes.extension.stopSession.redirectURL, null);
    assert.equal(ActionTypes.onboarding.showMessage.level, 'info');
    const shown = await client.addAction(ActionTypes.onboarding.showMessage, { text: 'Hello' });
    assert.equal(shown.level, 'info');
    await assert.rejects(client.addAction(ActionTypes.extension.stopSession), { status: 400, message: /additionalInfo\.redirectURL is required/ });
    await assert.rejects(client.addAction('extension.nothing'), { status: 400, message: /actionType is not one of the configured/ });
  }],
  ['several actions are added in one write, or none', async () => {
    const client = await open(newName());
    await assert.rejects(
      client.addActions([{ actionType: 'extension.startSession' }, { actionType: 'extension.stopSession', additionalInfo: {} }]),
      { status: 400, message: /^actions\[1\]\.additionalInfo\.redirectURL is required/ });
    assert.equal(client.getSync().extensionActions, undefined);
    const updates = [];
    client.getEventEmitter().on('spSyncDocUpdated', data => updates.push(data));
    const added = await client.addActions([{ actionType: 'extension.startSession' }, { actionType: 'extension.work', additionalInfo: { n: 1 } }]);
    await until(() => updates.length, 'the actions');
    assert.deepEqual(updates, [{ extensionActions: added }]);
  }],
  ['without a subscriber an action stays, with one it is delivered and removed, the oldest first', async () => {
    const name = newName();
    const [student, extension] = await Promise.all([open(name), open(name, {}, 'extension')]);
    await student.addActions(Array.from({ length: 5 }, (_, n) => ({ actionType: 'extension.work', additionalInfo: { n } })));
    await until(() => extension.getSync().extensionActions?.length === 5, 'the queue');

    const got = [];
    extension.getEventEmitter().on('extensionActionsAdded', async action => {
      await new Promise(resolve => setTimeout(resolve, 5));
      got.push(action.n);
    });
    await until(() => got.length === 5, 'five actions');
    await student.addAction('extension.work', { n: 5 });
    await student.addAction('onboarding.startSession');
    await until(() => got.length === 6, 'the sixth action');
    assert.deepEqual(got, [0, 1, 2, 3, 4, 5]);
    await until(() => student.getSync().extensionActions.length === 0, 'the empty queue');
    await until(() => student.getSync().onboardingActions?.length === 1, 'the other queue');
    assert.deepEqual(Object.keys(extension.getSync()).sort(), ['extensionActions', 'onboardingActions']);
  }],
  ['each of 100 actions goes to one of two subscribers', async () => {
    const name = newName();
    const takers = await Promise.all([open(name), open(name)]);
    const got = [[], []];
    takers.forEach((taker, n) => taker.getEventEmitter().on('extensionActionsAdded', action => { got[n].push(action.n); }));
    for (let n = 0; n < 100; n += 20) {
      await takers[0].addActions(Array.from({ length: 20 }, (_, i) => ({ actionType: 'extension.work', additionalInfo: { n: n + i } })));
    }
    await until(() => got[0].length + got[1].length === 100, '100 actions');
    assert.deepEqual([...got[0], ...got[1]].sort((a, b) => a - b), Array.from({ length: 100 }, (_, n) => n));
    for (const mine of got) assert.deepEqual(mine, mine.toSorted((a, b) => a - b));
  }],
  ['an action whose delivery was lost is taken again', async () => {
    const name = newName();
    const client = await open(name);
    const real = globalThis.fetch;
    let lost = 0;
    globalThis.fetch = async (...call) => {
      const response = await real(...call);
      if (String(call[0]).endsWith('/takeActions') && call[1].body.includes(name) && lost < 2) {
        lost += 1;
        throw new TypeError('fetch failed');
      }
      return response;
    };
    try {
      const got = [];
      client.getEventEmitter().on('extensionActionsAdded', action => { got.push(action.n); });
      await client.addActions([1, 2, 3].map(n => ({ actionType: 'extension.work', additionalInfo: { n } })));
      await until(() => got.length === 3, 'three actions');
      assert.deepEqual([got, lost], [[1, 2, 3], 2]);
    } finally {
      globalThis.fetch = real;
    }
  }],
  ['respondTo asks the taker for an answer', async () => {
    const name = newName();
    const [student, extension] = await Promise.all([open(name), open(name)]);
    const answers = [];
    student.getEventEmitter().on('onboardingActionsAdded', action => { answers.push(action); });
    extension.getEventEmitter().on('extensionActionsAdded', action => extension.respond(action, { ok: true }));
    await student.addAction('extension.work', { n: 1 });
    await student.addAction('extension.startSession', { respondTo: 'onboarding' });
    await until(() => answers.length === 1, 'the answer');
    assert.deepEqual(answers, [{ id: answers[0].id, action: 'startSession', executor: 'onboarding', ok: true }]);
  }],
  ['a queue that goes back unchanged undoes nothing', async () => {
    const name = newName();
    const client = await open(name, { a: 1 });
    await client.addAction('extension.work', { n: 1 });
    await until(() => client.getSync().extensionActions, 'the queue');
    await client.setSync({ ...client.getSync(), a: 2 });
    assert.equal(client.getSync().extensionActions.length, 1);
    await call('takeActions', { docName: name, executor: 'extension', takeId: 'one' });
    assert.equal((await client.setSync({ $takes: [] })).$takes, undefined);
    const { body } = await call('takeActions', { docName: name, executor: 'extension', takeId: 'one' });
    assert.equal(body.actions[0].n, 1);
  }],
  ['a listener that fails does not keep others from being called', async () => {
    const client = await open(newName());
    const got = [];
    const { error } = console;
    console.error = () => {};
    try {
      client.getEventEmitter()
        .on('extensionActionsAdded', () => { throw new Error('a listener'); })
        .on('extensionActionsAdded', action => { got.push(action.n); })
        .once('extensionActionsAdded', action => { got.push(-action.n); });
      await client.addActions([1, 2].map(n => ({ actionType: 'extension.work', additionalInfo: { n } })));
      await until(() => got.length === 3, 'two actions');
      assert.deepEqual(got, [1, -1, 2]);
    } finally {
      console.error = error;
    }
  }],
].map(([name, run]) => ({ name, run }));

let failed = false;
await runAll(scenarios, async ({ name, run }) => {
  const error = await run().then(() => undefined, describe);
  failed ||= error !== undefined;
  console.log(JSON.stringify({ name, ok: error === undefined, ...error && { error } }));
});
await Promise.allSettled(clients.map(client => client.close()));
process.exit(failed ? 1 : 0);
