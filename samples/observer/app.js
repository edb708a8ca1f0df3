// A dashboard: ongoing calls (a map), the live snapshots of one call (a frame of a list), their statistics, and the app's jobs.
//
// In the address: ?api= the address of the functions, ?every= milliseconds between two snapshots of a simulated call.

import { ObserverAdminClient, ObserverClient } from '../clients/data-frames.js';
import { Functions } from '../clients/functions.js';

const query = new URLSearchParams(location.search);
const url = query.get('api') ?? 'http://127.0.0.1:7071';
const every = Number(query.get('every') ?? 1000);
const shown = 60;

const functions = new Functions(url);
const observer = new ObserverClient({ connection: { url } });
const admin = new ObserverAdminClient({ connection: { url } });

const $ = id => document.getElementById(id);
const listOf = callId => `call-${callId}`;

let chosen;
let frame;
let runsJobs = false;
const madeUp = new Map();

function report(error) {
  console.error(error);
  $('problem').textContent = error.message;
  $('problem').hidden = false;
}

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  Object.assign(made, attributes);
  return made;
}

/** Repeats an action, with a delay after each run. */
function repeat(milliseconds, run) {
  const step = () => run().catch(report).finally(() => setTimeout(step, milliseconds));
  step();
}

/** Simulates a call: two clients with random round-trip times. */
async function startCall() {
  const callId = crypto.randomUUID().slice(0, 8);
  const clients = { alice: 40, bob: 90 };
  await functions.call('createList', { listName: listOf(callId), ttl: 86_400 });
  await functions.call('setMapItem', {
    mapName: 'calls', key: callId, data: { callId, roomId: 'lobby', clientIds: Object.keys(clients), startedAt: new Date().toISOString() }, ttl: 86_400,
  });
  madeUp.set(callId, setInterval(() => {
    for (const client of Object.keys(clients)) clients[client] = Math.max(5, clients[client] + (Math.random() - .5) * 30);
    const items = Object.entries(clients).map(([clientId, rtt]) => ({ callId, clientId, rtt: rounded(rtt), at: new Date().toISOString() }));
    functions.call('addListItems', { listName: listOf(callId), items, ttl: 86_400 }).catch(report);
  }, every));
  choose(callId);
}

async function endCall(callId) {
  clearInterval(madeUp.get(callId));
  madeUp.delete(callId);
  const [{ startedAt, ...call }] = await observer.findCalls({ callId });
  const duration = Math.round((Date.now() - new Date(startedAt)) / 1000);
  await functions.call('addListItem', { listName: 'calls-history', data: { ...call, duration }, ttl: 86_400 });
  await functions.call('removeMapItem', { mapName: 'calls', key: callId });
}

async function showCalls() {
  const calls = await observer.fetchOngoingCalls();
  $('calls').replaceChildren(...calls.map(({ callId, roomId, clientIds }) => {
    const button = element('button', `${callId} in ${roomId}: ${clientIds.join(', ')}`, { className: 'choice', ariaPressed: String(callId === chosen) });
    button.addEventListener('click', () => choose(callId));
    const line = document.createElement('li');
    line.append(button);
    return line;
  }));
  $('end').disabled = !calls.some(({ callId }) => callId === chosen);
  const { count, mean } = await observer.getSummaryStats();
  $('ended').textContent = count ? `${count} ended, after ${Math.round(mean)} s on average` : 'none ended yet';
}

/** Shows the snapshots of a call, existing and new ones. */
function choose(callId) {
  frame?.close();
  chosen = callId;
  $('chosen').textContent = `of ${callId}`;
  $('job').disabled = !runsJobs;
  frame = observer.createCallSnapshotsFrame(callId);
  frame.sortFn = (one, other) => one.at < other.at ? -1 : 1;
  frame.on('error', report);
  let drawing = false;
  frame.on('newrow', () => {
    // Once for all rows that arrive together.
    if (!drawing) requestAnimationFrame(() => { drawing = false; draw(); });
    drawing = true;
  });
  draw();
  showCalls().catch(report);
}

