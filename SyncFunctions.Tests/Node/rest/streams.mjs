import assert from 'node:assert/strict';
import { richData } from './data.mjs';
import { answers, dataOf, env, hasFields, isNotFound, make, refuses, scenario, service, sidOf, streamKind, unique } from './support.mjs';

const publish = 'CreateStreamMessage';
const makeStream = params => make(streamKind, params);

export const scenarios = [
  scenario('streams: a message has a SID and its data', [publish], async () => {
    const { context, name, sid } = await makeStream();
    const { body: message } = await answers(201, context.streamMessages.createWithHttpInfo({ data: { n: 1 } }));
    hasFields(message, { sid: sidOf('TZ'), data: { n: 1 } });
    const again = await service().syncStreams(name).streamMessages.create({ data: { n: 2 } });
    hasFields(again, { sid: sidOf('TZ'), data: { n: 2 } });
    assert.notEqual(again.sid, message.sid);
    const fetched = await service().syncStreams(sid).fetch();
    assert.deepEqual((await fetched.streamMessages().create({ data: {} })).data, {});
  }),

  scenario("streams: a message's data comes back as it was", [publish], async () => {
    const { context } = await makeStream();
    for (const data of richData) assert.deepEqual((await context.streamMessages.create({ data })).data, data);
    assert.deepEqual((await context.streamMessages.create({ data: String.raw`{"s":"\u00fc"}` })).data, { s: 'ü' });
  }),

  scenario('streams: 20 messages at once', [publish], async () => {
    const { context } = await makeStream();
    const messages = await Promise.all(Array.from({ length: 20 }, (_, n) => context.streamMessages.create({ data: { n } })));
    assert.equal(new Set(messages.map(({ sid }) => sid)).size, 20);
    assert.deepEqual(messages.map(({ data }) => data.n), Array.from({ length: 20 }, (_, n) => n));
  }),

  scenario('streams: a message that is no JSON or over 4 KiB', [publish], async () => {
    const { context } = await makeStream();
    const { streamMessages } = context;
    for (const data of ['not json', '{firstName:Alice}', '{"a":1']) await refuses(streamMessages.create({ data }), { status: 400, code: 54008 });
    for (const data of [dataOf(5000), { s: '€'.repeat(1500) }]) await refuses(streamMessages.create({ data }), { status: 413, code: 54006 });
    assert.deepEqual((await streamMessages.create({ data: dataOf(4000) })).data, dataOf(4000));
  }),

  scenario('streams: a message to an absent or removed stream', [publish, 'DeleteSyncStream'], async () => {
    const absent = unique('absent');
    await isNotFound(service().syncStreams(absent).streamMessages.create({ data: {} }), `${env.SERVICE_SID}/Streams/${absent}/Messages`);
    const { context } = await makeStream();
    assert.equal(await context.remove(), true);
    await isNotFound(context.streamMessages.create({ data: {} }));
  }),

  scenario('streams: messages leave the expiry alone', [publish, 'FetchSyncStream'], async () => {
    const { object, context } = await makeStream({ ttl: 600 });
    await context.streamMessages.create({ data: {} });
    assert.equal(+(await context.fetch()).dateExpires, +object.dateExpires);
  }),
];
