// A table of any length: only the visible rows are in the DOM.

import { h } from './dom.js';

const rowHeight = 32;
const margin = 6;

/**
 * @typedef {object} TableOptions
 * @property {string} label
 * @property {{ name: string, className: string }[]} columns
 * @property {() => { offset: number, count: number, isEndKnown: boolean }} extent the rows that exist: `count` rows from `offset`
 * @property {(cells: HTMLElement[], row: HTMLElement, index: number) => void} fill writes a row
 * @property {(first: number, last: number) => void} scrolled called with the visible rows
 * @property {(index: number) => void} open
 * @property {(index: number) => void} [remove]
 */

/** @param {TableOptions} options */
export function table(options) {
  const { label, columns, extent } = options;
  /** @type {HTMLElement[]} */ const pool = [];
  let active = 0;
  let scheduled = 0;
  let first = 0;
  let last = 0;

  const space = h('div', { class: 'grid-space', role: 'rowgroup' });
  const head = h('div', { class: 'grid-top', role: 'rowgroup' }, h('div', { class: 'grid-row grid-head', role: 'row', 'aria-rowindex': 1 }, columns.map(({ name, className }) =>
    h('div', { role: 'columnheader', class: className }, name))));
  const body = h('div', { class: 'grid-body', role: 'grid', 'aria-label': label, 'aria-readonly': 'true', tabIndex: 0, on: { keydown: onKey } }, head, space);
  const foot = h('div', { class: 'grid-foot' });
  const element = h('div', { class: 'grid' }, body, foot);
  body.addEventListener('scroll', schedule, { passive: true });
  const resized = new ResizeObserver(schedule);
  resized.observe(body);

  // The header stays above the rows.
  function height() {
    return body.clientHeight - rowHeight;
  }

  // All changes within a frame are drawn once.
  function schedule() {
    scheduled ||= requestAnimationFrame(() => {
      scheduled = 0;
      draw();
    });
  }

  function draw() {
    const { offset, count, isEndKnown } = extent();
    const total = offset + count;
    space.style.height = `${total * rowHeight}px`;
    first = Math.floor(body.scrollTop / rowHeight);
    last = Math.min(total, Math.ceil((body.scrollTop + height()) / rowHeight));
    const from = Math.max(offset, first - margin);
    const to = Math.min(total, last + margin);
    active = Math.max(Math.min(active, total - 1), 0);
    let used = 0;
    for (let index = from; index < to; index++) write(pool[used++] ??= make(), index, total);
    while (pool.length > used) pool.pop()?.remove();
    body.setAttribute('aria-rowcount', String(isEndKnown ? total + 1 : -1));
    const shown = pool.find(row => row.classList.contains('active'));
    if (shown) body.setAttribute('aria-activedescendant', shown.id);
    else body.removeAttribute('aria-activedescendant');
    const range = total === 0 ? '' : `${(first + 1).toLocaleString()} to ${last.toLocaleString()}`;
    foot.textContent = total === 0 ? (isEndKnown ? 'No items' : '') : isEndKnown ? `${range} of ${total.toLocaleString()}` : `${range}, and more`;
    options.scrolled(first, last);
  }

  function make() {
    const row = h('div', {
      role: 'row', class: 'grid-row', id: `row-${Math.random().toString(36).slice(2)}`, on: {
        click: () => {
          active = Number(row.dataset.index);
          schedule();
          options.open(active);
        },
      },
    }, columns.map(({ className }) => h('div', { role: 'gridcell', class: className })));
    space.append(row);
    return row;
  }

  /** @param {HTMLElement} row @param {number} index @param {number} total */
  function write(row, index, total) {
    row.dataset.index = String(index);
    row.style.transform = `translateY(${index * rowHeight}px)`;
    row.setAttribute('aria-rowindex', String(index + 2));
    row.classList.toggle('active', index === active && total > 0);
    options.fill(/** @type {HTMLElement[]} */ ([...row.children]), row, index);
  }

  /** @param {number} index */
  function move(index) {
    const { offset, count } = extent();
    active = Math.max(0, Math.min(index, offset + count - 1));
    const top = active * rowHeight;
    if (top < body.scrollTop) body.scrollTop = top;
    else if (top + rowHeight > body.scrollTop + height()) body.scrollTop = top + rowHeight - height();
    draw();
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { offset, count } = extent();
    const page = Math.max(1, Math.floor(height() / rowHeight) - 1);
    const to = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, Home: 0, End: offset + count - 1 }[event.key];
    if (to !== undefined) move(to);
    else if (event.key === 'Enter' && count) options.open(active);
    else if (event.key === 'Delete' && count && options.remove) options.remove(active);
    else return;
    event.preventDefault();
  }

  return {
    element,
    schedule,
    toStart() {
      active = 0;
      body.scrollTop = 0;
      schedule();
    },
    /** Shows a row. @param {number} index */
    show(index) {
      active = index;
      const top = index * rowHeight;
      if (top < body.scrollTop || top + rowHeight > body.scrollTop + height()) body.scrollTop = Math.max(0, top - height() / 2);
      schedule();
    },
    /** Called if rows were added before all others: the visible rows stay in place, unless they are the first ones. @param {number} count */
    shift(count) {
      active += count;
      if (body.scrollTop > 0) body.scrollTop += count * rowHeight;
      schedule();
    },
    focus: () => body.focus(),
    dispose() {
      resized.disconnect();
      cancelAnimationFrame(scheduled);
    },
  };
}
