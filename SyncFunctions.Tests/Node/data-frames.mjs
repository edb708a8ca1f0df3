// What clients/data-frames.js promises, step by step, over the functions, the emulator and Twilio's own client.
//
//   API_URL=http://127.0.0.1:7071 node --expose-gc data-frames.mjs
//
// ROWS is how many rows the longest list has. A line for each step; exits with 0 if all is well, else with 1.

import assert from 'node:assert/strict';
import http from 'node:http';
import process from 'node:process';
import { ObserverAdminClient, ObserverClient } from './clients/data-frames.js';
import { describe, fail, runAll } from './running.mjs';

const { API_URL, ROWS = '20000' } = process.env;
if (!API_URL) fail('not set: API_URL');

const clients = [];
let count = 0;
const newName = () => `frame-${process.pid}-${count += 1}`;

function open(connection = {}) {
  const client = new ObserverClient({ connection: { url: `${API_URL}/api`, ...connection } });
  clients.push(client);
  return client;
}

async function until(condition, what) {
  for (const end = Date.now() + 30_000; Date.now() < end;) {
    if (await condition()) return;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  throw new Error(`never came: ${what}`);
}

async function call(name, parameters) {
  const response = await fetch(`${API_URL}/api/${name}`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(parameters),
  });
  const body = await response.json();
  if (!response.ok) throw new Error(`${name}: ${JSON.stringify(body)}`);
  return body;
}

const add = (listName, items) => call('addListItems', { listName, items });
const numbers = (from, to) => Array.from({ length: to - from }, (_, i) => ({ n: from + i, even: (from + i) % 2 === 0 }));

/** A list of rows 0 to length - 1. */
async function listOf(length) {
  const listName = newName();
  await call('createList', { listName });
  for (let n = 0; n < length; n += 100) await add(listName, numbers(n, Math.min(n + 100, length)));
  return listName;
}

const noted = frame => {
  const rows = [];
  frame.on('newrow', row => { rows.push(row.n); });
  frame.on('error', error => { rows.push(error); });
  return rows;
};

/** Answers as the functions would, and notes the calls. */
async function answering(answer) {
  const calls = [];
  const server = http.createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const body = text ? JSON.parse(text) : undefined;
    calls.push([request.url, body, request.headers['x-functions-key']]);
    const { status = 200, body: result } = answer(request.url, body, request.headers['x-functions-key']);
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(result));
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return { calls, url: `http://127.0.0.1:${server.address().port}/api`, close: () => server.close() };
}

