import assert from 'node:assert/strict';
import { dataOf, record, refuses, scenario, sees, service, subscribed, unique } from './support.mjs';

export const scenarios = [
  scenario('streams: a message reaches each subscriber once', async session => {
    const [alice, bob] = session.clients('alice', 'bob');
    const name = unique();
    const opened = [await subscribed(await alice.stream(name)), await subscribed(await bob.stream(name))];
    const seen = opened.map(record);
    const message = await opened[0].publishMessage({ n: 1, text: 'é😀' });
    assert.match(message.sid, /^TZ[0-9a-f]{32}$/);
    assert.deepEqual(message.data, { n: 1, text: 'é😀' });
    const { sid } = await service().syncStreams(name).streamMessages.create({ data: { n: 2 } });
    await sees(seen[0], [['messagePublished', message.sid, message.data, true], ['messagePublished', sid, { n: 2 }, false]]);
    await sees(seen[1], [['messagePublished', message.sid, message.data, false], ['messagePublished', sid, { n: 2 }, false]]);
  }),

  scenario('streams: 200 messages keep their order', async session => {
    const [alice, bob] = session.clients('alice', 'bob');
    const mine = await alice.stream(unique());
    const seen = record(await subscribed(await bob.stream(mine.sid)));
    const sids = [];
    for (let n = 0; n < 100; n++) sids.push((await mine.publishMessage({ n })).sid);
    for (let n = 100; n < 200; n++) sids.push((await service().syncStreams(mine.sid).streamMessages.create({ data: { n } })).sid);
    await sees(seen, sids.map((sid, n) => ['messagePublished', sid, { n }, false]));
  }),

  scenario('streams: messages of 4 KiB, and more', async session => {
    const [alice, bob] = session.clients('alice', 'bob');
    const mine = await alice.stream(unique());
    const seen = record(await subscribed(await bob.stream(mine.sid)));
    const { sid } = await mine.publishMessage(dataOf(4096));
    await refuses(mine.publishMessage(dataOf(4097)), 413, 54006);
    await sees(seen, [['messagePublished', sid, dataOf(4096), false]]);
  }),

  scenario('streams: of a removed one nothing is published', async session => {
    const [alice, bob] = session.clients('alice', 'bob');
    const mine = await alice.stream(unique());
    await (await bob.stream(mine.sid)).removeStream();
    await refuses(mine.publishMessage({}), 404, 54250);
  }),
];
