import assert from 'node:assert/strict';
import { expiresIn, expiresNear, isNotFound, itemKinds, make, makeItems, refuses, scenario, service, sleep } from './support.mjs';

const year = 31_536_000;
const outOfRange = { status: 400, code: 54011 };

export const objectScenarios = kind => {
  const { label, resource } = kind;
  const create = `Create${resource}`, fetch = `Fetch${resource}`, update = `Update${resource}`, remove = `Delete${resource}`;
  const all = () => kind.of(service());

  return [
    scenario(`${label}: ttl on creation`, [create, fetch], async () => {
      for (const ttl of [60, 3600, year]) {
        const { object, context } = await make(kind, { ttl });
        expiresIn(object, ttl);
        assert.deepEqual((await context.fetch()).toJSON(), object.toJSON());
      }
      assert.equal((await make(kind, { ttl: 0 })).object.dateExpires, null);
    }),

    scenario(`${label}: ttl set, reset and cleared by update`, [create, update, fetch], async () => {
      const { object, context } = await make(kind);
      assert.equal(object.dateExpires, null);
      for (const ttl of [600, 60, 7200]) {
        const updated = await context.update({ ttl });
        expiresNear(updated, ttl);
        assert.equal(+(await context.fetch()).dateExpires, +updated.dateExpires);
      }
      assert.equal((await context.update({ ttl: 0 })).dateExpires, null);
      assert.equal((await context.fetch()).dateExpires, null);
    }),

    scenario(`${label}: ttl out of range`, [create, update, fetch], async () => {
      const { context } = await make(kind, { ttl: 600 });
      const { dateExpires } = await context.fetch();
      for (const ttl of [-1, year + 1]) {
        await refuses(all().create({ ttl }), outOfRange);
        await refuses(context.update({ ttl }), outOfRange);
      }
      assert.equal(+(await context.fetch()).dateExpires, +dateExpires);
    }),

    scenario(`${label}: expired ones are not found, and their names are free`, [create, fetch, update, remove], async () => {
      const { name, sid } = await make(kind, { ttl: 1 });
      const saved = await make(kind, { ttl: 1 });
      assert.equal((await all()(name).fetch()).sid, sid);
      await saved.context.update({ ttl: 0 });
      await sleep(1500);
      for (const address of [name, sid]) {
        await isNotFound(all()(address).fetch());
        await isNotFound(all()(address).update({ ttl: 60 }));
        await isNotFound(all()(address).remove());
      }
      assert.notEqual((await make(kind, { uniqueName: name })).sid, sid);
      assert.equal((await saved.context.fetch()).sid, saved.sid);
    }),

    ...kind.data ? [
      scenario(`${label}: an update without ttl keeps the expiry`, [create, update], async () => {
        const { object, context } = await make(kind, { ttl: 600 });
        await sleep(1100);
        const kept = await context.update({ data: { n: 1 } });
        assert.equal(+kept.dateExpires, +object.dateExpires);
        expiresIn(await context.update({ data: { n: 2 }, ttl: 60 }), 60);
        const cleared = await context.update({ data: { n: 3 }, ttl: 0 });
        assert.equal(cleared.dateExpires, null);
        assert.equal((await context.update({ data: { n: 4 } })).dateExpires, null);
      }),
    ] : [],
  ];
};

export const collectionScenarios = itemKinds.flatMap(kind => {
  const { label, resource } = kind.parent;
  return [
    scenario(`${label}: collectionTtl goes before ttl`, [`Create${resource}`, `Update${resource}`], async () => {
      const { object, context } = await make(kind.parent, { collectionTtl: 60 });
      expiresIn(object, 60);
      expiresIn((await make(kind.parent, { collectionTtl: 60, ttl: 600 })).object, 60);
      expiresNear(await context.update({ collectionTtl: 900 }), 900);
      expiresNear(await context.update({ collectionTtl: 90, ttl: 600 }), 90);
      assert.equal((await context.update({ collectionTtl: 0 })).dateExpires, null);
      await refuses(context.update({ collectionTtl: -1 }), outOfRange);
    }),

    scenario(`${label}: items go with an expired one`, [`Create${resource}`, `Fetch${kind.resource}`], async () => {
      const { parent, items, add, id } = await makeItems(kind, { ttl: 1 });
      const item = await add();
      assert.equal(item.dateExpires, null);
      await sleep(1500);
      await isNotFound(items(id(item)).fetch());
      await isNotFound(items.list());
      await isNotFound(add());
      await kind.parent.of(service()).create({ uniqueName: parent.name });
      assert.deepEqual(await kind.of(kind.parent.of(service())(parent.name)).list(), []);
    }),
  ];
});

