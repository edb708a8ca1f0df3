// Creates and removes items.

import { BackendError, isAbort } from '../backends/backend.js';
import { strictFault } from '../json/strict.js';
import { FieldError } from '../ui/dialogs.js';
import { h } from '../ui/dom.js';
import { readTtl } from '../ui/time.js';
import { checkData, maximumData, ttlField } from './create.js';

/** @typedef {import('../backends/backend.js').Item} Item */
/** @typedef {import('../backends/backend.js').SyncObject} SyncObject */
/** @typedef {import('../context.js').Context} Context */

/** How long a removal can be undone. */
export const undoTime = 10_000;

/** Why a removal cannot be undone. */
export const unwritable = 'The functions cannot write its data again, so this cannot be undone.';

/**
 * @param {Context} context
 * @param {SyncObject} object
 * @param {(key: string | number) => void} open
 */
export async function createItemDialog({ backend, dialogs, signal, announce }, object, open) {
  const kind = /** @type {import('../backends/backend.js').CollectionKind} */ (object.kind);
  await dialogs.form({
    title: 'New item',
    action: 'Create',
    fields: [
      ...(kind === 'map' ? [{ name: 'key', label: 'Key', parameters: ['Key'], hint: 'Any text of at most 320 characters.' }] : []),
      { name: 'data', label: 'Data', control: h('textarea', { rows: '8', class: 'code', spellcheck: 'false', value: '{}' }), parameters: ['Data'] },
      ttlField,
    ],
    submit: async ({ key, data, ttl }) => {
      if (kind === 'map' && key === '') throw new FieldError('key', 'An item needs a key.');
      const seconds = readTtl(ttl);
      checkData(data, maximumData);
      const item = await backend.createItem(kind, object.id, { key, data, ttl: seconds }, signal);
      announce(`Created the item ${item.key}.`);
      open(item.key);
    },
  });
}

/** The remaining time to live until a date. @param {string | null} date */
export const ttlLeft = date => (date === null ? 0 : Math.max(1, Math.ceil((Date.parse(date) - Date.now()) / 1000)));

/**
 * Removes an item. The user can undo it, which restores exactly what was removed.
 * @param {Context} context
 * @param {SyncObject} object
 * @param {Item} item
 */
export async function removeItem({ backend, dialogs, toast, fail }, object, item) {
  const kind = /** @type {import('../backends/backend.js').CollectionKind} */ (object.kind);
  /** @type {Item | null} */ let removed = null;
  const canReturn = !backend.isStrict || strictFault(item.data) === null;
  if (!canReturn && !await dialogs.confirm({ title: `Delete ${item.key}?`, text: unwritable, action: 'Delete', isDanger: true })) return;
  try {
    for (let tries = 3; !removed; tries--) {
      const current = await backend.getItem(kind, object.id, item.key);
      if (!current) return;
      try {
        await backend.removeItem(kind, object.id, item.key, current.revision);
        removed = current;
      } catch (error) {
        if (tries === 0 || !(error instanceof BackendError) || error.status !== 412) throw error;
      }
    }
  } catch (error) {
    if (!isAbort(error)) fail(error);
    return;
  }
  const { key, data, dateExpires } = removed;
  toast(`Removed ${kind === 'list' ? `item ${key}` : key}.`, !canReturn ? {} : {
    duration: undoTime,
    action: {
      label: 'Undo',
      run: async () => {
        try {
          const back = await backend.createItem(kind, object.id, { key: kind === 'map' ? String(key) : undefined, data, ttl: ttlLeft(dateExpires) });
          toast(kind === 'list' ? `Restored as item ${back.key}.` : 'Restored.');
        } catch (error) {
          fail(error);
        }
      },
    },
  });
}
