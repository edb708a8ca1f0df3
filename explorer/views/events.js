// The most recent events of all services, in the order of the changes.

import { labels } from '../backends/backend.js';
import { facts, formatTime, mono, paper, section } from '../inspection/parts.js';
import { logView } from '../inspection/log.js';
import { preview } from '../json/format.js';
import { formatRoute, viewOfKind } from '../router.js';
import { isolated, visible } from '../text/visible.js';
import { fill, h } from '../ui/dom.js';

/** @typedef {import('../backends/backend.js').SeenEvent} SeenEvent */
/** @typedef {import('../backends/backend.js').Inspection} Inspection */

const types = [
  'document_created', 'document_updated', 'document_removed', 'list_created', 'list_item_added', 'list_item_updated', 'list_item_removed', 'list_removed',
  'map_created', 'map_item_added', 'map_item_updated', 'map_item_removed', 'map_removed', 'stream_created', 'stream_message_published', 'stream_removed',
  'endpoint_connected', 'endpoint_disconnected',
];

/** @param {import('../context.js').Context} context @returns {import('../context.js').View} */
export function eventsView(context) {
  const inspection = /** @type {Inspection} */ (context.backend.inspection);
  /** @type {Map<string, string>} */ const keys = new Map();
  context.backend.listServices(context.signal).then(services => services.forEach(({ sid, key }) => keys.set(sid, key)), context.fail);
  return logView(context, {
    title: 'Events',
    lead: 'The events that realtime clients and webhooks receive, newest first.',
    empty: 'No events match these filters.',
    filters: [
      { name: 'object', label: 'Name contains, or SID', placeholder: 'an object' },
      { name: 'type', label: 'Type', choices: types.map(type => /** @type {[string, string]} */ ([type, type.replaceAll('_', ' ')])) },
    ],
    columns: [
      { name: 'Time', className: 'time' }, { name: 'Type', className: 'type' }, { name: 'Object', className: 'key' }, { name: 'Item', className: 'item' },
      { name: 'Data', className: 'data' }, { name: 'By', className: 'caller' },
    ],
    read: inspection.events,
    fill([time, type, object, item, data, author], event) {
      time.textContent = formatTime(event.time);
      type.textContent = event.type.replaceAll('_', ' ');
      fill(object, isolated(event.uniqueName ?? event.objectSid ?? ''));
      fill(item, isolated(String(event.key ?? event.index ?? '')));
      fill(data, h('bdi', null, visible(preview(dataOf(event) ?? ''))));
      fill(author, isolated(event.author));
    },
    titleOf: event => event.type.replaceAll('_', ' '),
    detail: event => details(event, keys),
  });
}

/** @param {SeenEvent} event */
const dataOf = ({ data }) => (data === 'null' ? null : data);

/** @param {SeenEvent} event @param {Map<string, string>} keys the services' keys by their SIDs */
function details(event, keys) {
  const data = dataOf(event);
  const service = event.serviceSid === null ? null : keys.get(event.serviceSid) ?? null;
  const name = event.uniqueName ?? event.objectSid;
  const item = event.key ?? event.index;
  const link = service === null || name === null || event.objectKind === null ? null : h('a', {
    href: formatRoute({ view: viewOfKind(event.objectKind), service, name, key: item === null ? null : String(item) }),
  }, isolated(name));
  return h('div', { class: 'stack' },
    facts([
      [event.objectKind === null ? 'Object' : labels[event.objectKind][0][0].toUpperCase() + labels[event.objectKind][0].slice(1), link ?? name],
      ['SID', event.objectSid === null ? null : mono(event.objectSid)], ['Key', event.key === null ? null : mono(event.key)], ['Index', event.index], ['Message', event.messageSid === null ? null : mono(event.messageSid)],
      ['Revision', event.revision], ['By', event.author], ['Connection', event.endpointId === null ? null : mono(event.endpointId)],
      ['Service', service ?? event.serviceSid ?? 'removed'], ['Time', formatTime(event.time)],
    ]),
    data === null ? null : section(event.type.endsWith('removed') ? 'Data before' : 'Data', paper(data, 'Data')));
}
