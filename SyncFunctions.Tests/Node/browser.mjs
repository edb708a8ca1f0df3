// Two tabs of a page in a real browser share objects through the emulator, with the official client's bundle.
//
//   BROWSER=/usr/bin/chromium node browser.mjs
//
// Further environment: as for rest.mjs. Exits with 0 if all is well, else with 1.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { service, token, unique, until } from './realtime/support.mjs';
import { describe, fail } from './running.mjs';

const { BROWSER: executablePath, SYNC_URL } = process.env;
if (!executablePath) fail('not set: BROWSER');

const bundle = await readFile(new URL('builds/twilio-sync.min.js', import.meta.resolve('twilio-sync/package.json')));
const page = `<!doctype html><meta charset="utf-8"><title>Sync</title><link rel="icon" href="data:,"><script src="/twilio-sync.js"></script>`;
const server = http.createServer(({ url }, response) => {
  const [type, body] = url === '/' ? ['text/html', page] : url === '/twilio-sync.js' ? ['text/javascript', bundle] : [];
  response.writeHead(body ? 200 : 404, { 'Content-Type': type ?? 'text/plain' }).end(body);
});
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

/** A tab with the four objects open; it notes what it is told. */
async function open(identity, name) {
  const context = await browser.newContext();
  const tab = await context.newPage();
  const errors = [];
  tab.on('pageerror', error => errors.push(error.message));
  await tab.goto(`http://127.0.0.1:${server.address().port}/`);
  await tab.evaluate(async ({ token, uri, name }) => {
    const client = new Twilio.Sync.Client(token, { Twilsock: { uri }, retryPolicy: { min: 20, max: 200 }, logLevel: 'error' });
    const note = (kind, event) => ({ message, item, data, isLocal }) =>
      window.events.push([kind, event, message?.data ?? item?.data ?? data ?? null, isLocal]);
    const kinds = {
      document: ['updated', 'removed'], list: ['itemAdded', 'itemUpdated', 'itemRemoved'], map: ['itemAdded', 'itemUpdated', 'itemRemoved'], stream: ['messagePublished'],
    };
    Object.assign(window, { events: [], sync: { client } });
    for (const [kind, events] of Object.entries(kinds)) {
      const object = window.sync[kind] = await client[kind](name);
      await new Promise(resolve => object.on('_subscriptionStateChanged', state => state === 'established' && resolve()));
      for (const event of events) object.on(event, note(kind, event));
    }
  }, { token: token(identity), uri: `${SYNC_URL.replace(/^http/, 'ws').replace(/\/+$/, '')}/v3/wsconnect`, name });
  return { tab, errors, events: () => tab.evaluate(() => window.events) };
}

async function run() {
  const name = unique('browser');
  const tabs = [await open('alice', name), await open('bob', name)];
  const expected = [[], []];
  for (const [writer, { tab }] of tabs.entries()) {
    await tab.evaluate(async n => {
      await window.sync.document.set({ n, text: 'é😀' });
      const { index } = await window.sync.list.push({ n });
      await window.sync.list.set(index, { n, set: true });
      await window.sync.list.remove(index);
      await window.sync.map.mutate('shared', data => ({ sum: (data.sum ?? 0) + n }));
      await window.sync.stream.publishMessage({ n });
    }, writer + 1);
    const n = writer + 1;
    for (const reader of [0, 1]) {
      expected[reader].push(...[
        ['document', 'updated', { n, text: 'é😀' }],
        ['list', 'itemAdded', { n }], ['list', 'itemUpdated', { n, set: true }], ['list', 'itemRemoved', null],
        ['map', writer === 0 ? 'itemAdded' : 'itemUpdated', { sum: writer === 0 ? 1 : 3 }],
        ['stream', 'messagePublished', { n }],
      ].map(event => [...event, reader === writer]));
    }
    await until(async () => (await tabs[1 - writer].events()).length >= expected[1 - writer].length, 'the changes of the other tab');
  }
  await service().documents(name).update({ data: { byRest: true } });
  for (const [reader, { events, errors }] of tabs.entries()) {
    expected[reader].push(['document', 'updated', { byRest: true }, false]);
    await until(async () => (await events()).length >= expected[reader].length, 'the change by REST');
    assert.deepEqual(await events(), expected[reader]);
    assert.deepEqual(errors, []);
  }

  // A reloaded page finds everything.
  await tabs[0].tab.reload();
  const again = await open('alice', name);
  assert.deepEqual(await again.tab.evaluate(async () => [window.sync.document.data, (await window.sync.map.get('shared')).data]), [{ byRest: true }, { sum: 3 }]);
}

const error = await run().then(() => undefined, describe);
await browser.close();
server.close();
if (error !== undefined) console.error(error);
process.exit(error === undefined ? 0 : 1);
