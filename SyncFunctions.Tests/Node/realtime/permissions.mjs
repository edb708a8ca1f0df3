import assert from 'node:assert/strict';
import { documentKind, itemKinds, record, refuses, scenario, sees, services, subscribed, unique, until, withService } from './support.mjs';

const objectKinds = [documentKind, ...itemKinds];
const none = { read: false, write: false, manage: false };

/** A service that enforces permissions, and a client of it for each identity. */
const withPermissions = (session, run) => withService(async (service, sid) => {
  await services(sid).update({ aclEnabled: true });
  await run(service, identity => session.client(identity, { grant: { serviceSid: sid } }));
});

export const scenarios = [
  ...objectKinds.flatMap(kind => {
    const { label, method } = kind;
    const forbidden = call => refuses(call, 403, 54007);
    const change = object => method === 'document' ? object.set({ n: 1 }) : kind.add(object, 'k', { n: 1 });
    const grant = (service, sid, identity, rights) => kind.permissions(kind.rest(service)(sid))(identity).update({ ...none, ...rights });

    return [
      scenario(`permissions: of ${label}: without any nothing is allowed`, session => withPermissions(session, async (service, client) => {
        const { sid, uniqueName } = await kind.rest(service).create({ uniqueName: unique() });
        await forbidden(client('alice')[method](sid));
        await forbidden(client('alice')[method](uniqueName));
        await grant(service, sid, 'alice', {});
        await forbidden(client('alice')[method](sid));
      })),

      scenario(`permissions: of ${label}: to read`, session => withPermissions(session, async (service, client) => {
        const { sid } = await kind.rest(service).create();
        await grant(service, sid, 'alice', { read: true });
        const object = await subscribed(await client('alice')[method](sid));
        const events = record(object);
        await forbidden(change(object));
        await forbidden(object.setTtl(100));
        await forbidden(object[kind.removal]());
        if (method !== 'document') assert.deepEqual((await object.getItems()).items, []);
        await kind.rest(service)(sid).remove();
        await sees(events, [['removed', undefined, method === 'document' ? {} : undefined, false]]);
      })),

      scenario(`permissions: of ${label}: to write`, session => withPermissions(session, async (service, client) => {
        const { sid } = await kind.rest(service).create();
        await grant(service, sid, 'alice', { read: true, write: true });
        const object = await client('alice')[method](sid);
        const item = await change(object);
        if (method !== 'document') {
          await object.set(kind.id(item), { n: 2 });
          await object.remove(kind.id(item));
        }
        await object.setTtl(1000);
        await forbidden(object[kind.removal]());
      })),

      scenario(`permissions: of ${label}: to manage`, session => withPermissions(session, async (service, client) => {
        const { sid } = await kind.rest(service).create();
        await grant(service, sid, 'alice', { read: true, write: true, manage: true });
        const object = await client('alice')[method](sid);
        await change(object);
        await object[kind.removal]();
        await assert.rejects(kind.rest(service)(sid).fetch(), { status: 404 });
      })),

      scenario(`permissions: of ${label}: who creates may do everything, and no one else anything`, session => withPermissions(session, async (service, client) => {
        const object = await client('alice')[method](unique());
        await change(object);
        const permission = await kind.permissions(kind.rest(service)(object.sid))('alice').fetch();
        assert.deepEqual([permission.read, permission.write, permission.manage], [true, true, true]);
        await forbidden(client('bob')[method](object.sid));
        await object[kind.removal]();
      })),

      scenario(`permissions: of ${label}: given and taken while a client is connected`, session => withPermissions(session, async (service, client) => {
        const { sid } = await kind.rest(service).create();
        await grant(service, sid, 'alice', { read: true });
        const object = await client('alice')[method](sid);
        await forbidden(change(object));
        await grant(service, sid, 'alice', { read: true, write: true });
        await change(object);
        await kind.permissions(kind.rest(service)(sid))('alice').remove();
        await forbidden(change(object));
      })),

      scenario(`permissions: of ${label}: taken from a subscriber end the events`, session => withPermissions(session, async (service, client) => {
        const { sid } = await kind.rest(service).create();
        await grant(service, sid, 'alice', { read: true });
        await grant(service, sid, 'bob', { read: true });
        const alice = client('alice');
        const [object, bobs] = await Promise.all([alice, client('bob')].map(async one => subscribed(await one[method](sid))));
        const events = record(object);
        const bobsEvents = record(bobs);
        const failure = new Promise(resolve => object.on('failure', resolve));
        await kind.permissions(kind.rest(service)(sid))('alice').remove();
        const { status, code } = await failure;
        assert.deepEqual({ status, code }, { status: 403, code: 54007 });
        const rest = kind.rest(service)(sid);
        const add = n => method === 'document' ? rest.update({ data: { n } }) : kind.restAdd(kind.restItems(rest), `k${n}`, { n });
        await add(1);
        await until(() => bobsEvents.length, 'the change');
        await sees(events, [['failure', undefined, undefined, undefined]]);

        await grant(service, sid, 'alice', { read: true });
        object.close();
        const again = await subscribed(await alice[method](sid));
        const seen = record(again);
        await add(2);
        await until(() => seen.length, 'the next change');
        assert.deepEqual(seen.map(([name, , data]) => [name, data]), [[method === 'document' ? 'updated' : 'itemAdded', { n: 2 }]]);
      })),
    ];
  }),

  scenario('permissions: are not enforced unless the service enables them', session => withService(async (service, sid) => {
    const { sid: document } = await service.documents.create({ data: { n: 1 } });
    const opened = await session.client('alice', { grant: { serviceSid: sid } }).document(document);
    await opened.set({ n: 2 });
    await services(sid).update({ aclEnabled: true });
    await refuses(opened.set({ n: 3 }), 403, 54007);
    await services(sid).update({ aclEnabled: false });
    await opened.set({ n: 4 });
    await opened.removeDocument();
  })),

  scenario('permissions: streams have none', session => withPermissions(session, async (service, client) => {
    const { sid } = await service.syncStreams.create();
    const theirs = await subscribed(await client('bob').stream(sid));
    const seen = record(theirs);
    const { sid: message } = await (await client('alice').stream(sid)).publishMessage({});
    await sees(seen, [['messagePublished', message, {}, false]]);
  })),

  scenario('permissions: taken before a client comes back end its subscription', session => withPermissions(session, async service => {
    const proxy = await session.proxy();
    const { sid } = await service.documents.create();
    await grantRead(service, sid);
    const { sid: serviceSid } = await service.fetch();
    const opened = await subscribed(await session.client('alice', { port: proxy.port, grant: { serviceSid } }).document(sid));
    const failure = new Promise(resolve => opened.on('failure', resolve));
    proxy.cut();
    await service.documents(sid).documentPermissions('alice').remove();
    proxy.mend();
    const { status, code } = await failure;
    assert.deepEqual({ status, code }, { status: 403, code: 54007 });
  })),
];

const grantRead = (service, sid) => service.documents(sid).documentPermissions('alice').update({ ...none, read: true });
