// The open realtime connections with their subscriptions. A connection can be dropped.

import { isAbort, UnreachableError } from '../backends/backend.js';
import { facts, formatBytes, mono } from '../inspection/parts.js';
import { formatRoute, viewOfKind } from '../router.js';
import { isolated } from '../text/visible.js';
import { button, fill, h } from '../ui/dom.js';
import { everySecond, formatAge, formatDuration } from '../ui/time.js';

/** @typedef {import('../backends/backend.js').OpenConnection} OpenConnection */
/** @typedef {import('../backends/backend.js').Inspection} Inspection */

const pollInterval = 1500;

/** @param {import('../context.js').Context} context @returns {import('../context.js').View} */
export function connectionsView(context) {
  const { backend, signal, dialogs, announce, fail } = context;
  const inspection = /** @type {Inspection} */ (backend.inspection);
  /** @type {Map<string, string>} */ const keys = new Map();
  /** @type {OpenConnection[]} */ let open = [];
  let isReading = false;
  let shown = '';
  const list = h('div', { class: 'cards' });
  const count = h('p', { class: 'quiet' });
  const element = h('div', { class: 'view log-view' }, h('div', { class: 'head' }, h('h1', null, 'Connections'), h('p', { class: 'quiet' }, 'The realtime clients of the emulator. This page is one of them.')), count, list);

  backend.listServices(signal).then(services => services.forEach(({ sid, key }) => keys.set(sid, key)), fail);
  const timer = setInterval(() => {
    if (document.visibilityState === 'visible') read();
  }, pollInterval);
  signal.addEventListener('abort', () => clearInterval(timer));
  everySecond(() => {
    for (const time of list.querySelectorAll('[data-time]')) tick(/** @type {HTMLElement} */ (time));
  }, signal);
  read();
  return { element, dispose() {} };

  async function read() {
    if (isReading) return;
    isReading = true;
    try {
      const answer = await inspection.connections(signal);
      open = answer.items;
      count.textContent = answer.count === 0 ? 'No client is connected.' : `${answer.count} connected${answer.count > open.length ? `; the newest ${open.length} are shown` : ''}`;
      draw();
    } catch (error) {
      if (!isAbort(error) && !(error instanceof UnreachableError)) fail(error);
    } finally {
      isReading = false;
    }
  }

  function draw() {
    const text = JSON.stringify([open, [...keys]]);
    if (text === shown) return;
    shown = text;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.drop : undefined;
    fill(list, open.map(card));
    if (focused) /** @type {HTMLElement | null} */ (list.querySelector(`[data-drop="${CSS.escape(focused)}"]`))?.focus();
  }

  /** @param {OpenConnection} connection */
  function card(connection) {
    const { subscriptions, subscriptionCount } = connection;
    return h('article', { class: 'card', 'aria-label': `Connection of ${connection.identity ?? 'a client that has not signed in'}` },
      h('div', { class: 'head-line' }, h('h2', null, connection.identity === null ? 'Not signed in yet' : isolated(connection.identity)),
        button('Drop', () => drop(connection), { class: 'danger', data: { drop: connection.id } })),
      facts([
        ['Client', connection.client], ['Service', connection.serviceSid === null ? null : keys.get(connection.serviceSid) ?? connection.serviceSid],
        ['Since', time(connection.since, 'since')], ['Token expires', connection.tokenExpires === null ? null : time(connection.tokenExpires, 'left')],
        ['From', connection.remoteAddress === null ? null : mono(connection.remoteAddress)],
        ['Waiting', connection.waitingPackets === 0 ? 'nothing' : `${connection.waitingPackets} packets, ${formatBytes(connection.waitingBytes)}`],
        ['Sent', `${connection.sentEvents} events, ${formatBytes(connection.sentBytes)} in all`], ['Id', mono(connection.id)],
      ]),
      h('h3', null, subscriptionCount === 0 ? 'No subscription' : subscriptionCount === 1 ? '1 subscription' : `${subscriptionCount} subscriptions`),
      subscriptionCount === 0 ? null : h('ul', { class: 'subscriptions' }, subscriptions.map(subscription => h('li', null, describe(subscription, connection)))),
      subscriptionCount > subscriptions.length ? h('p', { class: 'quiet' }, `and ${subscriptionCount - subscriptions.length} more`) : null);
  }

  /** @param {OpenConnection['subscriptions'][number]} subscription @param {OpenConnection} connection */
  function describe({ kind, sid, uniqueName, query }, connection) {
    if (kind === 'live_query') return [h('span', { class: 'tag' }, 'query'), mono(`${uniqueName ?? ''} ${query ?? ''}`)];
    const service = connection.serviceSid === null ? null : keys.get(connection.serviceSid) ?? null;
    return [h('span', { class: 'tag' }, kind), service === null ? mono(uniqueName ?? sid)
      : h('a', { class: 'mono', href: formatRoute({ view: viewOfKind(kind), service, name: uniqueName ?? sid }) }, isolated(uniqueName ?? sid))];
  }

  /** @param {OpenConnection} connection */
  async function drop(connection) {
    const isSure = await dialogs.confirm({
      title: 'Drop this connection?', text: 'The client loses its connection, as if the server had stopped, and reconnects automatically.', action: 'Drop', isDanger: true,
    });
    if (!isSure) return;
    try {
      await inspection.dropConnection(connection.id, signal);
      announce('Dropped.');
    } catch (error) {
      if (!isAbort(error)) fail(error);
    }
    read();
  }
}

/** @param {string} iso @param {'since' | 'left'} way */
function time(iso, way) {
  const element = h('time', { datetime: iso, title: new Date(iso).toLocaleString(), data: { time: way } });
  tick(element);
  return element;
}

/** @param {HTMLElement} element */
function tick(element) {
  const at = Date.parse(element.getAttribute('datetime') ?? '');
  element.textContent = element.dataset.time === 'since' ? formatAge(Date.now() - at) : `in ${formatDuration((at - Date.now()) / 1000)}`;
}
