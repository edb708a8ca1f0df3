// Short notifications at the edge of the page, some with an undo button.

import { button, h, iconButton } from './dom.js';

/**
 * @callback Toast
 * @param {string} text
 * @param {{ isError?: boolean, duration?: number, action?: { label: string, run: () => void } }} [options] `duration` in milliseconds
 * @returns {() => void} removes it
 */

const maximum = 4;

/**
 * Makes the container of the notifications.
 * @param {(text: string) => void} announce
 * @returns {{ element: HTMLElement, toast: Toast }}
 */
export function toasts(announce) {
  const element = h('div', { class: 'toasts', role: 'region', 'aria-label': 'Notes' });

  /** @type {Toast} */
  const toast = (text, { isError = false, duration = isError ? 12_000 : 5_000, action } = {}) => {
    let timer = 0;
    const note = h('div', { class: isError ? 'toast error' : 'toast' }, h('span', { class: 'toast-text' }, text));
    const remove = () => {
      clearTimeout(timer);
      note.remove();
    };
    const wait = () => { timer = window.setTimeout(remove, duration); };
    if (action) {
      note.append(button(action.label, () => {
        remove();
        action.run();
      }, { class: 'link' }));
    }
    note.append(iconButton('close', 'Dismiss', remove));
    note.addEventListener('pointerenter', () => clearTimeout(timer));
    note.addEventListener('pointerleave', wait);
    note.addEventListener('focusin', () => clearTimeout(timer));
    note.addEventListener('focusout', wait);
    element.append(note);
    while (element.childElementCount > maximum) element.firstElementChild?.remove();
    announce(text);
    wait();
    return remove;
  };
  return { element, toast };
}
