// Actions for a whole object: rename, clear, delete.

import { labels } from '../backends/backend.js';
import { strictFault } from '../json/strict.js';
import { clear, copy, hasItems, readWhole, restore } from '../transfer/whole.js';
import { viewOfKind } from '../router.js';
import { withProgress } from '../ui/progress.js';
import { checkName } from './create.js';
import { undoTime, unwritable } from './item-actions.js';

/** @typedef {import('../backends/backend.js').SyncObject} SyncObject */
/** @typedef {import('../context.js').Context} Context */

/** An object with more items is only removed after the user typed its name, because it cannot be restored. */
const maximumUndone = 100;
/** More items than these are not removed by a single click. */
const maximumUntyped = 20;

/**
 * Renames an object. Sync cannot rename, so the object is copied and compared, and the old one is removed.
 * @param {Context} context
 * @param {SyncObject} object
 */
export async function rename(context, object) {
  const { backend, dialogs, navigate, events, toast, fail } = context;
  const [one] = labels[object.kind];
  /** @type {{ name: string, keeps: boolean } | null} */ let wanted = null;
  await dialogs.form({
    title: `Copy or rename this ${one}`,
    text: hasItems(object)
      ? `All items are copied to a new ${one} one by one and compared, with their remaining time to live and with the permissions. ${object.kind === 'list' ? 'Their indexes begin at 0. ' : ''}If anything changes in the meantime, the copy is removed again.`
      : `A new ${one} is created with the same data, the remaining time to live, and the permissions.`,
    action: 'Copy',
    fields: [
      { name: 'name', label: 'New name', value: object.uniqueName ?? '', parameters: ['docName', 'listName', 'mapName', 'streamName', 'UniqueName'] },
      { name: 'removes', label: `Remove the old ${one} afterwards`, type: 'checkbox', value: 'true' },
    ],
    submit: ({ name, removes }) => { wanted = { name: checkName(name, false) ?? '', keeps: removes !== 'true' }; },
  });
  if (!wanted) return;
  const { name, keeps } = /** @type {{ name: string, keeps: boolean }} */ (wanted);
  try {
    const made = await withProgress(dialogs, `Copying to ${name}`, (progress, signal) =>
      copy(backend, object, name, done => progress(`${done.toLocaleString()} items copied`), signal));
    if (!made) {
      toast('Cancelled. The copy was removed again.');
      return;
    }
    if (!keeps) await backend.removeObject(object.kind, object.id, object.sid);
    events.emit('objects');
    toast(keeps ? `Copied to ${name}.` : `Renamed to ${name}.`);
    navigate({ view: viewOfKind(object.kind), name: made.id });
  } catch (error) {
    fail(error);
  }
}

/**
 * Removes all items of a list or map.
 * @param {Context} context
 * @param {SyncObject} object
 */
export async function clearItems({ backend, dialogs, toast, fail }, object) {
  if (!hasItems(object)) return;
  try {
    const { items, next } = await backend.queryItems(object.kind, object.id, { pageSize: maximumUntyped + 1 });
    if (!items.length) {
      toast('There are no items.');
      return;
    }
    const isMany = items.length > maximumUntyped || next !== null;
    if (!await dialogs.confirm({
      title: isMany ? 'Remove all items?' : `Remove ${items.length} item${items.length === 1 ? '' : 's'}?`, text: `All items of ${object.id} are removed. This cannot be undone.`,
      action: 'Remove', isDanger: true, typed: isMany ? object.id : undefined,
    })) return;
    const done = await withProgress(dialogs, 'Removing items', async (progress, signal) => {
      let count = 0;
      await clear(backend, object, done => {
        count = done;
        progress(`${done.toLocaleString()} removed`);
      }, signal);
      return count;
    });
    toast(done === null ? 'Cancelled. Some items were already removed.' : `Removed ${done.toLocaleString()} item${done === 1 ? '' : 's'}.`);
  } catch (error) {
    fail(error);
  }
}

/**
 * Removes an object. The user can undo it, if it can be restored.
 * @param {Context} context
 * @param {SyncObject} object
 */
export async function removeObject({ backend, dialogs, toast, navigate, events, fail, guard }, object) {
  const [one] = labels[object.kind];
  const canReturn = !backend.needsNames || object.uniqueName !== null;
  try {
    const read = canReturn ? await readWhole(backend, object, maximumUndone) : null;
    const isWritable = !backend.isStrict || !read || [read.object, ...read.items].every(({ data }) => data === null || strictFault(data) === null);
    const whole = isWritable ? read : null;
    if (!whole && !await dialogs.confirm({
      title: `Delete this ${one}?`, text: !isWritable ? unwritable : canReturn ? `It has more than ${maximumUndone} items, which are deleted too. This cannot be undone.` : 'It has no name. This cannot be undone.',
      action: 'Delete', isDanger: true, typed: object.id,
    })) return;
    await backend.removeObject(object.kind, object.id, object.sid);
    guard.clear();
    events.emit('objects');
    navigate({ view: 'home' });
    toast(`Deleted the ${one} ${object.id}.`, whole ? {
      duration: undoTime,
      action: {
        label: 'Undo',
        run: async () => {
          try {
            const back = await restore(backend, whole);
            events.emit('objects');
            navigate({ view: viewOfKind(back.kind), name: back.id });
            toast('Restored.');
          } catch (error) {
            fail(error);
          }
        },
      },
    } : {});
  } catch (error) {
    fail(error);
  }
}

