import assert from 'node:assert/strict';
import { expiresIn, fakeSid, record, refuses, scenario, sees, service, sleep, subscribed, unique, withService } from './support.mjs';

/** What all four kinds of objects have in common. */
export const scenarios = kind => {
  const { label, method, prefix, removal, absent } = kind;
  const rest = () => kind.rest(service());
  const open = (client, arg) => client[method](arg);

  return [
    scenario(`${label}: opened by name are created once`, async session => {
      const [alice, bob] = session.clients('alice', 'bob');
      const name = unique(label);
      const opened = await Promise.all([open(alice, name), open(bob, name), open(bob, { id: name }), open(alice, { id: name, mode: 'open_or_create' })]);
      const { sid } = opened[0];
      assert.match(sid, new RegExp(`^${prefix}[0-9a-f]{32}$`));
      for (const object of opened) assert.deepEqual([object.sid, object.uniqueName, object.type], [sid, name, method]);
      assert.equal((await rest()(name).fetch()).sid, sid);
    }),

    scenario(`${label}: opened by SID`, async session => {
      const [alice, bob] = session.clients('alice', 'bob');
      const { sid, uniqueName } = await open(alice, unique(label));
      for (const arg of [sid, { id: sid, mode: 'open_existing' }]) assert.equal((await open(bob, arg)).uniqueName, uniqueName);
      const { sid: byRest } = await rest().create({ uniqueName: unique(label) });
      assert.equal((await open(bob, byRest)).sid, byRest);
    }),

    scenario(`${label}: without a name`, async session => {
      const [alice, bob] = session.clients('alice', 'bob');
      const made = [await open(alice), await open(alice, {}), await open(alice, { mode: 'create_new' })];
      assert.equal(new Set(made.map(({ sid }) => sid)).size, 3);
      for (const { sid, uniqueName } of made) {
        assert.equal(uniqueName, null);
        assert.equal((await open(bob, sid)).sid, sid);
      }
    }),

    scenario(`${label}: create_new and open_existing`, async session => {
      const [alice, bob] = session.clients('alice', 'bob');
      const name = unique(label);
      await refuses(open(alice, { id: name, mode: 'open_existing' }), 404, 54300);
      await refuses(open(alice, { id: fakeSid(prefix), mode: 'open_existing' }), 404, absent);
      const { sid } = await open(alice, { id: name, mode: 'create_new' });
      assert.equal((await open(bob, { id: name, mode: 'open_existing' })).sid, sid);
      await refuses(open(bob, { id: name, mode: 'create_new' }), 409, 54301);
      await refuses(open(bob, { id: 'x'.repeat(321), mode: 'create_new' }), 400, 54302);
      await refuses(open(bob, { id: fakeSid(prefix), mode: 'create_new' }), 400, 54302);
    }),

    scenario(`${label}: of another service cannot be opened`, session => withService(async other => {
      const { sid, uniqueName } = await kind.rest(other).create({ uniqueName: unique(label) });
      const client = session.client('alice');
      await refuses(open(client, { id: sid, mode: 'open_existing' }), 404, absent);
      await refuses(open(client, { id: uniqueName, mode: 'open_existing' }), 404, 54300);
      const elsewhere = session.client('alice', { grant: { serviceSid: (await other.fetch()).sid } });
      assert.equal((await open(elsewhere, uniqueName)).sid, sid);
    })),

    scenario(`${label}: time to live`, async session => {
      const client = session.client('alice');
      const object = await open(client, { id: unique(label), ttl: 1000 });
      const expires = async () => (await rest()(object.sid).fetch()).dateExpires;
      expiresIn(object.dateExpires, 1000);
      expiresIn(await expires(), 1000);
      await object.setTtl(5000);
      expiresIn(object.dateExpires, 5000);
      expiresIn(await expires(), 5000);
      await object.setTtl(0);
      assert.equal(object.dateExpires, null);
      assert.equal(await expires(), null);
      await refuses(object.setTtl(31_536_001), 400, 54011);
    }),

    scenario(`${label}: removed by a client`, async session => {
      const [alice, bob] = session.clients('alice', 'bob');
      const name = unique(label);
      const [mine, theirs] = [await open(alice, name), await subscribed(await open(bob, name))];
      const seen = [mine, theirs].map(record);
      await mine[removal]();
      const data = label === 'documents' ? {} : undefined;
      await sees(seen[0], [['removed', undefined, data, true]]);
      await sees(seen[1], [['removed', undefined, data, false]]);
      await refuses(open(bob, { id: name, mode: 'open_existing' }), 404, 54300);
      assert.notEqual((await open(bob, name)).sid, mine.sid);
    }),

    scenario(`${label}: removed by REST`, async session => {
      const [alice, bob] = session.clients('alice', 'bob');
      const name = unique(label);
      const opened = await Promise.all([alice, bob].map(async client => subscribed(await open(client, name))));
      const seen = opened.map(record);
      await rest()(name).remove();
      for (const events of seen) await sees(events, [['removed', undefined, label === 'documents' ? {} : undefined, false]]);
    }),

    scenario(`${label}: close() ends the events`, async session => {
      const [alice, bob] = session.clients('alice', 'bob');
      const name = unique(label);
      const [left, stays] = [await subscribed(await open(alice, name)), await subscribed(await open(bob, name))];
      const seen = [left, stays].map(record);
      left.close();
      await assert.rejects(async () => left.setTtl(10), /closed/i);
      await rest()(name).remove();
      await sees(seen[1], [['removed', undefined, label === 'documents' ? {} : undefined, false]]);
      assert.deepEqual(seen[0], []);
    }),

    scenario(`${label}: closed and opened again at once`, async session => {
      const [alice, bob] = session.clients('alice', 'bob');
      const name = unique(label);
      const first = await open(alice, name);
      first.close();
      const second = await subscribed(await open(alice, name));
      const seen = record(second);
      await sleep(200);
      await (await open(bob, name))[removal]();
      await sees(seen, [['removed', undefined, label === 'documents' ? {} : undefined, false]]);
    }),
  ];
};
