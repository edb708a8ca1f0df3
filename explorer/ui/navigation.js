// The navigation: the objects of the service as a tree, and the other views below it.

import { kinds, labels } from '../backends/backend.js';
import { formatRoute, kindOfView, viewOfKind } from '../router.js';
import { createObjectDialog } from '../views/create.js';
import { entries } from '../views/registry.js';
import { isolated } from '../text/visible.js';
import { Branch } from './branch.js';
import { button, fill, h, icon, iconButton } from './dom.js';

/** @typedef {import('../backends/backend.js').Kind} Kind */
/** @typedef {import('../backends/backend.js').SyncObject} SyncObject */
/** @typedef {import('../context.js').Context} Context */
/** @typedef {import('../router.js').Route} Route */

const pageStep = 10;

/** @param {Context} context */
export function navigation(context) {
  const { backend, events, selection, settings, dialogs } = context;
  const branches = kinds.map(kind => new Branch(kind, context, render));
  /** @type {Route | null} */ let route = null;
  /** @type {string | null} */ let current = null;
  let scheduled = 0;

  const filter = h('input', {
    type: 'search', class: 'filter', placeholder: 'Filter', 'aria-label': 'Filter objects by name', autocomplete: 'off', spellcheck: 'false',
    on: {
      input: () => {
        for (const branch of branches) branch.setFilter(filter.value);
        render();
      },
      keydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'ArrowDown' || event.key === 'Enter') {
          event.preventDefault();
          const first = /** @type {HTMLElement | null} */ (tree.querySelector('[aria-level="2"]') ?? tree.querySelector('[role=treeitem]'));
          if (event.key === 'Enter') first?.querySelector('a')?.click();
          else first?.focus();
        } else if (event.key === 'Escape' && filter.value) {
          event.stopPropagation();
          filter.value = '';
          filter.dispatchEvent(new Event('input'));
        }
      },
    },
  });
  const tree = h('div', { role: 'tree', class: 'tree', 'aria-label': 'Objects', 'aria-multiselectable': 'true', on: { keydown: onKey, focusin: onFocus } });
  const selected = h('div', { class: 'selected-bar', hidden: true });
  const others = h('div', { class: 'others' });
  const element = h('nav', { 'aria-label': 'Service' }, h('div', { class: 'filter-row' }, filter, h('kbd', { 'aria-hidden': 'true' }, '/')), selected, tree, others);
  renderOthers();

  events.on('poll', () => branches.forEach(branch => branch.refresh()), context.signal);
  events.on('objects', () => branches.forEach(branch => branch.refresh()), context.signal);
  events.on('recovered', () => branches.forEach(branch => branch.refresh()), context.signal);
  events.on('selection', render, context.signal);

  // Branches are read in several steps. All changes within a frame are drawn once.
  function render() {
    scheduled ||= requestAnimationFrame(() => {
      scheduled = 0;
      draw();
    });
  }

  function draw() {
    const hadFocus = tree.contains(document.activeElement);
    fill(tree, branches.flatMap(branch => [kindRow(branch), ...(branch.isOpen ? objectRows(branch) : [])]));
    const rows = rowsOf();
    const active = rows.find(row => row.dataset.id === current) ?? rows.find(row => row.getAttribute('aria-current') === 'page') ?? rows[0];
    if (active) {
      active.tabIndex = 0;
      if (hadFocus) active.focus();
    }
    const count = selection.objects.length;
    selected.hidden = count === 0;
    if (count) {
      fill(selected, h('span', null, `${count} selected`), h('a', { href: '#/transfer' }, 'Transfer'), button('Clear', () => selection.clear(), { class: 'link' }));
    }
  }

  /** @param {Branch} branch */
  function kindRow(branch) {
    const [one, many] = labels[branch.kind];
    const isCurrent = route !== null && kindOfView[route.view] === branch.kind && !branch.isOpen;
    return h('div', {
      role: 'treeitem', class: 'row kind', tabIndex: -1, 'aria-level': 1, 'aria-expanded': String(branch.isOpen), 'aria-selected': 'false', 'aria-labelledby': `${branch.kind}-name ${branch.kind}-count`,
      'aria-current': isCurrent ? 'true' : null, data: { id: branch.kind },
    }, h('span', { class: 'twist', on: { click: () => branch.toggle() } }, icon('chevron')),
    h('span', { class: 'row-name', id: `${branch.kind}-name`, on: { click: () => branch.toggle() } }, many), ' ',
    h('span', { class: 'count', id: `${branch.kind}-count` }, branch.count),
    iconButton('plus', `New ${one}`, event => {
      event.stopPropagation();
      createObjectDialog(context, branch.kind);
    }, { class: 'icon-button row-action', tabindex: '-1', ...(branch.kind === 'document' ? { 'data-key': 'n' } : {}) }));
  }

  /** @param {Branch} branch */
  function objectRows(branch) {
    const shown = branch.shown;
    const rows = shown.map(object => objectRow(object, viewOfKind(branch.kind)));
    if (branch.isLoading && !shown.length) rows.push(h('div', { class: 'row note' }, 'Loading …'));
    else if (!shown.length && !branch.hasMore) rows.push(h('div', { class: 'row note' }, filter.value ? 'No match' : 'None'));
    if (branch.hasMore) {
      rows.push(h('div', {
        role: 'treeitem', class: 'row more', tabIndex: -1, 'aria-level': 2, 'aria-selected': 'false', data: { id: `${branch.kind} more` }, on: { click: () => branch.loadMore() },
      }, branch.isLoading ? 'Loading …' : filter.value ? 'Search further' : 'Load more'));
    }
    return rows;
  }

  /** @param {SyncObject} object @param {string} view */
  function objectRow(object, view) {
    const isCurrent = route?.view === view && (route.name === object.id || route.name === object.sid);
    const isTicked = selection.has(object.sid);
    return h('div', {
      role: 'treeitem', class: 'row object', tabIndex: -1, 'aria-level': 2, 'aria-selected': String(isTicked), 'aria-current': isCurrent ? 'page' : null, data: { id: object.sid },
    }, h('span', {
      class: 'tick', title: 'Select for transfer', on: {
        click: (/** @type {Event} */ event) => {
          event.stopPropagation();
          selection.toggle(object);
        },
      },
    }), h('a', { class: object.uniqueName === null ? 'row-name unnamed' : 'row-name', tabindex: '-1', href: formatRoute({ view, service: backend.service, name: object.id }) }, isolated(object.id)));
  }

  function renderOthers() {
    const groups = /** @type {const} */ ([['inspection', 'Emulator'], ['tools', 'Tools']]);
    fill(others, groups.map(([section, title]) => {
      const own = entries.filter(entry => entry.section === section && (backend.isEmulator || !entry.isForEmulator));
      return own.length ? h('section', null, h('h2', null, title), h('ul', null, own.map(entry => h('li', null,
        h('a', { class: 'row', href: `#/${entry.id}`, 'aria-current': route?.view === entry.id ? 'page' : null }, entry.title))))) : null;
    }));
  }

  const rowsOf = () => /** @type {HTMLElement[]} */ ([...tree.querySelectorAll('[role=treeitem]')]);

  /** @param {FocusEvent} event */
  function onFocus(event) {
    const row = /** @type {HTMLElement} */ (event.target).closest('[role=treeitem]');
    if (!(row instanceof HTMLElement)) return;
    current = row.dataset.id ?? null;
    for (const other of rowsOf()) other.tabIndex = other === row ? 0 : -1;
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const row = /** @type {HTMLElement} */ (event.target);
    if (row.getAttribute('role') !== 'treeitem' || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = rowsOf();
    const at = rows.indexOf(row);
    const branch = branches.find(({ kind }) => kind === row.dataset.id);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1, PageDown: at + pageStep, PageUp: at - pageStep }[event.key];
    if (to !== undefined) {
      rows[Math.max(0, Math.min(to, rows.length - 1))]?.focus();
    } else if (event.key === 'ArrowRight' && branch) {
      if (branch.isOpen) rows[at + 1]?.focus();
      else branch.toggle();
    } else if (event.key === 'ArrowLeft') {
      if (branch?.isOpen) branch.toggle();
      else rows.slice(0, at).findLast(other => other.getAttribute('aria-level') === '1')?.focus();
    } else if (event.key === 'Enter') {
      if (branch) branch.toggle();
      else (row.querySelector('a') ?? row).click();
    } else if (event.key === ' ') {
      /** @type {HTMLElement | null} */ (row.querySelector('.tick, .twist'))?.click();
    } else if (event.key === 'n' && branch) {
      createObjectDialog(context, branch.kind);
    } else {
      return;
    }
    event.preventDefault();
  }

  return {
    element,
    /** Reads everything again, for another service. */
    reload() {
      current = null;
      for (const branch of branches) branch.reload();
      render();
    },
    /** Shows an object also if its page was not read. @param {SyncObject | null} object */
    setOpened(object) {
      for (const branch of branches) branch.setOpened(branch.kind === object?.kind ? object : null);
    },
    /** @param {Route} next */
    setRoute(next) {
      route = next;
      const kind = kindOfView[next.view];
      const branch = branches.find(candidate => candidate.kind === kind);
      if (branch && !branch.isOpen) branch.toggle();
      renderOthers();
      render();
    },
    focusFilter() {
      filter.focus();
      filter.select();
    },
    /** @param {string} view */
    focusKind(view) {
      const branch = branches.find(({ kind }) => kind === kindOfView[view]);
      if (!branch) return;
      if (!branch.isOpen) branch.toggle();
      current = branch.kind;
      draw();
      rowsOf().find(row => row.dataset.id === branch.kind)?.focus();
    },
    settings,
    dialogs,
  };
}
