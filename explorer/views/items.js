// The items of a list or map: a live table of any length, with the selected item beside it.

import { BackendError, isAbort } from '../backends/backend.js';
import { ItemWindow } from '../items/window.js';
import { preview } from '../json/format.js';
import { isolated, visible } from '../text/visible.js';
import { button, fill, h, uniqueId } from '../ui/dom.js';
import { table } from '../ui/table.js';
import { everySecond, formatAge, formatDuration } from '../ui/time.js';
import { itemPanel } from './item.js';
import { createItemDialog, removeItem } from './item-actions.js';

/** @typedef {import('../backends/backend.js').Item} Item */
/** @typedef {import('../backends/backend.js').CollectionKind} CollectionKind */
/** @typedef {import('../realtime/events.js').Change} Change */

const flashTime = 1600;
const typingPause = 250;
/** After more changes than these at once, a filtered table is read again. */
const maximumChecks = 20;

/**
 * @param {import('../context.js').Context} context
 * @param {import('../backends/backend.js').SyncObject} object
 * @param {boolean} isReadOnly
 */
export function itemsPanel(context, object, isReadOnly) {
  const { backend, signal, navigate, route, fail } = context;
  const kind = /** @type {CollectionKind} */ (object.kind);
  const isList = kind === 'list';
  const items = new ItemWindow(query => backend.queryItems(kind, object.id, query, signal));
  /** @type {Set<string | number>} */ const toCheck = new Set();
  let checking = Promise.resolve();
  /** @type {ReturnType<typeof itemPanel> | null} */ let detail = null;
  let typing = 0;

  const from = h('input', { type: 'search', spellcheck: 'false', autocomplete: 'off', placeholder: isList ? 'index' : 'key or prefix', inputmode: isList ? 'numeric' : null, on: { input: typed } });
  const where = h('input', { type: 'search', spellcheck: 'false', autocomplete: 'off', placeholder: backend.filter === 'where' ? 'status == "busy" AND calls > 3' : 'text in the data', class: 'mono', on: { input: typed } });
  const order = h('select', { on: { change: () => read() } }, h('option', { value: 'asc' }, isList ? 'Oldest first' : 'A to Z'), h('option', { value: 'desc' }, isList ? 'Newest first' : 'Z to A'));
  const fault = h('span', { class: 'fault', role: 'alert', id: uniqueId() });
  where.setAttribute('aria-describedby', fault.id);
  const rows = table({
    label: `Items of ${object.id}`,
    columns: [
      { name: isList ? 'Index' : 'Key', className: 'key' }, { name: 'Data', className: 'data' }, { name: 'Rev.', className: 'number' },
      { name: 'Expires', className: 'number expiry' }, { name: 'Updated', className: 'number updated' },
    ],
    extent: () => ({ offset: items.offset, count: items.items.length, isEndKnown: items.isEndKnown }),
    fill: write,
    scrolled,
    open: index => open(items.items[index - items.offset]?.key ?? null),
    remove: isReadOnly ? undefined : index => {
      const item = items.items[index - items.offset];
      if (item) removeItem(context, object, item);
    },
  });
  rows.element.classList.toggle('list', isList);
  const main = h('div', { class: 'items-main' },
    h('div', { class: 'tools' },
      labelled('From', from, 'narrow'), labelled('Order', order, 'narrow'),
      labelled(backend.filter === 'where' ? 'Where' : 'Contains', where, 'grow', fault),
      isReadOnly ? null : button('New item', () => createItemDialog(context, object, open), { class: 'bottom', 'data-key': 'n', title: 'n' })),
    rows.element);
  const element = h('div', { class: 'items' }, main);

  everySecond(() => rows.schedule(), signal);
  read();
  if (route.key !== null) select(isList ? Number(route.key) : route.key);

  function typed() {
    clearTimeout(typing);
    typing = window.setTimeout(read, typingPause);
  }

  async function read() {
    fault.textContent = '';
    where.removeAttribute('aria-invalid');
    const start = from.value === '' ? null : isList ? Number(from.value) : from.value;
    from.setAttribute('aria-invalid', String(isList && start !== null && !(Number.isSafeInteger(start) && Number(start) >= 0)));
    if (from.getAttribute('aria-invalid') === 'true') return;
    try {
      const isCurrent = await items.reset({ order: order.value === 'desc' ? 'desc' : 'asc', from: start, isPrefix: !isList && start !== null, where: where.value.trim() || undefined });
      if (!isCurrent) return;
      rows.toStart();
      if (detail) showRow(detail.key);
    } catch (error) {
      report(error);
    }
  }

  /** @param {number} first @param {number} last */
  function scrolled(first, last) {
    if (items.isReading) return;
    if (last < items.offset) read();
    else if (last + 30 > items.offset + items.items.length && !items.isEndKnown) items.readOn().then(rows.schedule, report);
    else if (first < items.offset + 30 && items.offset > 0) items.readBack().then(rows.schedule, report);
  }

  /** @param {unknown} error */
  function report(error) {
    if (error instanceof BackendError && error.parameter === 'where') {
      fault.textContent = error.message;
      where.setAttribute('aria-invalid', 'true');
    } else if (!isAbort(error)) {
      items.isEndKnown = true;
      fail(error);
    }
  }

  /** @param {HTMLElement[]} cells @param {HTMLElement} row @param {number} index */
  function write([key, data, revision, expiry, updated], row, index) {
    const item = items.items[index - items.offset];
    if (!item) return;
    const text = `${item.revision} ${item.key}`;
    if (row.dataset.shown !== text || row.dataset.data !== item.data.slice(0, 64)) {
      row.dataset.shown = text;
      row.dataset.data = item.data.slice(0, 64);
      fill(key, isolated(String(item.key)));
      fill(data, h('bdi', null, visible(preview(item.data))));
      revision.textContent = item.revision;
    }
    const now = Date.now();
    expiry.textContent = item.dateExpires ? formatDuration((Date.parse(item.dateExpires) - now) / 1000) : '';
    updated.textContent = formatAge(now - Date.parse(item.dateUpdated));
    row.setAttribute('aria-selected', String(detail?.key === item.key));
    const age = performance.now() - (items.changedAt.get(item.key) ?? -Infinity);
    row.classList.toggle('flash', age < flashTime);
    row.style.animationDelay = age < flashTime ? `${-age}ms` : '';
  }

  /** @param {string | number | null} key */
  function open(key) {
    navigate({ view: route.view, name: object.id, key: key === null ? null : String(key), tab: null });
  }

  /** @param {string | number | null} key */
  function select(key) {
    detail?.dispose();
    detail?.element.remove();
    detail = key === null ? null : itemPanel(context, object, key, { isReadOnly, close: () => { open(null); rows.focus(); } });
    if (detail) element.append(detail.element);
    element.classList.toggle('with-detail', detail !== null);
    if (key === null) rows.schedule();
    else showRow(key);
  }

  /** @param {string | number} key */
  function showRow(key) {
    const row = items.rowOf(key);
    if (row >= 0) rows.show(row);
    else rows.schedule();
  }

  /** @param {Change} change */
  function take(change) {
    if (change.type === 'itemSet') {
      const known = items.get(change.key);
      const item = {
        key: change.key, data: change.data, revision: change.revision, dateExpires: change.expires, dateUpdated: change.date,
        dateCreated: known?.dateCreated ?? change.date, createdBy: known?.createdBy ?? '',
      };
      if (items.selection.where && known?.data !== item.data) check(item.key);
      else items.set(item);
      if (detail?.key === change.key) detail.show(item, true);
    } else if (change.type === 'itemRemoved') {
      items.remove(change.key);
      if (detail?.key === change.key) detail.gone();
    }
    rows.schedule();
  }

  // Only the backend can evaluate a condition, so the item is queried with it.
  /** @param {string | number} key */
  function check(key) {
    toCheck.add(key);
    if (toCheck.size > 1) return;
    checking = checking.then(async () => {
      await new Promise(resolve => setTimeout(resolve, typingPause));
      const keys = [...toCheck];
      toCheck.clear();
      if (keys.length > maximumChecks) {
        await read();
        return;
      }
      for (const each of keys) {
        const { items: found } = await backend.queryItems(kind, object.id, { from: each, where: items.selection.where, pageSize: 1 }, signal);
        if (found[0]?.key === each) items.set(found[0]);
        else items.remove(each);
      }
      rows.schedule();
    }).catch(report);
  }

  return {
    element,
    take,
    /** Reads the shown items again, because changes may have been missed. */
    refresh() {
      items.reread().then(rows.schedule, report);
      detail?.refresh();
    },
    /** @param {string | null} key @returns {boolean} */
    select(key) {
      select(key === null ? null : isList ? Number(key) : key);
      return true;
    },
    dispose() {
      detail?.dispose();
      rows.dispose();
      clearTimeout(typing);
    },
  };
}

/** @param {string} label @param {HTMLElement} control @param {string} className @param {...HTMLElement} more */
function labelled(label, control, className, ...more) {
  control.id = uniqueId();
  return h('div', { class: `field ${className}` }, h('label', { for: control.id }, label), control, more);
}
