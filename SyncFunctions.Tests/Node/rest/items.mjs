// What list items and map items have in common.

import assert from 'node:assert/strict';
import { richData } from './data.mjs';
import {
  answers, baseUrl, dataOf, env, get, hasFields, isNotFound, isOnTheWire, isRefusedWith, makeItems, race, refuses, scenario, service, sleep, times, unique,
} from './support.mjs';

const fields = (kind, parent, item, more) => ({
  [kind.idField]: item[kind.idField],
  accountSid: env.ACCOUNT_SID,
  serviceSid: env.SERVICE_SID,
  [kind.parentField]: parent.sid,
  url: `${baseUrl}/Services/${env.SERVICE_SID}/${kind.parent.path}/${parent.sid}/Items/${item[kind.idField]}`,
  revision: /./,
  data: {},
  dateExpires: null,
  dateCreated: Date,
  dateUpdated: Date,
  createdBy: 'system',
  ...more,
});

export const scenarios = kind => {
  const { label, resource, parent: { path, resource: parentResource } } = kind;
  const create = `Create${resource}`, fetch = `Fetch${resource}`, update = `Update${resource}`, remove = `Delete${resource}`, list = `List${resource}`;

  return [
    scenario(`${label}: created and fetched with every field`, [create, fetch], async () => {
      const { parent, items, id } = await makeItems(kind);
      const { body: created } = await answers(201, items.createWithHttpInfo({ ...kind.newId(), data: { n: 1 } }));
      assert.equal(typeof id(created), typeof kind.absentId);
      hasFields(created, fields(kind, parent, created, { data: { n: 1 } }));
      await isOnTheWire(created);
      const { body: fetched } = await answers(200, items(id(created)).fetchWithHttpInfo());
      assert.deepEqual(fetched.toJSON(), created.toJSON());
    }),

    scenario(`${label}: addressed by the ${kind.parent.label.slice(0, -1)}'s SID and name`, [create, fetch, update, remove, list], async () => {
      const { parent, add, id } = await makeItems(kind);
      for (const address of [parent.sid, parent.name]) {
        const items = kind.of(kind.parent.of(service())(address));
        const item = await add({ data: { address } });
        assert.deepEqual((await items(id(item)).fetch()).toJSON(), item.toJSON());
        assert.deepEqual((await items(id(item)).update({ data: {} })).data, {});
        assert.deepEqual((await items.list()).map(id), [id(item)]);
        assert.equal(await items(id(item)).remove(), true);
        assert.deepEqual(await items.list(), []);
      }
    }),

    scenario(`${label}: data is replaced, not merged`, [create, update, fetch], async () => {
      const { items, add, id } = await makeItems(kind);
      const item = await add({ data: { a: 1, b: { c: 2, d: 3 } } });
      const { body: updated } = await answers(200, items(id(item)).updateWithHttpInfo({ data: { b: { d: 4 } } }));
      assert.deepEqual(updated.data, { b: { d: 4 } });
      assert.equal(id(updated), id(item));
      assert.notEqual(updated.revision, item.revision);
      assert.equal(+updated.dateCreated, +item.dateCreated);
      const fetched = await items(id(item)).fetch();
      assert.deepEqual(fetched.toJSON(), updated.toJSON());
      assert.deepEqual((await fetched.update({ data: {} })).data, {});
    }),

    scenario(`${label}: a matching revision lets a change through, another does not`, [create, update, fetch, remove], async () => {
      const { items, add, id } = await makeItems(kind);
      await add();
      const first = await add({ data: { n: 0 } });
      const item = items(id(first));
      const second = await item.update({ data: { n: 1 }, ifMatch: first.revision });
      assert.deepEqual(second.data, { n: 1 });
      await refuses(item.update({ data: { n: 2 }, ifMatch: first.revision }), { status: 412 });
      await refuses(item.remove({ ifMatch: first.revision }), { status: 412 });
      assert.deepEqual((await item.fetch()).toJSON(), second.toJSON());
      const { body: removed } = await answers(204, item.removeWithHttpInfo({ ifMatch: second.revision }));
      assert.equal(removed, true);
      await isNotFound(item.fetch());
    }),

    scenario(`${label}: ETag follows the revision and serves as If-Match`, [create, update, fetch], async () => {
      const { items, id } = await makeItems(kind);
      const { body: created, headers: { etag: first } } = await answers(201, items.createWithHttpInfo({ ...kind.newId(), data: {} }));
      const item = items(id(created));
      assert.ok(first);
      assert.equal((await answers(200, item.fetchWithHttpInfo())).headers.etag, first);
      const { headers: { etag: second } } = await answers(200, item.updateWithHttpInfo({ data: { n: 1 }, ifMatch: first }));
      assert.ok(second);
      assert.notEqual(second, first);
      await refuses(item.update({ data: { n: 2 }, ifMatch: first }), { status: 412 });
    }),

    scenario(`${label}: of 20 updates to one revision at once, one wins`, [create, update, fetch], async () => {
      const { items, add, id } = await makeItems(kind);
      const { revision, ...created } = await add();
      const item = items(id(created));
      const { won, lost } = await race(20, n => item.update({ data: { n }, ifMatch: revision }));
      assert.equal(won.length, 1);
      for (const error of lost) isRefusedWith(412, undefined, error);
      assert.deepEqual((await item.fetch()).toJSON(), won[0].toJSON());
    }),

    scenario(`${label}: of 20 removals at once, one wins`, [create, remove], async () => {
      const { items, add, id } = await makeItems(kind);
      const item = items(id(await add()));
      const { won, lost } = await race(20, () => item.remove());
      assert.deepEqual(won, [true]);
      for (const error of lost) isRefusedWith(404, 20404, error);
    }),

    scenario(`${label}: 40 additions at once are all kept`, [create, list], async () => {
      const { items, add, id, idsOf } = await makeItems(kind);
      const added = await Promise.all(Array.from({ length: 40 }, (_, n) => add({ data: { n } })));
      assert.equal(new Set(idsOf(added)).size, 40);
      const byId = found => Object.fromEntries(found.map(item => [id(item), item.data.n]));
      assert.deepEqual(byId(await items.list()), byId(added));
    }),

    scenario(`${label}: data comes back as it was`, [create, update, fetch, list], async () => {
      const { items, add, id } = await makeItems(kind);
      for (const data of richData) {
        const created = await add({ data });
        assert.deepEqual(created.data, data);
        assert.deepEqual((await items(id(created)).fetch()).data, data);
        assert.deepEqual((await items(id(created)).update({ data: { other: true } })).data, { other: true });
        assert.deepEqual((await items(id(created)).update({ data })).data, data);
        assert.deepEqual((await items.list()).find(item => id(item) === id(created)).data, data);
      }
      const asText = await add({ data: String.raw` { "s" : "\u00fc\ud83d\ude00" } ` });
      assert.deepEqual(asText.data, { s: 'ü😀' });
    }),

    scenario(`${label}: data that is no JSON or too large`, [create, update], async () => {
      const { items, add, id } = await makeItems(kind);
      const full = dataOf(16_384);
      const item = await add({ data: full });
      assert.deepEqual(item.data, full);
      assert.deepEqual((await items(id(item)).update({ data: full })).data, full);
      for (const data of ['not json', '{firstName:Alice}', '{"a":1']) {
        await refuses(add({ data }), { status: 400, code: 54008 });
        await refuses(items(id(item)).update({ data }), { status: 400, code: 54008 });
      }
      for (const data of [dataOf(20_000), { s: '€'.repeat(6000) }]) {
        await refuses(add({ data }), { status: 413, code: 54006 });
        await refuses(items(id(item)).update({ data }), { status: 413, code: 54006 });
      }
      assert.equal((await items.list()).length, 1);
    }),

    scenario(`${label}: an update needs something to update`, [create, update], async () => {
      const { items, add, id } = await makeItems(kind);
      await refuses(items(id(await add())).update({}), { code: 54010 });
    }),

    scenario(`${label}: absent ones`, [fetch, update, remove], async () => {
      const { parent, items } = await makeItems(kind);
      for (const address of [parent.sid, parent.name]) {
        const absent = kind.of(kind.parent.of(service())(address))(kind.absentId);
        const missing = `${env.SERVICE_SID}/${path}/${address}/Items/${kind.absentId}`;
        await isNotFound(absent.fetch(), missing);
        await isNotFound(absent.update({ data: {} }), missing);
        await isNotFound(absent.remove(), missing);
      }
      assert.deepEqual(await items.list(), []);
    }),

    scenario(`${label}: of an absent ${kind.parent.label.slice(0, -1)}`, [create, fetch, update, remove, list], async () => {
      const absent = unique('absent');
      const items = kind.of(kind.parent.of(service())(absent));
      const missing = `${env.SERVICE_SID}/${path}/${absent}/Items`;
      await isNotFound(items.create({ ...kind.newId(), data: {} }), missing);
      await isNotFound(items.list(), missing);
      await isNotFound(items(0).fetch(), `${missing}/0`);
      await isNotFound(items(0).update({ data: {} }), `${missing}/0`);
      await isNotFound(items(0).remove(), `${missing}/0`);
    }),

    scenario(`${label}: go with their ${kind.parent.label.slice(0, -1)}`, [create, fetch, `Delete${parentResource}`], async () => {
      const { parent, items, add, idsOf } = await makeItems(kind);
      const ids = idsOf(await times(3, () => add()));
      assert.equal(await parent.context.remove(), true);
      for (const id of ids) await isNotFound(items(id).fetch());
      await isNotFound(items.list());
      const { sid } = await kind.parent.of(service()).create({ uniqueName: parent.name });
      assert.notEqual(sid, parent.sid);
      const fresh = kind.of(kind.parent.of(service())(parent.name));
      assert.deepEqual(await fresh.list(), []);
      for (const id of ids) await isNotFound(fresh(id).fetch());
    }),

    scenario(`${label}: a change shows in the ${kind.parent.label.slice(0, -1)}'s date`, [create, `Fetch${parentResource}`], async () => {
      const { parent, add } = await makeItems(kind);
      await sleep(1100);
      const item = await add();
      const { dateCreated, dateUpdated } = await parent.context.fetch();
      assert.equal(+dateCreated, +parent.object.dateCreated);
      assert.ok(dateUpdated > dateCreated);
      assert.ok(dateUpdated >= item.dateCreated);
    }),

    scenario(`${label}: list, each and page`, [create, list], async () => {
      const { items, add, idsOf } = await makeItems(kind);
      assert.deepEqual(await items.list(), []);
      const created = await times(7, n => add({ data: { n } }));
      const ids = idsOf(await items.list());
      assert.deepEqual([...ids].sort(), idsOf(created).sort());
      assert.deepEqual(idsOf(await items.list({ pageSize: 3 })), ids);
      assert.deepEqual(idsOf(await items.list({ limit: 5 })), ids.slice(0, 5));
      assert.deepEqual(idsOf(await items.list({ limit: 5, pageSize: 2 })), ids.slice(0, 5));
      const met = [];
      await items.each({ pageSize: 2 }, item => met.push(item));
      assert.deepEqual(idsOf(met), ids);
      assert.deepEqual(idsOf((await items.page({ pageSize: 3 })).instances), ids.slice(0, 3));
      for (const item of await items.list())
        assert.deepEqual(item.toJSON(), (await items(item[kind.idField]).fetch()).toJSON());
    }),

    scenario(`${label}: Order, From and Bounds`, [create, list], async () => {
      const { items, add, idsOf } = await makeItems(kind);
      // Map keys in any order of creation, so that only sorting can put them right.
      const created = await times(10, n => add(kind.idField === 'key' ? { key: `k${(n * 7) % 10}` } : {}));
      const ids = idsOf(created).sort((a, b) => a < b ? -1 : 1);
      const reverse = [...ids].reverse();
      const listed = async params => idsOf(await items.list(params));
      const from = ids[6];

      for (const pageSize of [50, 3]) {
        assert.deepEqual(await listed({ pageSize }), ids);
        assert.deepEqual(await listed({ pageSize, order: 'asc' }), ids);
        assert.deepEqual(await listed({ pageSize, order: 'desc' }), reverse);
        assert.deepEqual(await listed({ pageSize, from }), ids.slice(6));
        assert.deepEqual(await listed({ pageSize, from, bounds: 'inclusive' }), ids.slice(6));
        assert.deepEqual(await listed({ pageSize, from, bounds: 'exclusive' }), ids.slice(7));
        assert.deepEqual(await listed({ pageSize, from, order: 'asc', bounds: 'exclusive' }), ids.slice(7));
        assert.deepEqual(await listed({ pageSize, from, order: 'desc' }), reverse.slice(3));
        assert.deepEqual(await listed({ pageSize, from, order: 'desc', bounds: 'inclusive' }), reverse.slice(3));
        assert.deepEqual(await listed({ pageSize, from, order: 'desc', bounds: 'exclusive' }), reverse.slice(4));
        assert.deepEqual(await listed({ pageSize, from, order: 'desc', limit: 5 }), reverse.slice(3, 8));
        assert.deepEqual(await listed({ pageSize, from: ids[0], order: 'desc', bounds: 'exclusive' }), []);
        assert.deepEqual(await listed({ pageSize, from: ids[9], bounds: 'exclusive' }), []);
      }
    }),

    scenario(`${label}: From need not exist`, [create, remove, list], async () => {
      const { items, add, idsOf } = await makeItems(kind);
      const ids = idsOf(await times(6, () => add())).sort((a, b) => a < b ? -1 : 1);
      const listed = async params => idsOf(await items.list(params));
      const [gone] = ids.splice(3, 1);
      await items(gone).remove();
      for (const bounds of ['inclusive', 'exclusive']) {
        assert.deepEqual(await listed({ from: gone, bounds }), ids.slice(3));
        assert.deepEqual(await listed({ from: gone, bounds, order: 'desc' }), ids.slice(0, 3).reverse());
        assert.deepEqual(await listed({ from: kind.absentId, bounds }), []);
        assert.deepEqual(await listed({ from: kind.absentId, bounds, order: 'desc' }), [...ids].reverse());
      }
    }),

    scenario(`${label}: Order, From and Bounds hold from page to page`, [create, list], async () => {
      const { items, add, idsOf } = await makeItems(kind);
      const ids = idsOf(await times(20, () => add())).sort((a, b) => a < b ? -1 : 1);
      const first = await items.page({ order: 'desc', from: ids[17], bounds: 'exclusive', pageSize: 5 });
      const second = await first.nextPage();
      const third = await items.getPage(second.nextPageUrl);
      const expected = ids.slice(0, 17).reverse();
      assert.deepEqual([first, second, third].map(({ instances }) => idsOf(instances)), [expected.slice(0, 5), expected.slice(5, 10), expected.slice(10, 15)]);
      assert.deepEqual(idsOf((await third.previousPage()).instances), expected.slice(5, 10));

      const { meta } = (await get(first.nextPageUrl)).body;
      for (const parameter of ['Order=desc', 'Bounds=exclusive', `From=${ids[17]}`, 'PageSize=5'])
        assert.ok(meta.first_page_url.includes(parameter), meta.first_page_url);
      assert.deepEqual(idsOf((await items.getPage(meta.first_page_url)).instances), expected.slice(0, 5));
    }),

    scenario(`${label}: Order and Bounds that are none`, [list], async () => {
      const { items } = await makeItems(kind);
      await refuses(items.list({ order: 'sideways' }), { code: 54451 });
      await refuses(items.list({ bounds: 'fuzzy' }), { code: 54452 });
    }),
  ];
};
