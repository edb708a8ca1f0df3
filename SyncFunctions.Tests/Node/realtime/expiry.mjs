import assert from 'node:assert/strict';
import { itemKinds, kinds, record, refuses, scenario, sees, subscribed, unique } from './support.mjs';

export const scenarios = [
  ...kinds.map(kind => scenario(`expiry: of ${kind.label} reaches subscribers`, async session => {
    const [alice, bob] = session.clients('alice', 'bob');
    const mine = await subscribed(await alice[kind.method](unique()));
    const seen = [mine, await subscribed(await bob[kind.method](mine.sid))].map(record);
    await mine.setTtl(1);
    for (const events of seen) await sees(events, [['removed', undefined, kind.method === 'document' ? {} : undefined, false]]);
    await refuses(session.client('carol')[kind.method]({ id: mine.sid, mode: 'open_existing' }), 404, kind.absent);
  })),

  ...itemKinds.map(kind => scenario(`expiry: of items of ${kind.label} reaches subscribers`, async session => {
    const [alice, bob] = session.clients('alice', 'bob');
    const mine = await subscribed(await alice[kind.method](unique()));
    const seen = [mine, await subscribed(await bob[kind.method](mine.sid))].map(record);
    const stays = kind.id(await kind.add(mine, 'stays', { n: 1 }, { ttl: 1000 }));
    const goes = kind.id(await kind.add(mine, 'goes', { n: 2 }, { ttl: 1 }));
    for (const [client, events] of seen.entries())
      await sees(events, [['itemAdded', stays, { n: 1 }, client === 0], ['itemAdded', goes, { n: 2 }, client === 0], ['itemRemoved', goes, { n: 2 }, false]]);
    const items = await (await session.client('carol')[kind.method](mine.sid)).getItems();
    assert.deepEqual(items.items.map(kind.id), [stays]);
  })),
];
