import assert from 'node:assert/strict';
import { get, isRefusedWith, makeItems, mapItemKind, oddNames, race, refuses, scenario, segmentsOf, service, unique } from './support.mjs';

const create = 'CreateSyncMapItem', fetch = 'FetchSyncMapItem', update = 'UpdateSyncMapItem', remove = 'DeleteSyncMapItem', list = 'ListSyncMapItem';
const taken = { status: 409, code: 54208 };

export const scenarios = [
  scenario('maps: a key cannot be taken twice', [create, fetch, remove], async () => {
    const { items } = await makeItems(mapItemKind);
    const first = await items.create({ key: 'k', data: { n: 1 } });
    await refuses(items.create({ key: 'k', data: { n: 2 } }), taken);
    assert.deepEqual((await items('k').fetch()).toJSON(), first.toJSON());
    await items('k').remove();
    assert.deepEqual((await items.create({ key: 'k', data: { n: 3 } })).data, { n: 3 });
  }),

  scenario('maps: of 20 creations of one key at once, one wins', [create, fetch], async () => {
    const { items } = await makeItems(mapItemKind);
    const { won, lost } = await race(20, n => items.create({ key: 'k', data: { n } }));
    assert.equal(won.length, 1);
    for (const error of lost) isRefusedWith(taken.status, taken.code, error);
    assert.deepEqual((await items('k').fetch()).data, won[0].data);
  }),

  scenario('maps: create, else update, as everyone does it', [create, update, fetch], async () => {
    const { items } = await makeItems(mapItemKind);
    const upsert = (key, data) => items.create({ key, data })
      .catch(error => error.code === 54208 ? items(key).update({ data }) : Promise.reject(error));
    for (const n of [1, 2, 3]) await upsert('k', { n });
    assert.deepEqual((await items('k').fetch()).data, { n: 3 });
    const updateFirst = (key, data) => items(key).update({ data })
      .catch(error => error.code === 20404 ? items.create({ key, data }) : Promise.reject(error));
    for (const n of [4, 5]) await updateFirst('l', { n });
    assert.deepEqual((await items('l').fetch()).data, { n: 5 });
  }),

  scenario('maps: keys with odd characters', [create, fetch, update, remove, list], async () => {
    const { items } = await makeItems(mapItemKind);
    const keys = oddNames();
    await Promise.all(keys.map(async key => {
      const created = await items.create({ key, data: { key } });
      assert.equal(created.key, key);
      assert.equal((await get(created.url)).body.key, key);
      for (const segment of segmentsOf(key)) {
        const fetched = await items(segment).fetch();
        assert.deepEqual([fetched.key, fetched.data], [key, { key }], segment);
        assert.equal((await items(segment).update({ data: { key } })).key, key);
      }
      await refuses(items.create({ key, data: {} }), taken);
    }));
    assert.deepEqual((await items.list({ pageSize: 4 })).map(({ key }) => key).sort(), [...keys].sort());
    for (const key of keys) {
      const [first] = await items.list({ from: key, limit: 1 });
      assert.equal(first.key, key);
      assert.equal(await items(segmentsOf(key).at(-1)).remove(), true);
    }
    assert.deepEqual(await items.list(), []);
  }),

  scenario('maps: From with odd characters holds from page to page', [create, list], async () => {
    const { items } = await makeItems(mapItemKind);
    const keys = Array.from({ length: 9 }, (_, n) => `ä +%&=😀 ${n}`);
    for (const key of keys) await items.create({ key, data: {} });
    assert.deepEqual((await items.list({ from: keys[2], pageSize: 2 })).map(({ key }) => key), keys.slice(2));
  }),

  scenario('maps: keys of up to 320 characters', [create, fetch, remove], async () => {
    const { items } = await makeItems(mapItemKind);
    const key = 'k'.repeat(320);
    assert.equal((await items.create({ key, data: { n: 1 } })).key, key);
    assert.deepEqual((await items(key).fetch()).data, { n: 1 });
    assert.equal(await items(key).remove(), true);
    await refuses(items.create({ key: `${key}k`, data: {} }), { code: 54209 });
  }),

  scenario('maps: a key may look like a SID or a number', [create, fetch], async () => {
    const { parent, items } = await makeItems(mapItemKind);
    for (const key of [parent.sid, '0', '007', 'true', 'null', 'Items']) {
      await items.create({ key, data: { key } });
      assert.deepEqual((await items(key).fetch()).data, { key });
    }
  }),

  scenario('maps: keys are in the order of their code units', [create, list], async () => {
    const { items } = await makeItems(mapItemKind);
    const keys = ['+49', '007', '10', '9', 'Zebra', '_', 'apple', 'apple pie', 'apple-pie', 'apple.pie', 'apples', 'zebra', 'ärmel',
      'éclair', 'éclairs', '日本'];
    for (const key of [...keys].reverse()) await items.create({ key, data: {} });
    assert.deepEqual((await items.list()).map(({ key }) => key), keys);
    assert.deepEqual((await items.list({ order: 'desc', pageSize: 4 })).map(({ key }) => key), [...keys].reverse());
    assert.deepEqual((await items.list({ from: 'b' })).map(({ key }) => key), keys.slice(keys.indexOf('zebra')));
  }),

  scenario('maps: instances lead to their items', ['FetchSyncMap', create], async () => {
    const { parent } = await makeItems(mapItemKind);
    const instance = await service().syncMaps(parent.name).fetch();
    const key = unique();
    await instance.syncMapItems().create({ key, data: {} });
    assert.deepEqual((await instance.syncMapItems().list()).map(item => item.key), [key]);
  }),
];
