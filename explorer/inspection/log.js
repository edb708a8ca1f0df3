// A live log: a table with filters, and the selected entry beside it.

import { BackendError, isAbort, UnreachableError } from '../backends/backend.js';
import { button, fill, h, iconButton, uniqueId } from '../ui/dom.js';
import { table } from '../ui/table.js';

/** @typedef {import('../context.js').Context} Context */
/** @typedef {import('../backends/backend.js').LogQuery} LogQuery */

const pollInterval = 1500;
const typingPause = 250;
const pageSize = 100;
/** The maximum number of entries in the page. Older ones are dropped here; the emulator still has them. */
const maximumKept = 5000;

/**
 * @typedef {object} Filter
 * @property {string} name the parameter
 * @property {string} label
 * @property {string} [placeholder] of a text
 * @property {(string | [string, string])[]} [choices] the choices besides "all": values, or values with their labels
 */

/**
 * @template {{ id: number }} T
 * @typedef {object} LogOptions
 * @property {string} title
 * @property {string} lead describes the view
 * @property {string} empty the text if there are no entries
 * @property {Filter[]} filters
 * @property {{ name: string, className: string }[]} columns
 * @property {(query: LogQuery, signal: AbortSignal) => Promise<import('../backends/backend.js').LogPage<T>>} read
 * @property {(cells: HTMLElement[], entry: T) => void} fill writes a row
 * @property {(entry: T) => HTMLElement} detail
 * @property {(entry: T) => string} titleOf the title of the selected entry
 * @property {(entry: T) => boolean} [isUnsettled] whether the entry may still change
 */

/**
 * @template {{ id: number }} T
 * @param {Context} context
 * @param {LogOptions<T>} options
 */
