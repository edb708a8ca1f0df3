// Converts events of the realtime protocol to changes for subscribers.

/** @typedef {import('../backends/backend.js').Kind} Kind */

/**
 * @typedef {{ type: 'established' } | { type: 'failed', status: number, message: string } | { type: 'removed' }
 *   | { type: 'updated', data: string, revision: string, date: string, expires: string | null }
 *   | { type: 'itemSet', key: string | number, data: string, revision: string, date: string, expires: string | null }
 *   | { type: 'itemRemoved', key: string | number }
 *   | { type: 'message', sid: string, data: string, date: string | null }} Change
 */

/**
 * Reads one event.
 * @param {string} type its name in the protocol
 * @param {any} event
 * @returns {{ sid: string, id: number | null, change: Change | null } | null} `null` if it is not about an object; without a change if the event changes
 * nothing that is shown
 */
export function readEvent(type, event) {
  const kind = /^(document|list|map|stream)_/.exec(type)?.[1];
  const sid = kind && event?.[`${kind}_sid`];
  if (typeof sid !== 'string') return null;
  return { sid, id: typeof event.id === 'number' ? event.id : null, change: changeOf(type.slice(/** @type {string} */ (kind).length + 1), event) };
}

/**
 * @param {string} what
 * @param {any} event
 * @returns {Change | null}
 */
function changeOf(what, event) {
  const key = event.item_key ?? event.item_index;
  switch (what) {
    case 'updated': return { type: 'updated', data: event.document_data, revision: event.document_revision, date: event.date_created, expires: event.date_expires ?? null };
    case 'removed': return { type: 'removed' };
    case 'item_added':
    case 'item_updated': return { type: 'itemSet', key, data: event.item_data, revision: event.item_revision, date: event.date_created, expires: event.date_expires ?? null };
    case 'item_removed': return { type: 'itemRemoved', key };
    case 'message_published': return { type: 'message', sid: event.message_sid, data: event.message_data, date: event.date_created ?? null };
    default: return null;
  }
}
