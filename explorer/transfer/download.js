// Downloads objects as JSON, with their data byte by byte. Items are read page by page.

import { withProgress } from '../ui/progress.js';
import { hasItems, pagesOf } from './whole.js';

/** @typedef {import('../backends/backend.js').SyncObject} SyncObject */
/** @typedef {import('../context.js').Context} Context */

/**
 * Writes objects as the text of a file: an array with an object for each.
 * @param {import('../backends/backend.js').Backend} backend
 * @param {SyncObject[]} objects
 * @param {(items: number) => void} progress
 * @param {AbortSignal} signal
 * @returns {Promise<Blob>}
 */
export async function write(backend, objects, progress, signal) {
  /** @type {(string | Blob)[]} */ const parts = ['[\n'];
  let done = 0;
  for (const [i, { kind, id }] of objects.entries()) {
    const object = await backend.getObject(kind, id, signal);
    parts.push(i ? ',\n' : '', `{"kind":${JSON.stringify(kind)},"uniqueName":${JSON.stringify(object.uniqueName)}${expiryOf(object.dateExpires)}`);
    if (object.data !== null) parts.push(`,"data":${object.data}`);
    if (hasItems(object)) {
      parts.push(',"items":[');
      let isFirst = true;
      for await (const page of pagesOf(backend, object, signal)) {
        // One blob for each page, because the browser may store blobs on the disk.
        parts.push(new Blob(page.map(item => {
          const comma = isFirst ? '\n' : ',\n';
          isFirst = false;
          return `${comma}{${kind === 'map' ? `"key":${JSON.stringify(item.key)}` : `"index":${item.key}`},"data":${item.data}${expiryOf(item.dateExpires)}}`;
        })));
        progress(done += page.length);
      }
      parts.push(']');
    }
    parts.push('}');
  }
  return new Blob([...parts, '\n]\n'], { type: 'application/json' });
}

/** @param {string | null} date */
const expiryOf = date => (date === null ? '' : `,"dateExpires":${JSON.stringify(date)}`);

/**
 * Lets the user save objects as a file.
 * @param {Context} context
 * @param {SyncObject[]} objects
 */
export async function downloadObjects({ backend, dialogs, fail }, objects) {
  try {
    const file = await withProgress(dialogs, 'Reading', (progress, signal) => write(backend, objects, items => progress(`${items.toLocaleString()} items`), signal));
    if (file) save(file, objects.length === 1 ? `${objects[0].id.replace(/[^\p{L}\p{N}._-]+/gu, '_').slice(0, 80)}.json` : 'sync.json');
  } catch (error) {
    fail(error);
  }
}

/**
 * Lets the browser save a file.
 * @param {Blob} file
 * @param {string} name
 */
export function save(file, name) {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
