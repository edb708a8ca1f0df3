// Drives the emulator's realtime protocol with former versions of the official client, unmodified.
//
//   node old-clients.mjs [--only <text>] [--list]
//
// Environment: as for rest.mjs. Prints one JSON line a scenario; exits with 0 if all is well, else with 1.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { env, listItems, mapItems, service, times, token, unique, until } from './realtime/support.mjs';
import { choose, describe, requireUniqueNames, runAll, withTimeout } from './running.mjs';

const { values: args } = parseArgs({ options: { list: { type: 'boolean' }, only: { type: 'string' } } });
const require = createRequire(import.meta.url);
const packages = ['twilio-sync-1.0', 'twilio-sync-2.0', 'twilio-sync-3.2', 'twilio-sync-3.4'];
const count = 250;

const itemKinds = [
  { ...listItems, set: (list, index, data) => list.set(index, data) },
  { ...mapItems, set: (map, key, data) => map.set(key, data) },
];

const scenarios = packages.flatMap(name => [
  ['a document is opened, set and read', async open => {
    const [writer, reader] = [open(), open()];
    const document = await writer.document(unique('document'));
    const other = await reader.document(document.sid);
    const seen = [];
    other.on('updated', event => seen.push(event.data ?? other.data));
    await hears(seen, n => document.set({ n }));
    await document.update({ more: 'é😀' });
    await until(() => seen.at(-1).more === 'é😀', 'the update');
    assert.deepEqual((await open().document(document.sid)).data, document.data);
  }],

  ...itemKinds.flatMap(kind => [
    [`${kind.label}: items are added, set, read and removed, and others are told`, async open => {
      const [writer, reader] = [open(), open()];
      const object = await writer[kind.method](unique(kind.label));
      const other = await reader[kind.method](object.sid);
      const seen = [];
      for (const event of ['itemAdded', 'itemUpdated', 'itemRemoved']) {
        other.on(event, ({ item, index, key }) => seen.push([event, item ? kind.id(item) : index ?? key, item?.data]));
      }
      await hears(seen, n => kind.add(object, `a${n}`, { n }));
      const item = await kind.add(object, 'k 1/é', { a: 1 });
      const id = kind.id(item);
      await kind.set(object, id, { a: 2 });
      assert.deepEqual((await object.get(id)).data, { a: 2 });
      assert.deepEqual((await (await open()[kind.method](object.sid)).get(id)).data, { a: 2 });
      await object.remove(id);
      const own = () => seen.filter(([, about]) => about === id);
      await until(() => own().length >= 3, () => `three events, not ${JSON.stringify(seen)}`);
      assert.deepEqual(own().map(([event]) => event), ['itemAdded', 'itemUpdated', 'itemRemoved']);
      assert.deepEqual(own().slice(0, 2).map(([,, data]) => data), [{ a: 1 }, { a: 2 }]);
    }],

    ...['asc', 'desc'].flatMap(order => [100, 50, 7].map(pageSize => [
      `${kind.label}: ${count} items are paged through both ways, ${order} by ${pageSize}`, async open => {
        const { sid, ids } = await filled(kind);
        const expected = order === 'desc' ? [...ids].reverse() : ids;
        const object = await open()[kind.method](sid);
        const idsOf = page => page.items.map(kind.id);
        let page = await object.getItems({ pageSize, order });
        const pages = [idsOf(page)];
        while (page.hasNextPage && pages.length <= count) pages.push(idsOf(page = await page.nextPage()));
        assert.deepEqual(pages.flat(), expected);
        if (pageSize < 100) assert.ok(pages.slice(0, -1).every(ids => ids.length === pageSize), `pages of ${pages.map(ids => ids.length)}`);
        const back = [idsOf(page)];
        while (page.hasPrevPage && back.length <= count) back.unshift(idsOf(page = await page.prevPage()));
        assert.deepEqual(back.flat(), expected);
      }])),

    [`${kind.label}: pages from an item on, and before it`, async open => {
      const { sid, ids } = await filled(kind);
      for (const order of ['asc', 'desc']) {
        const expected = order === 'desc' ? [...ids].reverse() : ids;
        const idsOf = page => page.items.map(kind.id);
        const from = expected[100];
        const page = await (await open()[kind.method](sid)).getItems({ from, order, pageSize: 20 });
        assert.deepEqual(idsOf(page), expected.slice(100, 120));
        const next = await page.nextPage();
        assert.deepEqual(idsOf(next), expected.slice(120, 140));
        const before = await (await open()[kind.method](sid)).getItems({ from, order, pageSize: 20 });
        const earlier = await before.prevPage();
        assert.deepEqual(idsOf(earlier), expected.slice(80, 100));
        assert.deepEqual(idsOf(await earlier.nextPage()), expected.slice(100, 120));
      }
    }],
  ]),
].map(([about, run]) => ({ package: name, name: `${name}: ${about}`, run })));

requireUniqueNames(scenarios);
const selected = choose(scenarios, args, env);

const made = new Map();
let failed = 0;
await runAll(selected, run);
process.exit(failed ? 1 : 0);

async function run({ package: from, name, run }) {
  const started = performance.now();
  const exported = require(from);
  const SyncClient = exported.SyncClient ?? exported.Client ?? exported;
  assert.ok(SyncClient.version.startsWith(from.slice('twilio-sync-'.length)), `${from} is ${SyncClient.version}`);
  const clients = [];
  const open = () => {
    const uri = `ws://${new URL(env.SYNC_URL).host}/v3/wsconnect`;
    const client = new SyncClient(token(`old-${clients.length}`), { Twilsock: { uri }, twilsock: { uri }, logLevel: 'silent' });
    clients.push(client);
    return client;
  };
  const error = await withTimeout(() => run(open), 120_000).then(() => undefined, describe);
  await Promise.all(clients.map(client => Promise.race([client.shutdown(), new Promise(end => setTimeout(end, 1000))]).catch(() => {})));
  if (error !== undefined) failed++;
  console.log(JSON.stringify({ name, ok: error === undefined, ms: Math.round(performance.now() - started), error }));
}

/** A list or map of many items; every scenario that only reads one shares it. */
function filled(kind) {
  if (!made.has(kind)) {
    made.set(kind, (async () => {
      const { sid } = await kind.rest(service()).create({ uniqueName: unique(kind.label) });
      const items = kind.restItems(kind.rest(service())(sid));
      const added = await times(count, n => kind.restAdd(items, `key ${String(n).padStart(3, '0')}/ü`, { n }));
      return { sid, ids: added.map(kind.id).sort((a, b) => a < b ? -1 : 1) };
    })());
  }
  return made.get(kind);
}

/** Makes changes until the other client tells of one: from then on its subscription stands. */
function hears(seen, change) {
  let n = 0;
  return until(async () => {
    await change(n++);
    return seen.length > 0;
  }, 'the subscription');
}
