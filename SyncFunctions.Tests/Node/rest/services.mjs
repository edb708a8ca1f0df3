import assert from 'node:assert/strict';
import {
  answers, baseUrl, documentKind, env, fakeSid, get, hasFields, isOnTheWire, itemKinds, listKind, make, mapKind, refuses, scenario, service, services,
  sidOf, streamKind, unique, withService,
} from './support.mjs';

const kinds = [documentKind, listKind, mapKind, streamKind];

const fields = (instance, more) => ({
  sid: sidOf('IS'),
  uniqueName: null,
  accountSid: env.ACCOUNT_SID,
  friendlyName: null,
  dateCreated: Date,
  dateUpdated: Date,
  url: `${baseUrl}/Services/${instance.sid}`,
  webhookUrl: null,
  webhooksFromRestEnabled: false,
  reachabilityWebhooksEnabled: false,
  aclEnabled: false,
  reachabilityDebouncingEnabled: false,
  reachabilityDebouncingWindow: 5000,
  links: Object.fromEntries(kinds.map(({ path }) => [path.toLowerCase(), `${baseUrl}/Services/${instance.sid}/${path}`])),
  ...more,
});

const settings = {
  friendlyName: 'A service, all on: ä+%',
  webhookUrl: 'https://example.com/hook?a=1&b=2',
  webhooksFromRestEnabled: true,
  reachabilityWebhooksEnabled: true,
  aclEnabled: true,
  reachabilityDebouncingEnabled: true,
  reachabilityDebouncingWindow: 7000,
};