export function logView({ signal }, options) {
  /** @type {T[]} */ let entries = [];
  /** @type {number | null} */ let first = null;
  let last = 0;
  let isPaused = false;
  let isReading = false;
  let isLoaded = false;
  let round = 0;
  let typing = 0;
  /** @type {number | null} */ let chosen = null;
  let shownDetail = '';

  const controls = options.filters.map(filter => ({ filter, control: controlOf(filter, filter.choices ? () => restart() : typed) }));
  const fault = h('p', { class: 'problem', role: 'alert', hidden: true });
  const pause = button('Pause', () => {
    isPaused = !isPaused;
    pause.textContent = isPaused ? 'Resume' : 'Pause';
    if (!isPaused) follow();
  }, { class: 'bottom' });
  const rows = table({
    label: options.title,
    columns: options.columns,
    extent: () => ({ offset: 0, count: entries.length, isEndKnown: isLoaded && first === null }),
    fill: (cells, row, index) => {
      const entry = entries[index];
      if (!entry) return;
      options.fill(cells, entry);
      row.setAttribute('aria-selected', String(entry.id === chosen));
    },
    scrolled: (_, end) => {
      if (isLoaded && first !== null && end + 20 > entries.length) readBack();
    },
    open: index => open(entries[index]?.id ?? null),
  });
  const nothing = h('p', { class: 'empty', hidden: true }, options.empty);
  rows.element.insertBefore(nothing, rows.element.lastElementChild);
  const detail = h('section', { class: 'detail', 'aria-label': 'Selected entry' });
  const main = h('div', { class: 'items-main' },
    h('div', { class: 'tools' }, controls.map(({ filter, control }) => h('div', { class: `field ${filter.choices ? 'narrow' : 'grow'}` }, h('label', { for: control.id }, filter.label), control)), pause),
    fault, rows.element);
  const items = h('div', { class: 'items' }, main);
  const element = h('div', { class: 'view log-view', data: { log: options.title.toLowerCase() } }, h('div', { class: 'head' }, h('h1', null, options.title), h('p', { class: 'quiet' }, options.lead)), items);

  const timer = setInterval(() => {
    if (document.visibilityState === 'visible' && !isPaused) follow();
  }, pollInterval);
  signal.addEventListener('abort', () => clearInterval(timer));
  restart();

  /** Reads again, beginning with the newest entries. */
  async function restart() {
    round++;
    isReading = false;
    isLoaded = false;
    await exchange(async isCurrent => {
      const page = await read({});
      if (!isCurrent()) return;
      [entries, first, last, isLoaded] = [page.items, page.first, page.last, true];
      rows.toStart();
    });
  }

  async function follow() {
    if (!isLoaded) {
      await restart();
      return;
    }
    await exchange(async isCurrent => {
      const unsettled = entries.filter(entry => options.isUnsettled?.(entry));
      const page = await read({ after: last });
      if (!isCurrent()) return;
      if (page.last < last) {
        // The emulator has restarted.
        isLoaded = false;
        return;
      }
      last = page.last;
      add(page.items);
      if (unsettled.length) {
        const before = unsettled[0].id + 1;
        const again = await read({ before, after: unsettled[0].id - Math.min(pageSize, unsettled[0].id) });
        if (isCurrent()) replace(again.items);
      }
    });
  }

  async function readBack() {
    await exchange(async isCurrent => {
      const page = await read({ before: first });
      if (!isCurrent()) return;
      entries = [...entries, ...page.items];
      first = page.first;
    });
  }

  /** @param {T[]} found */
  function add(found) {
    if (!found.length) return;
    entries = [...found, ...entries];
    if (entries.length > maximumKept) {
      entries.length = maximumKept;
      first = entries[maximumKept - 1].id;
    }
    rows.shift(found.length);
  }

  /** @param {T[]} found */
  function replace(found) {
    const byId = new Map(found.map(entry => [entry.id, entry]));
    entries = entries.map(entry => byId.get(entry.id) ?? entry);
  }

  /**
   * Makes one call at a time. Results for previous filters are dropped.
   * @param {(isCurrent: () => boolean) => Promise<void>} work
   */
  async function exchange(work) {
    if (isReading) return;
    isReading = true;
    const own = round;
    const isCurrent = () => own === round && !signal.aborted;
    try {
      await work(isCurrent);
      if (isCurrent()) fault.hidden = true;
    } catch (error) {
      // The banner already shows that the server cannot be reached.
      if (!isAbort(error) && !(error instanceof UnreachableError) && isCurrent()) say(error);
    } finally {
      if (own === round) isReading = false;
    }
    if (!isCurrent()) return;
    nothing.hidden = entries.length > 0 || !isLoaded;
    rows.schedule();
    showDetail();
  }

  /** @param {LogQuery} range */
  function read(range) {
    return options.read({ pageSize, ...Object.fromEntries(controls.map(({ filter, control }) => [filter.name, control.value || null])), ...range }, signal);
  }

  /** @param {unknown} error */
  function say(error) {
    fault.textContent = error instanceof Error ? error.message : String(error);
    fault.hidden = false;
    if (!(error instanceof BackendError)) console.error(error);
  }

  function typed() {
    clearTimeout(typing);
    typing = window.setTimeout(restart, typingPause);
  }

  /** @param {number | null} id */
  function open(id) {
    chosen = id;
    rows.schedule();
    showDetail();
  }

  function showDetail() {
    const entry = chosen === null ? null : entries.find(({ id }) => id === chosen);
    const text = entry ? JSON.stringify(entry) : '';
    if (text === shownDetail) return;
    shownDetail = text;
    items.classList.toggle('with-detail', Boolean(entry));
    if (!entry) {
      detail.remove();
      return;
    }
    fill(detail, h('div', { class: 'detail-head' }, h('h2', null, options.titleOf(entry)), iconButton('close', 'Close', close)), options.detail(entry));
    if (!detail.isConnected) items.append(detail);
  }

  function close() {
    open(null);
    rows.focus();
  }
  detail.addEventListener('keydown', event => {
    if (event.key === 'Escape') close();
  });

  return {
    element,
    follow,
    /** Shows an entry that has just arrived. @param {number} id */
    async choose(id) {
      await follow();
      open(id);
    },
    dispose() {
      clearTimeout(typing);
      rows.dispose();
    },
  };
}

/** @param {Filter} filter @param {() => void} changed */
function controlOf({ choices, placeholder }, changed) {
  const id = uniqueId();
  return choices
    ? h('select', { id, on: { change: changed } }, h('option', { value: '' }, 'All'), choices.map(choice => {
      const [value, label] = Array.isArray(choice) ? choice : [choice, choice];
      return h('option', { value }, label);
    }))
    : h('input', { id, type: 'search', placeholder, spellcheck: 'false', autocomplete: 'off', on: { input: changed } });
}
