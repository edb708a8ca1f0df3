import assert from 'node:assert/strict';
import {
  dataOf, documentKind, inState, itemKinds, kinds, listItems, mapItems, record, scenario, sees, service, sleep, subscribed, times, unique, until,
} from './support.mjs';

/** A client behind a proxy with the object open and subscribed, and what it sees. */
async function behindProxy(session, kind, object) {
  const proxy = await session.proxy();
  const client = session.client('alice', { port: proxy.port });
  const opened = await subscribed(await client[kind.method](object.sid));
  const events = record(opened);
  const lost = async () => {
    proxy.cut();
    await until(() => client.connectionState !== 'connected', 'the loss of the connection');
  };
  const back = () => {
    proxy.mend();
    return inState(client, 'connected');
  };
  return { client, opened, events, lost, back };
}

export const scenarios = [
  scenario('reconnection: 50 changes of a document', async session => {
    const mine = await session.client('bob').document({ id: unique(), data: { n: 0 } });
    const { opened, events, lost, back } = await behindProxy(session, documentKind, mine);
    await mine.set({ n: 1 });
    const expected = [1, 51, 52].map(n => ['updated', undefined, { n }, false]);
    await sees(events, expected.slice(0, 1));
    await lost();
    for (let n = 2; n <= 51; n++) await mine.set({ n });
    await back();
    // What is between is not a document's matter: its state is.
    await sees(events, expected.slice(0, 2));
    await mine.set({ n: 52 });
    await sees(events, expected);
    assert.deepEqual(opened.data, { n: 52 });
  }),

  ...itemKinds.map(kind => scenario(`reconnection: 50 changes of items of ${kind.label}`, async session => {
    const mine = await session.client('bob')[kind.method](unique());
    const [old, gone] = [kind.id(await kind.add(mine, 'old', { n: 0 })), kind.id(await kind.add(mine, 'gone', { n: 0 }))];
    const { opened, events, lost, back } = await behindProxy(session, kind, mine);
    await opened.getItems();
    const expected = [];
    const note = (...change) => expected.push([...change, false]);
    const change = async (n) => {
      const data = { n };
      if (n % 5 === 0) {
        await mine.set(old, data);
        note('itemUpdated', old, data);
      } else if (n % 5 === 4) {
        const item = kind.id(await kind.add(mine, `short ${n}`, data));
        note('itemAdded', item, data);
        await mine.remove(item);
        note('itemRemoved', item, data);
      } else {
        note('itemAdded', kind.id(await kind.add(mine, `new ${n}`, data)), data);
      }
    };
    await change(1);
    await lost();
    for (let n = 2; n <= 45; n++) await change(n);
    await mine.remove(gone);
    note('itemRemoved', gone, { n: 0 });
    await back();
    await change(46);
    await sees(events, expected);
    const ids = async object => (await object.getItems({ pageSize: 100 })).items.map(kind.id);
    assert.deepEqual(await ids(opened), await ids(await session.client('carol')[kind.method](mine.sid)));
  })),

  ...itemKinds.map(kind => scenario(`reconnection: one's own changes of ${kind.label} are not seen again`, async session => {
    const { sid } = await kind.rest(service()).create();
    const { opened, events, lost, back } = await behindProxy(session, kind, { sid });
    const item = kind.id(await kind.add(opened, 'a', { n: 1 }));
    await opened.set(item, { n: 2 });
    await opened.remove(item);
    const expected = [['itemAdded', item, { n: 1 }, true], ['itemUpdated', item, { n: 2 }, true], ['itemRemoved', item, { n: 2 }, true]];
    await sees(events, expected);
    await lost();
    await back();
    const other = kind.id(await kind.restAdd(kind.restItems(kind.rest(service())(sid)), 'b', { n: 3 }));
    await sees(events, [...expected, ['itemAdded', other, { n: 3 }, false]]);
  })),

  ...itemKinds.map(kind => scenario(`reconnection: one's own removals before the subscription of ${kind.label} are not seen again`, async session => {
    const proxy = await session.proxy();
    const client = session.client('alice', { port: proxy.port });
    const opened = await client[kind.method](unique());
    const events = record(opened);
    const item = kind.id(await kind.add(opened, 'a', { n: 1 }));
    await opened.remove(item);
    // Time for the client to acknowledge what follows the answer, and too little for the subscription.
    await sleep(30);
    proxy.cut();
    await until(() => client.connectionState !== 'connected', 'the loss of the connection');
    const items = kind.restItems(kind.rest(service())(opened.sid));
    const gone = kind.id(await kind.restAdd(items, 'b', { n: 2 }));
    await items(gone).remove();
    proxy.mend();
    await sees(events, [
      ['itemAdded', item, { n: 1 }, true], ['itemRemoved', item, { n: 1 }, true],
      ['itemAdded', gone, { n: 2 }, false], ['itemRemoved', gone, { n: 2 }, false],
    ]);
  })),

  scenario('reconnection: a stream continues', async session => {
    const mine = await session.client('bob').stream(unique());
    const { opened, events, lost, back } = await behindProxy(session, kinds[3], mine);
    await lost();
    await mine.publishMessage({ lost: true });
    const established = new Promise(resolve => opened.on('_subscriptionStateChanged', state => state === 'established' && resolve()));
    await back();
    await established;
    const { sid } = await mine.publishMessage({ n: 1 });
    await sees(events, [['messagePublished', sid, { n: 1 }, false]]);
  }),

  ...kinds.map(kind => scenario(`reconnection: the removal of ${kind.label} in the meantime is seen`, async session => {
    const mine = await session.client('bob')[kind.method](unique());
    const { events, lost, back } = await behindProxy(session, kind, mine);
    await lost();
    await mine[kind.removal]();
    await back();
    await sees(events, [['removed', undefined, kind.method === 'document' ? {} : undefined, false]]);
  })),

  scenario('reconnection: requests in the meantime are sent afterwards', async session => {
    const { sid } = await service().documents.create({ data: { n: 0 } });
    const { opened, lost, back } = await behindProxy(session, documentKind, { sid });
    await lost();
    const changed = opened.set({ n: 1 });
    await sleep(100);
    await back();
    assert.deepEqual(await changed, { n: 1 });
    assert.deepEqual((await service().documents(sid).fetch()).data, { n: 1 });
  }),

  scenario('reconnection: cut again and again under 300 changes', async session => {
    const mine = await session.client('bob').map(unique());
    const { client, events, lost, back } = await behindProxy(session, mapItems, mine);
    const expected = [];
    for (let round = 0; round < 6; round++) {
      for (let n = 0; n < 50; n++) {
        if (n === 10 + round) await lost();
        if (n === 30 + round) await back();
        await mine.set(`${round}-${n}`, { n });
        expected.push(['itemAdded', `${round}-${n}`, { n }, false]);
      }
      await inState(client, 'connected');
    }
    await sees(events, expected);
  }),

  scenario('reconnection: after 10 MiB were missed', async session => {
    const { sid } = await service().syncLists.create();
    const { client, events, lost, back } = await behindProxy(session, listItems, { sid });
    await lost();
    const items = service().syncLists(sid).syncListItems;
    await times(700, n => items.create({ data: { n, ...dataOf(15 * 1024) } }));
    await back();
    const states = [];
    client.on('connectionStateChanged', state => states.push(state));
    await until(() => events.length >= 700, () => `700 events, not ${events.length}`, 60_000);
    assert.deepEqual(events.map(([name, index]) => [name, index]), Array.from({ length: 700 }, (_, n) => ['itemAdded', n]));
    const { index } = await items.create({ data: {} });
    await until(() => events.at(-1)[1] === index, 'what follows');
    assert.deepEqual(states.filter(state => state !== 'connected'), []);
  }),

  scenario('reconnection: 300 objects are subscribed to again', async session => {
    const proxy = await session.proxy();
    const client = session.client('alice', { port: proxy.port });
    const names = Array.from({ length: 300 }, () => unique());
    const documents = await Promise.all(names.map(id => client.document({ id, data: { n: 0 } })));
    await Promise.all(documents.map(subscribed));
    const seen = documents.map(record);
    proxy.cut();
    await until(() => client.connectionState !== 'connected', 'the loss of the connection');
    await times(300, n => service().documents(names[n]).update({ data: { n } }));
    proxy.mend();
    for (const [n, events] of seen.entries()) await until(() => events.length > 0, `the change of document ${n}`);
    await times(300, n => service().documents(names[n]).update({ data: { again: n } }));
    for (const [n, events] of seen.entries()) await until(() => events.length > 1, `the second change of document ${n}`);
    assert.deepEqual(seen, names.map((_, n) => [['updated', undefined, { n }, false], ['updated', undefined, { again: n }, false]]));
  }),
];
