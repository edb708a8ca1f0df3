// Reads, creates and compares whole objects, with all their items and permissions.

import { BackendError, labels } from '../backends/backend.js';
import { ttlLeft } from '../views/item-actions.js';

/** @typedef {import('../backends/backend.js').Backend} Backend */
/** @typedef {import('../backends/backend.js').CollectionKind} CollectionKind */
/** @typedef {import('../backends/backend.js').Item} Item */
/** @typedef {import('../backends/backend.js').Permission} Permission */
/** @typedef {import('../backends/backend.js').SyncObject} SyncObject */

/**
 * An object with its items and permissions, in memory.
 * @typedef {object} Whole
 * @property {SyncObject} object
 * @property {Item[]} items
 * @property {Permission[]} permissions
 */

const pageSize = 100;
/** How many items are removed at a time. */
const concurrency = 4;

/** @param {SyncObject} object @returns {object is SyncObject & { kind: CollectionKind }} */
export const hasItems = object => object.kind === 'list' || object.kind === 'map';

/**
 * Reads all items, page by page.
 * @param {Backend} backend
 * @param {SyncObject & { kind: CollectionKind }} object
 * @param {AbortSignal} [signal]
 */
export async function* pagesOf(backend, object, signal) {
  let from = null;
  let isLast = false;
  while (!isLast) {
    const page = /** @type {import('../backends/backend.js').Page<Item>} */ (await backend.queryItems(object.kind, object.id, { from, isExclusive: from !== null, pageSize }, signal));
    if (page.items.length) yield page.items;
    from = page.items.at(-1)?.key ?? null;
    isLast = page.next === null || from === null;
  }
}

/**
 * Reads an object with its items and permissions.
 * @param {Backend} backend
 * @param {SyncObject} object
 * @param {number} limit the maximum number of items
 * @returns {Promise<Whole | null>} `null` if there are more
 */
export async function readWhole(backend, object, limit) {
  const current = await backend.getObject(object.kind, object.id);
  /** @type {Item[]} */ const items = [];
  if (hasItems(current)) {
    for await (const page of pagesOf(backend, current)) {
      items.push(...page);
      if (items.length > limit) return null;
    }
  }
  const permissions = current.kind === 'stream' ? [] : await backend.listPermissions(current.kind, current.id);
  return { object: current, items, permissions };
}

/**
 * Adds a copy of an item, with its remaining time to live. In a list it gets a new index.
 * @param {Backend} backend
 * @param {SyncObject & { kind: CollectionKind }} made
 * @param {Item} item
 * @param {AbortSignal} [signal]
 */
const addCopy = (backend, made, item, signal) =>
  backend.createItem(made.kind, made.id, { key: made.kind === 'map' ? String(item.key) : undefined, data: item.data, ttl: ttlLeft(item.dateExpires) }, signal);

/**
 * Creates a removed object again.
 * @param {Backend} backend
 * @param {Whole} whole
 * @returns {Promise<SyncObject>}
 */
export async function restore(backend, { object, items, permissions }) {
  const { kind, uniqueName, data, dateExpires } = object;
  const made = await backend.createObject(kind, { uniqueName: uniqueName ?? undefined, data: data ?? undefined, ttl: ttlLeft(dateExpires) });
  if (hasItems(made)) {
    for (const item of items) await addCopy(backend, made, item);
  }
  for (const permission of permissions) await backend.setPermission(kind, made.id, permission);
  return made;
}

/**
 * Copies an object to another name, and checks that the copy is complete. If it fails or is cancelled, the copy is removed.
 * @param {Backend} backend
 * @param {SyncObject} object
 * @param {string} uniqueName
 * @param {(done: number) => void} progress called with the number of copied items
 * @param {AbortSignal} signal
 * @returns {Promise<SyncObject>} the copy
 */
export async function copy(backend, object, uniqueName, progress, signal) {
  const source = await backend.getObject(object.kind, object.id, signal);
  const made = await backend.createObject(source.kind, { uniqueName, data: source.data ?? undefined, ttl: ttlLeft(source.dateExpires) }, signal);
  try {
    let done = 0;
    if (hasItems(source) && hasItems(made)) {
      for await (const page of pagesOf(backend, source, signal)) {
        for (const item of page) {
          await addCopy(backend, made, item, signal);
          progress(++done);
        }
      }
      await requireSame(backend, source, made, signal);
    }
    if (source.kind !== 'stream') {
      for (const permission of await backend.listPermissions(source.kind, source.id, signal)) await backend.setPermission(made.kind, made.id, permission, signal);
    }
    if (source.kind === 'document' && (await backend.getObject('document', source.id, signal)).data !== source.data) throw new BackendError(409, 'Conflict', 'The document was changed while it was copied.');
    return made;
  } catch (error) {
    await backend.removeObject(made.kind, made.id, made.sid);
    throw error;
  }
}

/**
 * Compares two collections item by item, so that a change in the meantime is not lost.
 * @param {Backend} backend
 * @param {SyncObject & { kind: CollectionKind }} source
 * @param {SyncObject & { kind: CollectionKind }} made
 * @param {AbortSignal} signal
 */
async function requireSame(backend, source, made, signal) {
  const ours = itemsOf(backend, source, signal);
  const copies = itemsOf(backend, made, signal);
  while (true) {
    const [one, other] = [(await ours.next()).value, (await copies.next()).value];
    if (!one && !other) return;
    if (one?.data !== other?.data || (source.kind === 'map' && one?.key !== other?.key)) throw new BackendError(409, 'Conflict', `The ${labels[source.kind][0]} was changed while it was copied.`);
  }
}

/** @param {Backend} backend @param {SyncObject & { kind: CollectionKind }} object @param {AbortSignal} signal */
async function* itemsOf(backend, object, signal) {
  for await (const page of pagesOf(backend, object, signal)) yield* page;
}

/**
 * Removes all items.
 * @param {Backend} backend
 * @param {SyncObject & { kind: CollectionKind }} object
 * @param {(done: number) => void} progress
 * @param {AbortSignal} signal
 */
export async function clear(backend, object, progress, signal) {
  let done = 0;
  for await (const page of pagesOf(backend, object, signal)) {
    const waiting = [...page];
    await Promise.all(Array.from({ length: concurrency }, async () => {
      for (let item; (item = waiting.shift());) {
        await backend.removeItem(object.kind, object.id, item.key, null, signal);
        progress(++done);
      }
    }));
  }
}
