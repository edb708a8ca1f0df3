// Creates objects from a downloaded file.

import { BackendError, isSid, kinds } from '../backends/backend.js';
import { parseKeeping } from '../json/raw.js';
import { lint } from '../json/tokens.js';
import { maximumData } from '../views/create.js';
import { ttlLeft } from '../views/item-actions.js';

/** @typedef {import('../backends/backend.js').Backend} Backend */
/** @typedef {import('../backends/backend.js').Kind} Kind */
/** @typedef {{ key?: string, data: string, dateExpires: string | null }} NewItem */

/**
 * @typedef {object} NewObject
 * @property {Kind} kind
 * @property {string | null} uniqueName
 * @property {string | null} data
 * @property {string | null} dateExpires
 * @property {NewItem[]} items
 */

const rawNames = new Set(['data']);

/**
 * Reads a file and checks all of it, before anything is created.
 * @param {string} text
 * @returns {NewObject[]}
 * @throws {Error} the message names the place of the error
 */
export function read(text) {
  /** @type {any} */ let parsed;
  try {
    parsed = parseKeeping(text, rawNames);
  } catch (error) {
    throw new Error('The file is not JSON.', { cause: error });
  }
  const objects = Array.isArray(parsed) ? parsed : [parsed];
  if (!objects.length) throw new Error('The file has no objects.');
  return objects.map((object, i) => readObject(object, `[${i}]`));
}

/** @param {any} source @param {string} place @returns {NewObject} */
function readObject(source, place) {
  requireThat(isObject(source), place, 'must be an object');
  const { kind, uniqueName = null, dateExpires = null, data = null, items = [] } = source;
  requireThat(kinds.includes(kind), `${place}.kind`, `must be ${kinds.join(', ')}`);
  requireThat(uniqueName === null || (typeof uniqueName === 'string' && uniqueName !== '' && uniqueName.length <= 320 && !isSid(uniqueName)), `${place}.uniqueName`, 'must be a name of at most 320 characters');
  if (kind === 'document') checkData(data, `${place}.data`);
  requireThat(Array.isArray(items) && (items.length === 0 || kind === 'list' || kind === 'map'), `${place}.items`, 'must be an array, of a list or map');
  return {
    kind, uniqueName, data: kind === 'document' ? data : null, dateExpires: checkDate(dateExpires, `${place}.dateExpires`),
    items: items.map((/** @type {any} */ item, /** @type {number} */ i) => readItem(kind, item, `${place}.items[${i}]`)),
  };
}

/** @param {Kind} kind @param {any} source @param {string} place @returns {NewItem} */
function readItem(kind, source, place) {
  requireThat(isObject(source), place, 'must be an object');
  const { key, data = null, dateExpires = null } = source;
  if (kind === 'map') requireThat(typeof key === 'string' && key !== '' && key.length <= 320, `${place}.key`, 'must be a text of at most 320 characters');
  checkData(data, `${place}.data`);
  return { key: kind === 'map' ? key : undefined, data, dateExpires: checkDate(dateExpires, `${place}.dateExpires`) };
}

/** @param {unknown} data @param {string} place */
function checkData(data, place) {
  requireThat(typeof data === 'string', place, 'is missing');
  const { fault } = lint(/** @type {string} */ (data), maximumData);
  requireThat(fault === null, place, `cannot be used: ${fault?.message}`);
}

/** @param {unknown} date @param {string} place */
function checkDate(date, place) {
  requireThat(date === null || (typeof date === 'string' && !Number.isNaN(Date.parse(date))), place, 'must be a date');
  return /** @type {string | null} */ (date);
}

const isObject = (/** @type {unknown} */ value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @param {boolean} holds @param {string} place @param {string} what */
function requireThat(holds, place, what) {
  if (!holds) throw new Error(`${place} ${what}.`);
}

/**
 * Tells whether an object's name is free.
 * @param {Backend} backend
 * @param {NewObject} object
 * @param {AbortSignal} signal
 * @returns {Promise<'new' | 'taken' | 'nameless'>} `nameless` if it cannot be created because it has no name
 */
export async function lookUp(backend, { kind, uniqueName }, signal) {
  if (uniqueName === null) return backend.needsNames ? 'nameless' : 'new';
  try {
    await backend.getObject(kind, uniqueName, signal);
    return 'taken';
  } catch (error) {
    if (error instanceof BackendError && error.status === 404) return 'new';
    throw error;
  }
}

/**
 * Creates objects.
 * @param {Backend} backend
 * @param {NewObject[]} objects
 * @param {'skip' | 'replace'} onConflict
 * @param {(text: string, part: number) => void} progress
 * @param {AbortSignal} signal
 */
export async function create(backend, objects, onConflict, progress, signal) {
  const counts = { created: 0, replaced: 0, skipped: 0, expired: 0, items: 0 };
  const total = objects.reduce((sum, { items }) => sum + items.length + 1, 0);
  let done = 0;
  for (const object of objects) {
    const { kind, uniqueName, data, dateExpires, items } = object;
    const state = await lookUp(backend, object, signal);
    if (hasExpired(dateExpires) || state === 'nameless' || (state === 'taken' && onConflict === 'skip')) {
      if (hasExpired(dateExpires)) counts.expired++;
      else counts.skipped++;
      done += items.length + 1;
      continue;
    }
    if (state === 'taken' && uniqueName !== null) {
      const { id, sid } = await backend.getObject(kind, uniqueName, signal);
      await backend.removeObject(kind, id, sid, signal);
    }
    const made = await backend.createObject(kind, { uniqueName: uniqueName ?? undefined, data: data ?? undefined, ttl: ttlLeft(dateExpires) }, signal);
    counts[state === 'taken' ? 'replaced' : 'created']++;
    progress(made.id, ++done / total);
    for (const item of items) {
      if (hasExpired(item.dateExpires)) {
        counts.expired++;
      } else {
        await backend.createItem(/** @type {'list' | 'map'} */ (kind), made.id, { key: item.key, data: item.data, ttl: ttlLeft(item.dateExpires) }, signal);
        counts.items++;
      }
      progress(made.id, ++done / total);
    }
  }
  return counts;
}

/** @param {string | null} date */
const hasExpired = date => date !== null && Date.parse(date) <= Date.now();
