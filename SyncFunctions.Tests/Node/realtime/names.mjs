import assert from 'node:assert/strict';
import { documentKind, kinds, record, scenario, sees, service, subscribed, unique } from './support.mjs';

const odd = () => [
  'with some spaces', 'a/b/c', '/', '..', '100% sure', '%2F', 'a+b&c=d?e#f', 'emoji 😀 👩‍👩‍👧‍👦', 'ümläut é e\u0301', '日本語', '"quoted\\"', 'line\nbreak', "it's (fine)!*~",
].map(name => `${name} ${unique('')}`);

export const scenarios = [
  ...kinds.map(kind => scenario(`names: of ${kind.label}, with all kinds of characters`, async session => {
    const [alice, bob] = session.clients('alice', 'bob');
    for (const name of odd()) {
      const object = await alice[kind.method](name);
      assert.equal(object.uniqueName, name);
      assert.equal((await bob[kind.method]({ id: name, mode: 'open_existing' })).sid, object.sid);
      assert.equal((await kind.rest(service())(encodeURIComponent(name)).fetch()).sid, object.sid);
    }
  })),

  scenario('names: keys of map items, with all kinds of characters', async session => {
    const [alice, bob] = session.clients('alice', 'bob');
    const mine = await alice.map(unique());
    const theirs = await subscribed(await bob.map(mine.sid));
    const seen = record(theirs);
    const keys = odd();
    for (const key of keys) {
      await mine.set(key, { key });
      assert.equal((await service().syncMaps(mine.sid).syncMapItems(encodeURIComponent(key)).fetch()).key, key);
      assert.deepEqual((await (await session.client('carol').map(mine.sid)).get(key)).data, { key });
      await theirs.mutate(key, data => ({ ...data, seen: true }));
      await theirs.setItemTtl(key, 1000);
      await theirs.remove(key);
    }
    await sees(seen, keys.flatMap(key => [
      ['itemAdded', key, { key }, false], ['itemUpdated', key, { key, seen: true }, true], ['itemRemoved', key, { key, seen: true }, true],
    ]));
  }),

  scenario('names: identities with all kinds of characters', async session => {
    for (const identity of ['alice@example.com', '+491715550100', 'with space', 'ümläut/😀', 'x'.repeat(256)]) {
      const { sid } = await session.client(identity).document(unique());
      assert.equal((await documentKind.rest(service())(sid).fetch()).createdBy, identity);
    }
  }),
];
