// What documents, lists, maps and streams have in common.

import assert from 'node:assert/strict';
import {
  answers, baseUrl, env, fakeSid, get, hasFields, isNotFound, isOnTheWire, isRefusedWith, make, oddNames, race, refuses, scenario, segmentsOf, service,
  sidOf, times, unique, withService,
} from './support.mjs';

function fields(kind, { sid, uniqueName }) {
  const url = `${baseUrl}/Services/${env.SERVICE_SID}/${kind.path}/${sid}`;
  return {
    sid: sidOf(kind.prefix),
    uniqueName,
    accountSid: env.ACCOUNT_SID,
    serviceSid: env.SERVICE_SID,
    url,
    links: Object.fromEntries(Object.entries(kind.links).map(([name, tail]) => [name, `${url}/${tail}`])),
    ...kind.revision && { revision: kind.revision },
    ...kind.data && { data: kind.data },
    dateExpires: null,
    dateCreated: Date,
    dateUpdated: Date,
    createdBy: 'system',
  };
}

export const scenarios = kind => {
  const { label, resource, path } = kind;
  const create = `Create${resource}`, fetch = `Fetch${resource}`, update = `Update${resource}`, remove = `Delete${resource}`, list = `List${resource}`;
  const all = () => kind.of(service());
  const withData = kind.data && { data: kind.data };

  return [
    scenario(`${label}: created and fetched with every field`, [create, fetch], async () => {
      const uniqueName = unique();
      const { body: created } = await answers(201, all().createWithHttpInfo({ uniqueName, ...withData }));
      hasFields(created, fields(kind, { sid: created.sid, uniqueName }));
      await isOnTheWire(created);
      const { body: fetched } = await answers(200, all()(created.sid).fetchWithHttpInfo());
      assert.deepEqual(fetched.toJSON(), created.toJSON());
    }),

    scenario(`${label}: created without a name`, [create, fetch], async () => {
      const created = await all().create(withData);
      hasFields(created, fields(kind, { sid: created.sid, uniqueName: null }));
      await isOnTheWire(created);
      const another = await all().create(withData);
      assert.notEqual(another.sid, created.sid);
    }),

    scenario(`${label}: addressed by SID and by unique name`, [create, fetch, remove], async () => {
      const { object, name, sid } = await make(kind, withData);
      for (const address of [sid, name]) assert.deepEqual((await all()(address).fetch()).toJSON(), object.toJSON());
      const byInstance = await (await all()(name).fetch()).fetch();
      assert.equal(byInstance.sid, sid);
      assert.equal(await all()(name).remove(), true);
      await isNotFound(all()(sid).fetch());
    }),

    scenario(`${label}: links work`, [create], async () => {
      const { object } = await make(kind, withData);
      for (const [key, url] of Object.entries(object.links)) {
        if (key === 'messages') continue; // can't be read
        const { statusCode, body } = await get(url);
        assert.equal(statusCode, 200);
        assert.deepEqual(body[key], []);
        assert.equal(body.meta.key, key);
      }
    }),

    scenario(`${label}: a unique name cannot be taken twice`, [create], async () => {
      const { name, sid } = await make(kind, withData);
      await refuses(all().create({ uniqueName: name, ...withData }), { status: 409, code: 54301 });
      assert.equal((await all()(name).fetch()).sid, sid);
    }),

    scenario(`${label}: of 20 creations with one name at once, one wins`, [create], async () => {
      const uniqueName = unique();
      const { won, lost } = await race(20, () => all().create({ uniqueName, ...withData }));
      assert.equal(won.length, 1);
      for (const error of lost) isRefusedWith(409, 54301, error);
      assert.equal((await all()(uniqueName).fetch()).sid, won[0].sid);
    }),

    scenario(`${label}: names that cannot be`, [create], async () => {
      for (const uniqueName of [fakeSid(kind.prefix), fakeSid('ZZ'), 'x'.repeat(321)])
        await refuses(all().create({ uniqueName, ...withData }), { status: 400, code: 54302 });
      // Not quite of SID shape.
      const { name, sid } = await make(kind, { uniqueName: unique(fakeSid(kind.prefix)) });
      assert.equal((await all()(name).fetch()).sid, sid);
    }),

    scenario(`${label}: a name of 320 characters`, [create, fetch, remove], async () => {
      const { name, sid } = await make(kind, { uniqueName: unique('x'.repeat(400)).slice(-320) });
      assert.equal(name.length, 320);
      assert.equal((await all()(name).fetch()).sid, sid);
      assert.equal(await all()(name).remove(), true);
    }),

    scenario(`${label}: names with odd characters`, [create, fetch, update, remove], () =>
      Promise.all(oddNames().map(async uniqueName => {
        const { object, name, sid } = await make(kind, { uniqueName });
        assert.equal(name, uniqueName);
        assert.equal((await get(object.url)).body.unique_name, uniqueName);
        for (const segment of segmentsOf(uniqueName)) {
          const fetched = await all()(segment).fetch();
          assert.deepEqual([fetched.sid, fetched.uniqueName], [sid, uniqueName], segment);
          assert.equal((await all()(segment).update({ ttl: 3600 })).sid, sid);
        }
        await refuses(all().create({ uniqueName }), { status: 409, code: 54301 });
        assert.equal(await all()(segmentsOf(uniqueName)[0]).remove(), true);
      }))),

    scenario(`${label}: removed ones are not found, and their names are free`, [create, fetch, update, remove], async () => {
      const { name, sid } = await make(kind, withData);
      const { body: removed } = await answers(204, all()(sid).removeWithHttpInfo());
      assert.equal(removed, true);
      for (const address of [sid, name]) {
        const missing = `${env.SERVICE_SID}/${path}/${address}`;
        await isNotFound(all()(address).fetch(), missing);
        await isNotFound(all()(address).update({ ttl: 60 }), missing);
        await isNotFound(all()(address).remove(), missing);
      }
      const again = await make(kind, { uniqueName: name });
      assert.notEqual(again.sid, sid);
      assert.equal(await (await all()(name).fetch()).remove(), true);
    }),

    scenario(`${label}: absent ones`, [fetch, update, remove], async () => {
      for (const address of [unique('absent'), fakeSid(kind.prefix)]) {
        const missing = `${env.SERVICE_SID}/${path}/${address}`;
        await isNotFound(all()(address).fetch(), missing);
        await isNotFound(all()(address).update({ ttl: 60 }), missing);
        await isNotFound(all()(address).remove(), missing);
      }
    }),

    scenario(`${label}: list, each and page`, [create, list], () =>
      withService(async own => {
        const some = kind.of(own);
        assert.deepEqual(await some.list(), []);
        const created = await times(7, i => some.create({ uniqueName: `n${i}`, ...withData }));
        const inOrder = objects => objects.map(object => object.toJSON()).sort((a, b) => a.uniqueName < b.uniqueName ? -1 : 1);

        assert.deepEqual(inOrder(await some.list()), inOrder(created));
        assert.deepEqual(inOrder(await some.list({ pageSize: 3 })), inOrder(created));
        assert.equal((await some.list({ limit: 5 })).length, 5);
        assert.equal((await some.list({ limit: 5, pageSize: 2 })).length, 5);
        assert.equal((await some.list({ limit: 2, pageSize: 50 })).length, 2);

        const met = [];
        await some.each({ pageSize: 2 }, object => met.push(object));
        assert.deepEqual(inOrder(met), inOrder(created));
        const few = [];
        await some.each({ pageSize: 2 }, (object, done) => few.push(object) === 3 && done());
        assert.equal(few.length, 3);

        const page = await some.page({ pageSize: 3 });
        assert.equal(page.instances.length, 3);
        const { statusCode } = await some.pageWithHttpInfo({ pageSize: 3 });
        assert.equal(statusCode, 200);
      })),
  ];
};
