import assert from 'node:assert/strict';
import { dataOf, expiresIn, record, refuses, scenario, sees, service, subscribed, unique } from './support.mjs';

const fetch = async ({ sid }) => (await service().documents(sid).fetch()).toJSON();

export const scenarios = [
  scenario('documents: created with data', async session => {
    const [alice, bob] = session.clients('alice', 'bob');
    const data = { n: 1, text: 'line\nbreak "é" 😀', nested: { a: [1, 2, { b: null }] } };
    const created = await alice.document({ id: unique(), data });
    assert.deepEqual(created.data, data);
    const opened = await bob.document({ id: created.sid, data: { ignored: true } });
    assert.deepEqual(opened.data, data);
    assert.equal(opened.revision, created.revision);
    assert.equal((await fetch(created)).createdBy, 'alice');
  }),

  scenario('documents: set, update and mutate', async session => {
    const document = await session.client('alice').document({ data: { a: 1, b: 1 } });
    assert.deepEqual(await document.set({ a: 2, c: 1 }), { a: 2, c: 1 });
    assert.deepEqual(await document.update({ c: 2, d: 1 }), { a: 2, c: 2, d: 1 });
    assert.deepEqual(await document.mutate(data => ({ ...data, a: data.a + 1 })), { a: 3, c: 2, d: 1 });
    assert.deepEqual(await document.mutate(() => null), { a: 3, c: 2, d: 1 });
    assert.deepEqual(document.data, { a: 3, c: 2, d: 1 });
    const { data, revision, dateUpdated } = await fetch(document);
    assert.deepEqual(data, document.data);
    assert.deepEqual([document.revision, document.lastEventId], [revision, 3]);
    assert.equal(+document.dateUpdated - +document.dateUpdated % 1000, +dateUpdated);
  }),

  scenario('documents: set, update and mutate with a time to live', async session => {
    const document = await session.client('alice').document({ data: { n: 0 } });
    for (const [ttl, change] of [[1000, 'set'], [2000, 'update'], [3000, 'mutate']]) {
      await document[change](change === 'mutate' ? data => ({ n: data.n + 1 }) : { n: ttl }, { ttl });
      expiresIn(document.dateExpires, ttl);
      expiresIn((await fetch(document)).dateExpires, ttl);
    }
    await document.set({});
    expiresIn(document.dateExpires, 3000);
    await document.set({}, { ttl: 0 });
    assert.equal((await fetch(document)).dateExpires, null);
    const { revision } = document;
    await document.setTtl(500);
    assert.equal((await fetch(document)).revision, revision);
  }),

  scenario('documents: every change is seen once, in order, by all', async session => {
    const [alice, bob] = session.clients('alice', 'bob');
    const name = unique();
    const [mine, theirs] = [await subscribed(await alice.document(name)), await subscribed(await bob.document(name))];
    const seen = [mine, theirs].map(record);
    await mine.set({ n: 1 });
    await mine.update({ n: 2 });
    await mine.mutate(({ n }) => ({ n: n + 1 }));
    await service().documents(name).update({ data: { n: 4 } });
    await service().documents(name).update({ ttl: 1000 });
    await service().documents(name).update({ data: { n: 5 } });
    const expected = local => [1, 2, 3, 4, 5].map(n => ['updated', undefined, { n }, local && n < 4]);
    await sees(seen[0], expected(true));
    await sees(seen[1], expected(false));
    assert.deepEqual([mine.data, theirs.data, theirs.lastEventId], [{ n: 5 }, { n: 5 }, 5]);
  }),

  scenario('documents: the previous data comes with the change', async session => {
    const [alice, bob] = session.clients('alice', 'bob');
    const mine = await alice.document({ data: { n: 1 } });
    const theirs = await subscribed(await bob.document(mine.sid));
    const update = new Promise(resolve => theirs.on('updated', resolve));
    await mine.set({ n: 2 });
    assert.deepEqual(await update, { data: { n: 2 }, previousData: { n: 1 }, isLocal: false });
  }),

  scenario('documents: 100 changes in a row', async session => {
    const [alice, bob] = session.clients('alice', 'bob');
    const mine = await alice.document(unique());
    const theirs = await subscribed(await bob.document(mine.sid));
    const seen = record(theirs);
    for (let n = 1; n <= 100; n++) await (n % 2 ? mine.set({ n }) : service().documents(mine.sid).update({ data: { n } }));
    await sees(seen, Array.from({ length: 100 }, (_, i) => ['updated', undefined, { n: i + 1 }, false]));
  }),

  scenario('documents: data of 16 KiB, and more', async session => {
    const [alice, bob] = session.clients('alice', 'bob');
    const document = await alice.document({ data: dataOf(16 * 1024) });
    assert.deepEqual((await bob.document(document.sid)).data, dataOf(16 * 1024));
    const seen = record(await subscribed(await bob.document(document.sid)));
    await document.set({ s: '😀'.repeat(4090) });
    await sees(seen, [['updated', undefined, { s: '😀'.repeat(4090) }, false]]);
    await refuses(document.set(dataOf(16 * 1024 + 1)), 413, 54006);
    await refuses(document.mutate(() => ({ s: '😀'.repeat(4096) })), 413, 54006);
    await refuses(alice.document({ data: dataOf(16 * 1024 + 1) }), 413, 54006);
    assert.deepEqual((await fetch(document)).data, { s: '😀'.repeat(4090) });
  }),

  scenario('documents: removed when they are written', async session => {
    const [alice] = session.clients('alice');
    const document = await alice.document(unique());
    const events = record(document);
    await service().documents(document.sid).remove();
    await refuses(document.set({}), 404, 54100);
    await sees(events, [['removed', undefined, {}, false]]);
  }),
];