export const itemScenarios = kind => {
  const { label, resource, parent: { resource: parentResource, label: parentLabel } } = kind;
  const create = `Create${resource}`, fetch = `Fetch${resource}`, update = `Update${resource}`, list = `List${resource}`;

  return [
    scenario(`${label}: ttl and itemTtl on creation`, [create, fetch], async () => {
      const { parent, items, add, id } = await makeItems(kind);
      for (const [params, ttl] of [[{ ttl: 60 }, 60], [{ itemTtl: 90 }, 90], [{ itemTtl: 60, ttl: 600 }, 60], [{ ttl: year }, year]]) {
        const item = await add(params);
        expiresIn(item, ttl);
        assert.equal(+(await items(id(item)).fetch()).dateExpires, +item.dateExpires);
      }
      assert.equal((await add()).dateExpires, null);
      assert.equal((await add({ itemTtl: 0 })).dateExpires, null);
      assert.equal((await parent.context.fetch()).dateExpires, null);
    }),

    scenario(`${label}: ttl and itemTtl set, kept and cleared by update`, [create, update, fetch], async () => {
      const { items, add, id } = await makeItems(kind);
      const created = await add({ ttl: 600 });
      const item = items(id(created));
      await sleep(1100);
      assert.equal(+(await item.update({ data: { n: 1 } })).dateExpires, +created.dateExpires);
      expiresIn(await item.update({ data: { n: 2 }, ttl: 60 }), 60);
      expiresNear(await item.update({ itemTtl: 90 }), 90);
      expiresNear(await item.update({ itemTtl: 120, ttl: 600 }), 120);
      assert.equal((await item.update({ itemTtl: 0 })).dateExpires, null);
      const fetched = await item.fetch();
      assert.deepEqual([fetched.dateExpires, fetched.data], [null, { n: 2 }]);
      expiresNear(await item.update({ ttl: 60 }), 60);
      assert.equal((await item.update({ data: { n: 3 }, ttl: 0 })).dateExpires, null);
    }),

    scenario(`${label}: collectionTtl sets the expiry of the ${parentLabel.slice(0, -1)}`, [create, update, `Fetch${parentResource}`], async () => {
      const { parent, items, add, id } = await makeItems(kind);
      const item = await add({ collectionTtl: 600 });
      assert.equal(item.dateExpires, null);
      expiresIn(await parent.context.fetch(), 600, item.dateCreated);

      const { dateExpires } = await parent.context.fetch();
      await sleep(1100);
      await add();
      assert.equal(+(await parent.context.fetch()).dateExpires, +dateExpires);

      const both = await add({ collectionTtl: 900, itemTtl: 60 });
      expiresIn(both, 60);
      expiresIn(await parent.context.fetch(), 900, both.dateCreated);

      const updated = await items(id(item)).update({ data: { n: 1 }, collectionTtl: 3600 });
      assert.equal(updated.dateExpires, null);
      expiresIn(await parent.context.fetch(), 3600, updated.dateUpdated);

      await add({ collectionTtl: 0 });
      assert.equal((await parent.context.fetch()).dateExpires, null);
    }),

    scenario(`${label}: ttl, itemTtl and collectionTtl out of range`, [create, update], async () => {
      const { items, add, id } = await makeItems(kind);
      const item = items(id(await add()));
      for (const name of ['ttl', 'itemTtl', 'collectionTtl']) {
        for (const value of [-1, year + 1]) {
          await refuses(add({ [name]: value }), outOfRange);
          await refuses(item.update({ data: {}, [name]: value }), outOfRange);
        }
      }
      assert.equal((await items.list()).length, 1);
    }),

    scenario(`${label}: expired ones are not found, the others stay`, [create, fetch, update, list], async () => {
      const { items, add, id } = await makeItems(kind);
      const stays = await add();
      const expires = await add({ ttl: 1 });
      const saved = await add({ itemTtl: 1 });
      await items(id(saved)).update({ ttl: 0 });
      assert.equal(id(await items(id(expires)).fetch()), id(expires));
      await sleep(1500);
      const gone = items(id(expires));
      await isNotFound(gone.fetch());
      await isNotFound(gone.update({ data: {} }));
      await isNotFound(gone.remove());
      for (const item of [stays, saved]) assert.equal(id(await items(id(item)).fetch()), id(item));
      if (kind.idField === 'key') assert.equal((await add({ key: expires.key, data: { again: true } })).dateExpires, null);
      else assert.ok((await add()).index > saved.index);
    }),
  ];
};
