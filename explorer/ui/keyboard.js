// Shortcuts of the whole page. Views and lists have their own keys while they have the focus.

import { viewOfKind } from '../router.js';
import { button, h } from './dom.js';

/** @typedef {import('./dialogs.js').Dialogs} Dialogs */

const shortcuts = [
  ['/', 'Go to the filter'],
  ['g, then d, l, m or s', 'Go to the documents, lists, maps or streams'],
  ['↑ ↓ Home End Page Up Page Down', 'Move in the navigation and in a table'],
  ['→ ←', 'Open and close a branch'],
  ['Enter', 'Open'],
  ['n', 'New object, or new item in an open list or map'],
  ['e', 'Edit'],
  ['Ctrl S, ⌘ S', 'Save'],
  ['Esc', 'Leave the editor, close'],
  ['Delete', 'Remove the item'],
  ['?', 'This help'],
];

const chord = /** @type {const} */ ({ d: 'document', l: 'list', m: 'map', s: 'stream' });
const chordTime = 1200;

/** @param {Dialogs} dialogs */
export function showHelp(dialogs) {
  dialogs.open(close => ({
    title: 'Keyboard',
    content: [
      h('dl', { class: 'keys' }, shortcuts.flatMap(([keys, what]) => [h('dt', null, keys), h('dd', null, what)])),
      h('div', { class: 'buttons' }, button('Close', () => close(null), { class: 'primary' })),
    ],
  }));
}

/** @param {{ shell: import('./shell.js').Shell, dialogs: Dialogs }} page */
export function listenToKeys({ shell, dialogs }) {
  let lastG = 0;
  document.addEventListener('keydown', event => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const isTyping = target.matches('input:not([type=checkbox]), textarea, select');
    if (event.key === 'Escape') {
      shell.setDrawer(false);
      if (!isTyping) /** @type {HTMLElement | null} */ (shell.main.querySelector('[data-key="Escape"]'))?.click();
      return;
    }
    if (isTyping) return;
    if (Date.now() - lastG < chordTime && Object.hasOwn(chord, event.key)) {
      event.preventDefault();
      lastG = 0;
      const kind = chord[/** @type {keyof typeof chord} */ (event.key)];
      shell.setDrawer(true);
      shell.tree.focusKind(viewOfKind(kind));
      return;
    }
    lastG = event.key === 'g' ? Date.now() : 0;
    if (event.key === '/') {
      event.preventDefault();
      shell.setDrawer(true);
      shell.tree.focusFilter();
    } else if (event.key === '?') {
      event.preventDefault();
      showHelp(dialogs);
    } else if (event.key === 'n' || event.key === 'e') {
      // The buttons of the view define which shortcuts it has.
      const action = /** @type {HTMLElement | null} */ (shell.main.querySelector(`[data-key="${event.key}"]:not([hidden], :disabled)`) ?? shell.element.querySelector(`nav [data-key="${event.key}"]`));
      if (action && action.offsetParent !== null) {
        event.preventDefault();
        action.click();
      }
    }
  });
}
