import assert from 'node:assert/strict';
import { record, scenario, sees, service, subscribed, unique } from './support.mjs';

const writers = 8;
const changes = 10;
const total = writers * changes;

const increment = data => ({ n: (data.n ?? 0) + 1 });
const all = session => session.clients(...Array.from({ length: writers }, (_, n) => `writer-${n}`));

/** Every client changes the same object at once; each change is seen by the watcher, and none is lost. */
async function race(session, { open, change, read, events, what }) {
  const seen = record(await subscribed(await open(session.client('watcher'))));
  const objects = await Promise.all(all(session).map(open));
  await Promise.all(objects.flatMap(object => Array.from({ length: changes }, () => change(object))));
  assert.deepEqual(await read(), { n: total });
  await sees(seen, Array.from({ length: total }, (_, n) => [events[n] ?? events.at(-1), what, { n: n + 1 }, false]));
}

export const scenarios = [
  scenario(`concurrency: ${writers} clients count in a document`, async session => {
    const { sid } = await service().documents.create({ data: { n: 0 } });
    await race(session, {
      open: client => client.document(sid), change: document => document.mutate(increment), events: ['updated'],
      read: async () => (await service().documents(sid).fetch()).data,
    });
  }),

  scenario(`concurrency: ${writers} clients count in a list item`, async session => {
    const { sid } = await service().syncLists.create();
    const items = service().syncLists(sid).syncListItems;
    const { index } = await items.create({ data: { n: 0 } });
    await race(session, {
      open: client => client.list(sid), change: list => list.mutate(index, increment), events: ['itemUpdated'], what: index,
      read: async () => (await items(index).fetch()).data,
    });
  }),

  ...[true, false].map(isThere => scenario(`concurrency: ${writers} clients count in a map item${isThere ? '' : ' that is not there yet'}`, async session => {
    const { sid } = await service().syncMaps.create();
    const items = service().syncMaps(sid).syncMapItems;
    if (isThere) await items.create({ key: 'counter', data: { n: 0 } });
    await race(session, {
      open: client => client.map(sid), change: map => map.mutate('counter', increment), what: 'counter',
      events: isThere ? ['itemUpdated'] : ['itemAdded', 'itemUpdated'],
      read: async () => (await items('counter').fetch()).data,
    });
  })),

  scenario(`concurrency: ${writers} clients and REST count in a document`, async session => {
    const { sid } = await service().documents.create({ data: { n: 0 } });
    const increase = async () => {
      const { data, revision } = await service().documents(sid).fetch();
      await service().documents(sid).update({ data: increment(data), ifMatch: revision }).catch(error => {
        if (error.status !== 412) throw error;
        return increase();
      });
    };
    const documents = await Promise.all(all(session).map(client => client.document(sid)));
    await Promise.all([...documents.flatMap(document => Array.from({ length: changes }, () => document.mutate(increment))), ...Array.from({ length: changes }, increase)]);
    assert.deepEqual((await service().documents(sid).fetch()).data, { n: total + changes });
  }),

  scenario(`concurrency: ${writers} clients push to a list`, async session => {
    const { sid } = await service().syncLists.create();
    const seen = record(await subscribed(await session.client('watcher').list(sid)));
    const lists = await Promise.all(all(session).map(client => client.list(sid)));
    const pushed = await Promise.all(lists.flatMap((list, writer) => Array.from({ length: changes }, (_, n) => list.push({ writer, n }))));
    const inOrder = pushed.sort((a, b) => a.index - b.index);
    assert.equal(new Set(inOrder.map(({ index }) => index)).size, total);
    await sees(seen, inOrder.map(({ index, data }) => ['itemAdded', index, data, false]));
    // Of one client each keeps its order.
    for (let writer = 0; writer < writers; writer++)
      assert.deepEqual(inOrder.filter(({ data }) => data.writer === writer).map(({ data }) => data.n), Array.from({ length: changes }, (_, n) => n));
  }),
];
