import assert from 'node:assert/strict';
import { listItemKind, makeItems, refuses, scenario, service, times } from './support.mjs';

const create = 'CreateSyncListItem', fetch = 'FetchSyncListItem', remove = 'DeleteSyncListItem', list = 'ListSyncListItem';

export const scenarios = [
  scenario('lists: indexes count events and are never used again', [create, remove, list], async () => {
    const { items, add, id, idsOf } = await makeItems(listItemKind);
    for (const index of [0, 1, 2]) assert.equal(id(await add()), index);
    assert.equal(await items(1).remove(), true);
    assert.equal(id(await add()), 4);
    assert.equal(await items(4).remove(), true);
    assert.equal(id(await add()), 6);
    assert.deepEqual(idsOf(await items.list()), [0, 2, 6]);
  }),

  scenario('lists: additions at once have consecutive indexes', [create, list], async () => {
    const { items, add, idsOf } = await makeItems(listItemKind);
    const indexes = Array.from({ length: 100 }, (_, index) => index);
    const created = await times(100, () => add());
    assert.deepEqual(idsOf(created).sort((a, b) => a - b), indexes);
    assert.deepEqual(idsOf(await items.list()), indexes);
  }),

  scenario('lists: items are in numerical order', [create, list], async () => {
    const { items, add, idsOf } = await makeItems(listItemKind);
    for (let n = 0; n < 12; n++) await add({ data: { n } });
    assert.deepEqual((await items.list()).map(({ data }) => data.n), Array.from({ length: 12 }, (_, n) => n));
    assert.deepEqual(idsOf(await items.list({ from: '9' })), [9, 10, 11]);
    assert.deepEqual(idsOf(await items.list({ from: 2, order: 'desc' })), [2, 1, 0]);
  }),

  scenario('lists: an index may be a number or text', [create, fetch], async () => {
    const { items, add } = await makeItems(listItemKind);
    await add({ data: { n: 0 } });
    for (const index of [0, '0']) assert.deepEqual((await items(index).fetch()).data, { n: 0 });
  }),

  scenario('lists: indexes that are none', [fetch, list], async () => {
    const { items } = await makeItems(listItemKind);
    await refuses(items('first').fetch(), { code: 54458 });
    await refuses(items(-1).fetch(), { code: 54458 });
    await refuses(items.list({ from: 'first' }), { code: 54458 });
    await refuses(items.list({ from: -1 }), { code: 54458 });
  }),

  scenario('lists: instances lead to their items', ['FetchSyncList', create], async () => {
    const { parent } = await makeItems(listItemKind);
    const instance = await service().syncLists(parent.name).fetch();
    assert.equal((await instance.syncListItems().create({ data: {} })).index, 0);
    assert.equal((await instance.syncListItems().list()).length, 1);
  }),

  scenario('lists: a new list under an old name counts from 0', ['DeleteSyncList', create], async () => {
    const { parent, add } = await makeItems(listItemKind);
    await times(3, () => add());
    await parent.context.remove();
    await service().syncLists.create({ uniqueName: parent.name });
    assert.equal((await service().syncLists(parent.name).syncListItems.create({ data: {} })).index, 0);
  }),
];