export const scenarios = [
  scenario('services: created, fetched, removed', ['CreateService', 'FetchService', 'DeleteService'], async () => {
    const { body: created } = await answers(201, services.createWithHttpInfo());
    hasFields(created, fields(created));
    await isOnTheWire(created);
    const { body: fetched } = await answers(200, service(created.sid).fetchWithHttpInfo());
    assert.deepEqual(fetched.toJSON(), created.toJSON());
    const { body: removed } = await answers(204, service(created.sid).removeWithHttpInfo());
    assert.equal(removed, true);
    await refuses(service(created.sid).fetch(), { status: 404 });
    await refuses(service(created.sid).remove(), { status: 404 });
  }),

  scenario('services: created with every setting', ['CreateService', 'DeleteService'], async () => {
    const created = await services.create(settings);
    hasFields(created, fields(created, settings));
    assert.equal(await service(created.sid).remove(), true);
  }),

  scenario('services: updated setting by setting', ['CreateService', 'UpdateService', 'FetchService'], () =>
    withService(async (own, sid) => {
      const { friendlyName } = await own.fetch();
      const soFar = { friendlyName };
      for (const [setting, value] of Object.entries(settings)) {
        soFar[setting] = value;
        const { body: updated } = await answers(200, own.updateWithHttpInfo({ [setting]: value }));
        assert.equal(updated.sid, sid);
        hasFields(updated, fields(updated, soFar));
      }
      const fetched = await own.fetch();
      const back = await fetched.update({ aclEnabled: false, reachabilityDebouncingEnabled: false });
      hasFields(back, fields(back, { ...settings, aclEnabled: false, reachabilityDebouncingEnabled: false }));
    })),

  scenario('services: settings out of bounds', ['CreateService', 'UpdateService'], () =>
    withService(async own => {
      await refuses(own.update({ friendlyName: 'x'.repeat(256) }), { code: 54053 });
      await refuses(own.update({ webhookUrl: 'not a url' }), { code: 54051 });
      await refuses(services.create({ friendlyName: 'x'.repeat(256) }), { code: 54053 });
      await refuses(services.create({ webhookUrl: 'not a url' }), { code: 54051 });
      assert.equal((await own.update({ friendlyName: 'x'.repeat(255) })).friendlyName.length, 255);
    })),

  scenario('services: list, each and page', ['CreateService', 'ListService'], () =>
    withService((_, first) => withService((_, second) => withService(async (_, third) => {
      const own = [first, second, third].sort();
      const keep = sids => sids.filter(sid => own.includes(sid)).sort();
      const listed = await services.list({ pageSize: 2 });
      assert.deepEqual(keep(listed.map(({ sid }) => sid)), own);
      for (const each of listed) assert.ok(each.dateCreated instanceof Date && each.url === `${baseUrl}/Services/${each.sid}`);

      const met = [];
      await services.each({ pageSize: 1 }, ({ sid }) => met.push(sid));
      assert.deepEqual(keep(met), own);

      assert.equal((await services.list({ limit: 2 })).length, 2);
      const page = await services.page({ pageSize: 1 });
      assert.equal(page.instances.length, 1);
      const next = await page.nextPage();
      assert.equal((await services.getPage(page.nextPageUrl)).instances[0].sid, next.instances[0].sid);
      assert.equal((await next.previousPage()).instances[0].sid, page.instances[0].sid);
    })))),

  scenario('services: links lead to the collections', ['FetchService'], async () => {
    const { links } = await service().fetch();
    for (const { path } of kinds) {
      const { statusCode, body } = await get(links[path.toLowerCase()]);
      assert.equal(statusCode, 200);
      assert.equal(body.meta.key, path.toLowerCase());
    }
  }),

  scenario('services: instances lead to their collections', ['FetchService', 'CreateDocument', 'CreateSyncList', 'CreateSyncMap'], () =>
    withService(async own => {
      const instance = await own.fetch();
      const { sid } = await instance.documents().create({ data: { a: 1 } });
      assert.deepEqual((await own.documents(sid).fetch()).data, { a: 1 });
      for (const collection of [instance.documents(), instance.syncLists(), instance.syncMaps(), instance.syncStreams()]) {
        await collection.create({ uniqueName: 'one' });
        assert.equal((await collection('one').fetch()).uniqueName, 'one');
      }
    })),

  scenario("services: 'default' stands for a SID", ['FetchService', 'CreateDocument', 'FetchDocument'], async () => {
    const standard = await service('default').fetch();
    assert.match(standard.sid, sidOf('IS'));
    assert.equal((await service(standard.sid).fetch()).sid, standard.sid);
    for (const kind of kinds) {
      const { object, name, sid } = await make(kind, {}, service('default'));
      assert.equal(object.serviceSid, standard.sid);
      assert.equal((await kind.of(service(standard.sid))(name).fetch()).sid, sid);
      assert.equal((await kind.of(service('default'))(sid).fetch()).uniqueName, name);
    }
    for (const kind of itemKinds) {
      const { name } = await make(kind.parent, {}, service('default'));
      const items = kind.of(kind.parent.of(service('default'))(name));
      const item = await items.create({ key: 'one', data: { n: 1 } });
      assert.equal(item.serviceSid, standard.sid);
      assert.deepEqual((await items(item[kind.idField]).fetch()).data, { n: 1 });
    }
  }),

  scenario('services: what one holds is not in another', ['CreateService', 'CreateDocument', 'FetchDocument'], () =>
    withService(async own => {
      for (const kind of kinds) {
        const { name, sid } = await make(kind, {}, own);
        await refuses(kind.of(service())(name).fetch(), { status: 404, code: 20404 });
        await refuses(kind.of(service())(sid).fetch(), { status: 404, code: 20404 });
        const namesake = await make(kind, { uniqueName: name });
        assert.notEqual(namesake.sid, sid);
      }
    })),

  scenario('services: removing one takes everything in it along', ['CreateService', 'DeleteService'], () =>
    withService(async own => {
      const made = [];
      for (const kind of kinds) made.push([kind, await make(kind, {}, own)]);
      for (const kind of itemKinds) await kind.of(kind.parent.of(own)(made.find(([of]) => of === kind.parent)[1].sid)).create({ key: 'k', data: {} });
      assert.equal(await (await own.fetch()).remove(), true);
      await refuses(own.fetch(), { status: 404 });
      for (const [kind, { sid, name }] of made) {
        await refuses(kind.of(own)(sid).fetch(), {});
        await refuses(kind.of(own)(name).fetch(), {});
        await refuses(kind.of(own).create({ uniqueName: unique() }), {});
        await refuses(kind.of(service())(sid).fetch(), { status: 404, code: 20404 });
      }
    })),

  scenario('services: an absent one cannot be used', [], async () => {
    const absent = service(fakeSid('IS'));
    await refuses(absent.fetch(), {});
    await refuses(absent.update({ friendlyName: 'x' }), {});
    await refuses(absent.remove(), {});
    await refuses(absent.documents.list(), {});
    await refuses(absent.documents.create(), {});
  }),
];
