import assert from 'node:assert/strict';
import { answers, baseUrl, env, get, hasFields, isNotFound, isOnTheWire, make, refuses, scenario, service, times, unique } from './support.mjs';

const none = { read: false, write: false, manage: false };
const rights = [{ read: true, write: false, manage: false }, { read: true, write: true, manage: true }, none, { read: false, write: true, manage: false }];

export const scenarios = kind => {
  const { label, resource, parent } = kind;
  const fetch = `Fetch${resource}`, update = `Update${resource}`, remove = `Delete${resource}`, list = `List${resource}`;
  const at = address => kind.of(parent.of(service())(address));

  const fields = (sid, identity, given) => ({
    accountSid: env.ACCOUNT_SID,
    serviceSid: env.SERVICE_SID,
    [kind.parentField]: sid,
    identity,
    ...given,
    url: `${baseUrl}/Services/${env.SERVICE_SID}/${parent.path}/${sid}/Permissions/${identity}`,
  });

  return [
    scenario(`${label}: set, fetched and removed`, [update, fetch, remove], async () => {
      const { sid } = await make(parent);
      const permission = at(sid)('alice');
      for (const given of rights) {
        const { body: updated } = await answers(200, permission.updateWithHttpInfo(given));
        hasFields(updated, fields(sid, 'alice', given));
        await isOnTheWire(updated);
        const { body: fetched } = await answers(200, permission.fetchWithHttpInfo());
        assert.deepEqual(fetched.toJSON(), updated.toJSON());
      }
      const fetched = await permission.fetch();
      assert.equal((await fetched.update({ ...none, manage: true })).manage, true);
      const { body: removed } = await answers(204, permission.removeWithHttpInfo());
      assert.equal(removed, true);
      await refuses(permission.fetch(), { status: 404 });
      assert.deepEqual(await at(sid).list(), []);
    }),

    scenario(`${label}: addressed by SID and by unique name`, [update, fetch, remove, list], async () => {
      const { sid, name } = await make(parent);
      await at(name)('alice').update(rights[0]);
      for (const address of [sid, name]) {
        hasFields(await at(address)('alice').fetch(), fields(sid, 'alice', rights[0]));
        assert.deepEqual((await at(address).list()).map(({ identity }) => identity), ['alice']);
      }
      assert.equal(await (await at(name)('alice').fetch()).remove(), true);
      await refuses(at(sid)('alice').fetch(), { status: 404 });
    }),

    scenario(`${label}: identities with odd characters`, [update, fetch, remove, list], async () => {
      const { sid } = await make(parent);
      const identities = ['alice@example.com', 'with space', '+491715550100', 'ümläut', '日本語', '😀', 'dots.in.it', 'a:b', '100%', 'x'.repeat(256)];
      for (const identity of identities) {
        const permission = at(sid)(encodeURIComponent(identity));
        assert.equal((await permission.update(rights[0])).identity, identity);
        const fetched = await permission.fetch();
        assert.equal(fetched.identity, identity);
        assert.equal((await get(fetched.url)).body.identity, identity);
        if (!identity.includes('%')) assert.equal((await at(sid)(identity).fetch()).identity, identity);
      }
      assert.deepEqual((await at(sid).list({ pageSize: 3 })).map(({ identity }) => identity).sort(), [...identities].sort());
      for (const identity of identities) assert.equal(await at(sid)(encodeURIComponent(identity)).remove(), true);
      assert.deepEqual(await at(sid).list(), []);
    }),

    scenario(`${label}: list, each and page`, [update, list], async () => {
      const { sid } = await make(parent);
      const permissions = at(sid);
      assert.deepEqual(await permissions.list(), []);
      const identities = Array.from({ length: 25 }, (_, n) => `user-${String(n).padStart(2, '0')}`);
      await times(25, n => permissions(identities[n]).update({ read: true, write: n % 2 === 0, manage: n % 5 === 0 }));
      const idsOf = found => found.map(({ identity }) => identity);

      const listed = await permissions.list({ pageSize: 10 });
      assert.deepEqual(idsOf(listed).sort(), identities);
      for (const permission of listed) {
        const n = identities.indexOf(permission.identity);
        hasFields(permission, fields(sid, identities[n], { read: true, write: n % 2 === 0, manage: n % 5 === 0 }));
      }
      const order = idsOf(await permissions.list());
      assert.deepEqual(idsOf(await permissions.list({ limit: 12 })), order.slice(0, 12));
      const met = [];
      await permissions.each({ pageSize: 10 }, permission => met.push(permission));
      assert.deepEqual(idsOf(met), order);

      const first = await permissions.page({ pageSize: 10 });
      const second = await first.nextPage();
      const third = await permissions.getPage(second.nextPageUrl);
      assert.deepEqual([first, second, third].map(({ instances }) => idsOf(instances)), [order.slice(0, 10), order.slice(10, 20), order.slice(20)]);
      assert.equal(third.nextPageUrl, undefined);
      assert.deepEqual(idsOf((await third.previousPage()).instances), order.slice(10, 20));
      assert.ok(first.nextPageUrl.startsWith(`${baseUrl}/Services/`));
    }),

    scenario(`${label}: belong to one object and go with it`, [update, fetch, list], async () => {
      const { name, sid, context } = await make(parent);
      const other = await make(parent);
      await at(sid)('alice').update(rights[1]);
      await refuses(at(other.sid)('alice').fetch(), { status: 404 });
      assert.deepEqual(await at(other.sid).list(), []);
      await context.remove();
      await refuses(at(sid)('alice').fetch(), { status: 404 });
      await make(parent, { uniqueName: name });
      assert.deepEqual(await at(name).list(), []);
    }),

    scenario(`${label}: of an absent object`, [update, fetch, list], async () => {
      const absent = unique('absent');
      const missing = `${env.SERVICE_SID}/${parent.path}/${absent}/Permissions`;
      await isNotFound(at(absent)('alice').fetch(), `${missing}/alice`);
      await isNotFound(at(absent)('alice').update(none), `${missing}/alice`);
      await isNotFound(at(absent).list(), missing);
    }),

    scenario(`${label}: instances lead to them`, [update, list], async () => {
      const { name } = await make(parent);
      const instance = await parent.of(service())(name).fetch();
      const permissions = instance[`${resource[0].toLowerCase()}${resource.slice(1)}s`]();
      await permissions('bob').update(rights[3]);
      assert.deepEqual((await permissions.list()).map(({ identity, write }) => [identity, write]), [['bob', true]]);
    }),

    scenario(`${label}: leave the account's own requests alone`, [update, fetch], async () => {
      const { sid, context } = await make(parent);
      await at(sid)('alice').update(none);
      assert.equal((await context.fetch()).sid, sid);
      assert.equal(await context.remove(), true);
    }),
  ];
};
