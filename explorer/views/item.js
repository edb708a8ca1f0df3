// One item: its data, its expiry and its actions.

import { BackendError, isAbort } from '../backends/backend.js';
import { dataEditor } from '../editor/editor.js';
import { isolated } from '../text/visible.js';
import { button, fill, h, iconButton } from '../ui/dom.js';
import { everySecond, formatAge, formatDate } from '../ui/time.js';
import { maximumData } from './create.js';
import { expiry } from './expiry.js';
import { removeItem } from './item-actions.js';

/** @typedef {import('../backends/backend.js').Item} Item */

/**
 * @param {import('../context.js').Context} context
 * @param {import('../backends/backend.js').SyncObject} object
 * @param {string | number} key
 * @param {{ isReadOnly: boolean, close: () => void }} options
 */
export function itemPanel(context, object, key, { isReadOnly, close }) {
  const { backend, fail } = context;
  const kind = /** @type {import('../backends/backend.js').CollectionKind} */ (object.kind);
  const left = new AbortController();
  const signal = AbortSignal.any([context.signal, left.signal]);
  const own = { ...context, signal };
  /** @type {Item | null} */ let item = null;

  const editor = dataEditor(own, {
    label: `Data of ${key}`, limit: maximumData, isReadOnly,
    save: async (text, revision) => take(await backend.updateItem(kind, object.id, key, { data: text, ttl: 'keep', ifMatch: revision }, signal)),
    read: async () => {
      const found = await backend.getItem(kind, object.id, key, signal);
      return found && take(found);
    },
  });
  const meta = h('div', { class: 'meta' });
  const body = h('div', { class: 'stack' }, editor.element);
  const remove = isReadOnly ? null : button('Delete', () => { if (item) removeItem(context, object, item); }, { class: 'danger' });
  const element = h('section', {
    class: 'detail', 'aria-label': `Item ${key}`, on: {
      keydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) {
          event.preventDefault();
          close();
        }
      },
    },
  }, h('div', { class: 'detail-head' }, h('h2', null, isolated(String(key))), remove, iconButton('close', 'Close the item', close, { 'data-key': 'Escape' })), meta, body);

  everySecond(showMeta, signal);
  refresh();

  /** @param {Item} next */
  function take(next) {
    item = next;
    showMeta();
    return next;
  }

  function showMeta() {
    if (!item || meta.contains(document.activeElement)) return;
    const current = item;
    fill(meta, h('span', null, 'Revision ', h('b', null, current.revision)), h('span', { title: formatDate(current.dateUpdated) }, `Updated ${formatAge(Date.now() - Date.parse(current.dateUpdated))}`),
      current.createdBy ? h('span', null, 'Created by ', isolated(current.createdBy)) : null,
      expiry(context, current.dateExpires, isReadOnly ? null : async ttl => { show(await backend.setItemTtl(kind, object.id, key, ttl, signal)); }));
  }

  async function refresh() {
    try {
      const found = await backend.getItem(kind, object.id, key, signal);
      if (found) show(found);
      else gone();
    } catch (error) {
      if (error instanceof BackendError && error.status === 404) gone();
      else if (!isAbort(error)) fail(error);
    }
  }

  /** @param {Item} next @param {boolean} [isNews] */
  function show(next, isNews = false) {
    take({ ...next, createdBy: next.createdBy || (item?.createdBy ?? '') });
    editor.show(next, isNews);
    if (remove) remove.disabled = false;
  }

  function gone() {
    editor.gone();
    if (remove) remove.disabled = true;
    if (!editor.isUnsaved) fill(meta, h('span', { class: 'changed' }, item ? 'Removed' : 'There is no such item'));
  }

  return {
    element,
    key,
    show,
    gone,
    refresh,
    dispose() {
      editor.dispose();
      left.abort();
    },
  };
}