function draw() {
  const times = new Map();
  for (const { clientId, rtt } of frame) times.set(clientId, [...times.get(clientId) ?? [], rtt]);
  const series = [...times].map(([client, values]) => [client, values.slice(-shown)]);
  const top = Math.max(10, ...series.flatMap(([, values]) => values));
  const svg = (name, attributes, text = '') => {
    const made = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
    made.textContent = text;
    return made;
  };
  const x = n => 40 + n * 350 / (shown - 1);
  const y = value => 145 - value * 130 / top;
  const description = series.map(([client, values]) => `${client}: ${values.at(-1)} ms`).join(', ');
  $('plot').replaceChildren(
    svg('title', { id: 'plot-text' }, description ? `Round-trip times, the latest: ${description}` : 'No round-trip times yet.'),
    ...[0, top / 2, top].flatMap(value => [
      svg('line', { x1: 40, x2: 390, y1: y(value), y2: y(value), class: 'grid' }),
      svg('text', { x: 35, y: y(value) + 4, 'text-anchor': 'end' }, String(Math.round(value))),
    ]),
    ...series.flatMap(([client, values], n) => [
      svg('polyline', { points: values.map((value, i) => `${x(i)},${y(value)}`).join(' '), class: `series${n % 2}` }),
      svg('text', { x: 45, y: 14 + n * 14, class: `series${n % 2}` }, client),
    ]));
  $('rows').textContent = `${frame.length} rows`;
}

const rounded = number => Math.round(number * 10) / 10;

async function showStatistics() {
  if (!chosen) return;
  const { groups } = await observer.getSummaryStats({ resource: listOf(chosen), path: 'rtt', groupBy: 'clientId' });
  $('statistics').tBodies[0].replaceChildren(...groups.map(({ group, count, mean, p50, p95, p99 }) => {
    const row = document.createElement('tr');
    row.append(element('th', group, { scope: 'row' }), ...[count, rounded(mean), p50, p95, p99].map(value => element('td', value)));
    return row;
  }));
}

/** Describes the result of a job in a few words. */
function outcome({ output, error }) {
  if (error || !output) return error ?? '';
  return output.mean === undefined ? JSON.stringify(output) : `mean ${rounded(output.mean)}, ${output.groups.map(({ group, mean }) => `${group} ${rounded(mean)}`).join(', ')}`;
}

/** Shows the jobs, the latest first. */
async function showJobs() {
  let jobs;
  try {
    jobs = await admin.listJobs();
  } catch (error) {
    if (error.status !== 404) throw error;
    $('worker').textContent = 'this app runs no jobs';
    return;
  }
  runsJobs = true;
  $('worker').textContent = '';
  $('job').disabled = !chosen;
  $('clean').disabled = !jobs.some(({ state }) => state === 'completed');
  $('jobs').replaceChildren(...jobs.sort((one, other) => other.createdAt < one.createdAt ? -1 : 1).slice(0, 10).map(job => {
    const { jobId, type, state, progress } = job;
    const line = document.createElement('li');
    line.append(element('strong', type), ` ${state}, ${progress} rows `, element('code', outcome(job)));
    if (state === 'queued' || state === 'active') {
      const cancel = element('button', '×', { className: 'remove', ariaLabel: `Cancel ${type}` });
      cancel.addEventListener('click', () => admin.cancelJob(type, jobId).then(showJobs, report));
      line.append(cancel);
    }
    return line;
  }));
}

try {
  await Promise.all([observer.connect(), functions.call('openMap', { mapName: 'calls' }), functions.call('openList', { listName: 'calls-history' })]);
  $('state').dataset.state = $('state').textContent = 'connected';
  $('start').addEventListener('click', () => startCall().catch(report));
  $('end').addEventListener('click', () => endCall(chosen).then(showCalls).catch(report));
  $('job').addEventListener('click', () =>
    admin.startJob('summarize', { listName: listOf(chosen), path: 'rtt', groupBy: 'clientId' }).then(showJobs).catch(report));
  $('clean').addEventListener('click', () => admin.cleanCompletedJobs().then(showJobs).catch(report));
  $('start').disabled = false;
  repeat(2000, showCalls);
  repeat(2000, showStatistics);
  repeat(1000, showJobs);
} catch (error) {
  report(error);
}