const scenarios = [
  ['a frame reads all rows, emits each once, and can be iterated in any order', async () => {
    const frame = open().createDatabaseFrame(await listOf(250));
    const told = noted(frame);
    assert.equal(await frame.update(), frame);
    assert.deepEqual(told, numbers(0, 250).map(row => row.n));
    assert.deepEqual([...frame], numbers(0, 250));
    assert.equal(frame.length, 250);
    frame.sortFn = (one, other) => other.n - one.n;
    assert.deepEqual([...frame].map(row => row.n), numbers(0, 250).map(row => row.n).reverse());
    await frame.update();
    assert.equal(told.length, 250);
  }],
  ['conditions are a text, or values that fields have', async () => {
    const client = open();
    const listName = newName();
    await call('createList', { listName });
    await add(listName, [{ a: 1, b: { c: 'x' } }, { a: 2, b: { c: 'y' } }, { a: 3, 'd e': null }, { a: '1' }]);
    const rows = async conditions => [...await client.createDatabaseFrame(listName, conditions).update()].map(row => row.a);
    assert.deepEqual(await rows(), [1, 2, 3, '1']);
    assert.deepEqual(await rows({}), [1, 2, 3, '1']);
    assert.deepEqual(await rows('a >= 2 OR b.c == "x"'), [1, 2, 3]);
    assert.deepEqual(await rows({ a: 1 }), [1]);
    assert.deepEqual(await rows({ a: [1, 3, '1'] }), [1, 3, '1']);
    assert.deepEqual(await rows({ 'b.c': 'y', a: undefined }), [2]);
    assert.deepEqual(await rows({ 'd e': null }), [3]);
    assert.deepEqual(await rows({ a: 2, 'b.c': 'x' }), []);
  }],
  ['rows that are added come by themselves, under the same conditions, each once', async () => {
    const listName = await listOf(10);
    const client = open();
    const all = client.createDatabaseFrame(listName);
    const even = client.createDatabaseFrame(listName, { even: true });
    const told = [noted(all), noted(even)];
    await until(() => told[0].length === 10 && told[1].length === 5, 'the rows that are there');
    for (let n = 10; n < 40; n += 1) await add(listName, numbers(n, n + 1));
    await until(() => told[0].length === 40 && told[1].length === 20, 'the rows that are added');
    await all.update();
    assert.deepEqual(told[0], numbers(0, 40).map(row => row.n));
    assert.deepEqual(told[1], numbers(0, 40).filter(row => row.even).map(row => row.n));
  }],
  ['rows that are added while others are read come once', async () => {
    const listName = await listOf(2000);
    const frame = open().createDatabaseFrame(listName, 'n >= 100');
    const told = noted(frame);
    await until(() => told.length > 0, 'the first row');
    const adding = Promise.all([2000, 2100, 2200, 2300].map(n => add(listName, numbers(n, n + 100))));
    await frame.update();
    await adding;
    await until(() => told.length >= 2300, 'all rows');
    await frame.update();
    assert.deepEqual([...told].sort((a, b) => a - b), numbers(100, 2400).map(row => row.n));
  }],
  ['without updateOnCreate nothing is read before it is requested', async () => {
    const frame = open().createDatabaseFrame(await listOf(5), undefined, false);
    const told = noted(frame);
    await new Promise(resolve => setTimeout(resolve, 300));
    assert.deepEqual(told, []);
    await frame.update();
    assert.equal(told.length, 5);
  }],
  ['updates at the same time read once', async () => {
    const frame = open().createDatabaseFrame(await listOf(300), undefined, false);
    const told = noted(frame);
    await Promise.all([frame.update(), frame.update(), frame.update()]);
    assert.equal(told.length, 300);
  }],
  ['a frame that is closed tells so, and of nothing more', async () => {
    const listName = await listOf(3);
    const client = open();
    const frame = client.createDatabaseFrame(listName);
    const told = noted(frame);
    let closed = 0;
    frame.on('close', () => { closed += 1; });
    await until(() => told.length === 3, 'the rows');
    frame.close();
    frame.close();
    await add(listName, numbers(3, 6));
    await frame.update();
    assert.deepEqual([told.length, closed, frame.closed, [...frame].length], [3, 1, true, 3]);
  }],
  ['a frame ends with its list, and with its client', async () => {
    const names = [await listOf(1), await listOf(1)];
    const client = open();
    const frames = names.map(name => client.createDatabaseFrame(name));
    const closed = [];
    frames.forEach((frame, n) => frame.on('close', () => closed.push(n)));
    client.on('close', () => closed.push('client'));
    await until(() => frames.every(frame => frame.length === 1), 'the rows');
    await call('removeList', { listName: names[1] });
    await until(() => closed.length === 1, 'the end of one frame');
    await client.close();
    assert.deepEqual(closed, [1, 0, 'client']);
    assert.throws(() => client.createDatabaseFrame(names[0]), /closed/);
    await assert.rejects(client.connect(), /closed/);
  }],
  [`${ROWS} rows are read in chunks, and none is kept`, async () => {
    const length = Number(ROWS);
    const listName = newName();
    await call('createList', { listName });
    const starts = Array.from({ length: Math.ceil(length / 100) }, (_, i) => i * 100);
    await Promise.all(Array.from({ length: 8 }, async () => {
      for (let n = starts.shift(); n !== undefined; n = starts.shift()) await add(listName, numbers(n, Math.min(n + 100, length)).map(row => ({ ...row, pad: 'x'.repeat(100) })));
    }));
    const frame = open().createDatabaseFrame(listName, { even: true }, false);
    const seen = new Uint8Array(length);
    const heap = [];
    let rows = 0;
    for await (const { n } of frame) {
      seen[n] += 1;
      rows += 1;
      if (rows % Math.floor(length / 8) === 0) {
        globalThis.gc?.();
        heap.push(process.memoryUsage().heapUsed);
      }
    }
    assert.equal(rows, length / 2);
    assert.ok(seen.every((times, n) => times === (n % 2 === 0 ? 1 : 0)));
    assert.equal(frame.length, 0);
    if (globalThis.gc) assert.ok(heap.at(-1) - heap[0] < 4_000_000, `the heap grew: ${heap}`);
  }],
  ['calls are found by what takes part in them', async () => {
    const client = open();
    assert.deepEqual([await client.fetchOngoingCalls(), await client.findCalls({ callId: 'c1' })], [[], []]);
    await call('createMap', { mapName: 'calls' });
    await call('createList', { listName: 'calls-history' });
    const ongoing = [
      { callId: 'c1', roomId: 'r1', clientIds: ['a', 'b'], transportIds: ['t1'], producerIds: ['p1'], consumerIds: ['k1'], mediaTrackIds: ['m1'] },
      { callId: 'c2', roomId: 'r2', clientIds: ['b'], transportIds: [], producerIds: [], consumerIds: [], mediaTrackIds: [] },
    ];
    for (const data of ongoing) await call('setMapItem', { mapName: 'calls', key: data.callId, data });
    await add('calls-history', [
      { callId: 'c0', roomId: 'r1', clientIds: ['b'], duration: 30 }, { callId: 'c1', roomId: 'r1', clientIds: ['b'], duration: 50 },
    ]);
    assert.deepEqual((await client.fetchOngoingCalls()).map(found => found.callId), ['c1', 'c2']);
    const find = async parts => (await client.findCalls(parts)).map(found => found.callId);
    assert.deepEqual(await find({ clientId: 'b' }), ['c1', 'c2', 'c0']);
    assert.deepEqual(await find({ roomId: 'r1' }), ['c1', 'c0']);
    assert.deepEqual(await find({ roomId: 'r2', clientId: 'b' }), ['c2']);
    assert.deepEqual(await find({ callId: 'c0' }), ['c0']);
    for (const parts of [{ transportId: 't1' }, { producerId: 'p1' }, { consumerId: 'k1' }, { mediaTrackId: 'm1' }]) assert.deepEqual(await find(parts), ['c1']);
    assert.deepEqual(await find({ clientId: '" OR "" == "' }), []);
    assert.deepEqual(await find({}), ['c1', 'c2', 'c0']);
    const { count, sum, p50, groups } = await client.getSummaryStats({ conditions: { roomId: 'r1' }, groupBy: 'callId' });
    assert.deepEqual([count, sum, p50, groups.map(({ group }) => group)], [2, 80, 30, ['c0', 'c1']]);
  }],
  ['snapshots of a call and of a client come as they are added', async () => {
    const callId = newName();
    const client = open();
    const [whole, one] = [client.createCallSnapshotsFrame(callId), client.createClientSnapshotsFrame({ callId, clientId: 'a' })];
    const told = [noted(whole), noted(one)];
    await until(async () => (await call('searchList', { listName: `call-${callId}` })) !== '', 'the list');
    await add(`call-${callId}`, [{ n: 1, clientId: 'a' }, { n: 2, clientId: 'b' }, { n: 3, clientId: 'a' }]);
    await until(() => told[0].length === 3 && told[1].length === 2, 'the snapshots');
    assert.deepEqual(told, [[1, 2, 3], [1, 3]]);
  }],
  ['what cannot be read is an error', async () => {
    const listName = await listOf(1);
    const frame = open().createDatabaseFrame(listName, 'n ==');
    const errors = [];
    frame.on('error', error => { errors.push(error); });
    await until(() => errors.length, 'the error');
    assert.deepEqual([errors[0].status, errors[0].parameter], [400, 'where']);
    await assert.rejects(frame.update(), { status: 400, parameter: 'where' });
  }],
  ['a new key is requested if one is refused', async () => {
    const app = await answering((url, _, key) => key === 'new' || url === '/api/health' ? { body: { items: [], nextPageToken: null } } : { status: 401 });
    const keys = ['old', 'new'];
    let asked = 0;
    const client = open({ url: app.url, getAccessToken: async () => keys[asked++] });
    assert.deepEqual(await Promise.all([client.fetchOngoingCalls(), client.fetchOngoingCalls()]), [[], []]);
    assert.equal(asked, 2);
    const refused = open({ url: app.url, getAccessToken: () => 'wrong' });
    await assert.rejects(refused.fetchOngoingCalls(), { status: 401 });
    await assert.rejects(refused.connect(), { status: 401 });
    app.close();
  }],
  ['the client of an administrator starts, looks at, ends and forgets jobs', async () => {
    const jobs = { one: { jobId: 'one', type: 'summarize', state: 'active' }, two: { jobId: 'two', type: 'summarize', state: 'completed' } };
    const app = await answering((url, { jobId, pageToken } = {}) => {
      switch (url) {
        case '/api/startJob': return { status: 202, body: { jobId: 'one' } };
        case '/api/getJob': return jobs[jobId] ? { body: jobs[jobId] } : { status: 404, body: { detail: 'No such job.' } };
        case '/api/cancelJob': return jobId === 'one' ? { body: { ...jobs.one, state: 'canceled' } } : { status: 409, body: { detail: 'It has ended.' } };
        case '/api/listJobs': return { body: pageToken ? { items: [jobs.two], nextPageToken: null } : { items: [jobs.one], nextPageToken: 'next' } };
        default: return { body: { url } };
      }
    });
    const admin = new ObserverAdminClient({ connection: { url: app.url, getAccessToken: async () => 'key' } });
    assert.deepEqual(await admin.startJob('summarize', { listName: 'calls' }), { jobId: 'one' });
    assert.deepEqual(await admin.getJob('one'), jobs.one);
    assert.deepEqual(
      [await admin.cancelJob('summarize', 'one'), await admin.cancelJob('summarize', 'two'), await admin.cancelJob('removeItems', 'one'), await admin.cancelJob('summarize', 'x')],
      [true, false, false, false]);
    assert.deepEqual(await admin.listJobs({ type: 'summarize', state: 'active' }), [jobs.one, jobs.two]);
    await admin.cleanFailedJobs('one', 'two');
    await admin.cleanCompletedJobs();
    assert.deepEqual([await admin.getWorkerState(), await admin.getServerState()], [{ url: '/api/getWorkerState' }, { url: '/api/getServerState' }]);
    const made = app.calls.filter(([url]) => !url.endsWith('getJob'));
    assert.deepEqual(made.map(([url, body]) => [url, body]), [
      ['/api/startJob', { type: 'summarize', input: { listName: 'calls' } }],
      ['/api/cancelJob', { jobId: 'one' }],
      ['/api/cancelJob', { jobId: 'two' }],
      ['/api/listJobs', { type: 'summarize', state: 'active' }],
      ['/api/listJobs', { type: 'summarize', state: 'active', pageToken: 'next' }],
      ['/api/cleanJobs', { state: 'failed', jobIds: ['one', 'two'] }],
      ['/api/cleanJobs', { state: 'completed' }],
      ['/api/getWorkerState', {}],
      ['/api/getServerState', {}],
    ]);
    assert.ok(app.calls.every(([, , key]) => key === 'key'));
    app.close();
  }],
].map(([name, run]) => ({ name, run }));

let failed = false;
await runAll(scenarios, async ({ name, run }) => {
  const error = await run().then(() => undefined, describe);
  failed ||= error !== undefined;
  console.log(JSON.stringify({ name, ok: error === undefined, ...error && { error } }));
});
await Promise.allSettled(clients.map(client => client.close()));
process.exit(failed ? 1 : 0);
