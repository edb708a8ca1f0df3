import assert from 'node:assert/strict';
import { dataOf, expiresIn, record, refuses, scenario, sees, service, subscribed, unique, until } from './support.mjs';

/** Items, of lists and of maps. */
export const scenarios = kind => {
  const { label, method, add, id, absentItem } = kind;
  const restItems = object => kind.restItems(kind.rest(service())(object.sid));
  const fetch = async (object, item) => (await restItems(object)(encodeURIComponent(id(item))).fetch()).toJSON();

  return [
    scenario(`${label}: items are added, read, changed and removed`, async session => {
      const [alice, bob] = session.clients('alice', 'bob');
      const mine = await alice[method](unique(label));
      const item = await add(mine, 'k', { n: 1 });
      assert.deepEqual(item.data, { n: 1 });
      const theirs = await bob[method](mine.sid);
      assert.deepEqual((await theirs.get(id(item))).data, { n: 1 });
      assert.equal((await fetch(mine, item)).createdBy, 'alice');

      assert.deepEqual((await mine.set(id(item), { n: 2, a: 1 })).data, { n: 2, a: 1 });
      assert.deepEqual((await mine.update(id(item), { b: 1 })).data, { n: 2, a: 1, b: 1 });
      assert.deepEqual((await mine.mutate(id(item), data => ({ n: data.n + 1 }))).data, { n: 3 });
      assert.deepEqual((await mine.mutate(id(item), () => null)).data, { n: 3 });
      const stored = await fetch(mine, item);
      assert.deepEqual(stored.data, { n: 3 });
      assert.deepEqual([(await mine.get(id(item))).revision, (await mine.get(id(item))).lastEventId], [stored.revision, 3]);

      await mine.remove(id(item));
      await assert.rejects(restItems(mine)(id(item)).fetch(), { status: 404 });
      assert.deepEqual((await (await alice[method](mine.sid)).getItems()).items, []);
    }),

    scenario(`${label}: items that are not there`, async session => {
      const object = await session.client('alice')[method](unique(label));
      const events = record(object);
      await refuses(object.get(absentItem.id), 404, absentItem.code);
      await refuses(object.remove(absentItem.id), 404, absentItem.code);
      await refuses(object.setItemTtl(absentItem.id, 10), 404, absentItem.code);
      if (method === 'list') {
        await refuses(object.set(absentItem.id, {}), 404, absentItem.code);
        await refuses(object.mutate(absentItem.id, () => ({ n: 1 })), 404, absentItem.code);
      }
      await add(object, 'still', { here: true });
      await sees(events, [['itemAdded', method === 'list' ? 0 : 'still', { here: true }, true]]);
    }),

    scenario(`${label}: times to live of items`, async session => {
      const object = await session.client('alice')[method](unique(label));
      const item = await add(object, 'k', { n: 0 }, { ttl: 1000 });
      const expires = async seconds => {
        expiresIn((await fetch(object, item)).dateExpires, seconds);
        expiresIn((await object.get(id(item))).dateExpires, seconds);
      };
      await expires(1000);
      await object.set(id(item), { n: 1 }, { ttl: 2000 });
      expiresIn((await fetch(object, item)).dateExpires, 2000);
      await object.update(id(item), { n: 2 }, { ttl: 3000 });
      expiresIn((await fetch(object, item)).dateExpires, 3000);
      await object.mutate(id(item), ({ n }) => ({ n: n + 1 }), { ttl: 4000 });
      expiresIn((await fetch(object, item)).dateExpires, 4000);
      await object.setItemTtl(id(item), 5000);
      await expires(5000);
      await object.set(id(item), { n: 4 });
      expiresIn((await fetch(object, item)).dateExpires, 5000);
      await object.setItemTtl(id(item), 0);
      assert.equal((await fetch(object, item)).dateExpires, null);
      assert.equal((await object.get(id(item))).dateExpires, null);
      await refuses(object.setItemTtl(id(item), 31_536_001), 400, 54011);
    }),

    scenario(`${label}: every change of an item is seen once, in order, by all`, async session => {
      const [alice, bob] = session.clients('alice', 'bob');
      const name = unique(label);
      const [mine, theirs] = [await subscribed(await alice[method](name)), await subscribed(await bob[method](name))];
      const seen = [mine, theirs].map(record);
      const rest = restItems(mine);

      const first = id(await add(mine, 'a', { n: 1 }));
      await mine.set(first, { n: 2 });
      await mine.update(first, { n: 3 });
      await mine.mutate(first, ({ n }) => ({ n: n + 1 }));
      await mine.setItemTtl(first, 1000);
      await mine.remove(first);
      const second = id(await kind.restAdd(rest, 'b', { n: 5 }));
      await rest(second).update({ data: { n: 6 } });
      await rest(second).update({ itemTtl: 1000 });
      await rest(second).remove();
      // The client applies responses to its own requests before events that arrive with them.
      await until(() => seen[0].length >= 8, 'the changes by REST');
      const third = id(await add(mine, 'a', { n: 7 }));
      if (method === 'map') assert.equal(first, third);

      const changes = [
        ['itemAdded', first, { n: 1 }], ['itemUpdated', first, { n: 2 }], ['itemUpdated', first, { n: 3 }], ['itemUpdated', first, { n: 4 }],
        ['itemRemoved', first, { n: 4 }],
        ['itemAdded', second, { n: 5 }], ['itemUpdated', second, { n: 6 }], ['itemRemoved', second, { n: 6 }],
        ['itemAdded', third, { n: 7 }],
      ];
      await sees(seen[0], changes.map(change => [...change, change[1] !== second]));
      await sees(seen[1], changes.map(change => [...change, false]));
      for (const object of [mine, theirs]) assert.deepEqual((await object.getItems()).items.map(id), [third]);
    }),

    scenario(`${label}: items added and removed before the subscription stands are seen once`, async session => {
      const [alice, bob] = session.clients('alice', 'bob');
      const mine = await alice[method](unique(label));
      const events = record(mine);
      const standing = subscribed(mine);
      const expected = [];
      // The client subscribes a tenth of a second later.
      for (let n = 0; n < 20; n++) {
        const item = id(await add(mine, `k${n}`, { n }));
        await mine.remove(item);
        expected.push(['itemAdded', item, { n }, true], ['itemRemoved', item, { n }, true]);
      }
      await standing;
      const theirs = await bob[method](mine.sid);
      const other = id(await add(theirs, 'other', { n: 100 }));
      await theirs.remove(other);
      await sees(events, [...expected, ['itemAdded', other, { n: 100 }, false], ['itemRemoved', other, { n: 100 }, false]]);
    }),

    scenario(`${label}: an item first learnt by its event can be changed and removed`, async session => {
      const [alice, bob] = session.clients('alice', 'bob');
      const mine = await alice[method](unique(label));
      const theirs = await subscribed(await bob[method](mine.sid));
      const seen = record(theirs);
      const item = id(await add(mine, 'a b/ü', { n: 1 }));
      await sees(seen, [['itemAdded', item, { n: 1 }, false]]);
      await theirs.mutate(item, ({ n }) => ({ n: n + 1 }));
      await theirs.setItemTtl(item, 100);
      await theirs.remove(item);
      await sees(seen, [['itemAdded', item, { n: 1 }, false], ['itemUpdated', item, { n: 2 }, true], ['itemRemoved', item, { n: 2 }, true]]);
    }),

    scenario(`${label}: what was there before the change comes with it`, async session => {
      const [alice, bob] = session.clients('alice', 'bob');
      const mine = await alice[method](unique(label));
      const item = id(await add(mine, 'a', { n: 1 }));
      const theirs = await subscribed(await bob[method](mine.sid));
      await theirs.get(item);
      const updated = new Promise(resolve => theirs.on('itemUpdated', resolve));
      const removed = new Promise(resolve => theirs.on('itemRemoved', resolve));
      await mine.set(item, { n: 2 });
      assert.deepEqual((await updated).previousItemData, { n: 1 });
      await mine.remove(item);
      assert.deepEqual(await removed, { [method === 'list' ? 'index' : 'key']: item, isLocal: false, previousItemData: { n: 2 } });
    }),

    scenario(`${label}: data of items of 16 KiB, and more`, async session => {
      const [alice, bob] = session.clients('alice', 'bob');
      const mine = await alice[method](unique(label));
      const seen = record(await subscribed(await bob[method](mine.sid)));
      const item = id(await add(mine, 'a', dataOf(16 * 1024)));
      await refuses(add(mine, 'b', dataOf(16 * 1024 + 1)), 413, 54006);
      await refuses(mine.set(item, dataOf(16 * 1024 + 1)), 413, 54006);
      await refuses(mine.mutate(item, () => dataOf(16 * 1024 + 1)), 413, 54006);
      await sees(seen, [['itemAdded', item, dataOf(16 * 1024), false]]);
    }),

    scenario(`${label}: 200 items added at once reach a subscriber in their order`, async session => {
      const [alice, bob] = session.clients('alice', 'bob');
      const mine = await alice[method](unique(label));
      const seen = record(await subscribed(await bob[method](mine.sid)));
      const added = await Promise.all(Array.from({ length: 200 }, (_, n) => add(mine, `k${n}`, { n })));
      const inOrder = added.sort((a, b) => a.lastEventId - b.lastEventId);
      await sees(seen, inOrder.map(item => ['itemAdded', id(item), item.data, false]));
    }),

    ...method === 'list' ? [] : [
      scenario('maps: items of new keys by update and mutate', async session => {
        const [alice, bob] = session.clients('alice', 'bob');
        const mine = await alice.map(unique());
        const seen = record(await subscribed(await bob.map(mine.sid)));
        assert.deepEqual((await mine.update('a', { n: 1 })).data, { n: 1 });
        assert.deepEqual((await mine.mutate('b', data => ({ ...data, n: 2 }))).data, { n: 2 });
        await sees(seen, [['itemAdded', 'a', { n: 1 }, false], ['itemAdded', 'b', { n: 2 }, false]]);
        await refuses(mine.set('x'.repeat(321), {}), 400, 54209);
      }),

      scenario('maps: opened with their items', async session => {
        const [alice, bob] = session.clients('alice', 'bob');
        const mine = await alice.map(unique());
        for (const key of ['a', 'b', 'c']) await mine.set(key, { key });
        const map = await bob.map({ id: mine.sid, includeItems: true });
        assert.deepEqual((await map.getItems()).items.map(({ data }) => data.key), ['a', 'b', 'c']);
        assert.deepEqual((await map.get('b')).data, { key: 'b' });
      }),
    ],
  ];
};
