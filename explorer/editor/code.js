// Highlights JSON. Data is set as text, token by token.

import { Kind, tokenize } from '../json/tokens.js';
import { visible } from '../text/visible.js';
import { append, h } from '../ui/dom.js';

/** @type {{ [kind: number]: string }} */
const classes = { [Kind.name]: 't-name', [Kind.string]: 't-string', [Kind.number]: 't-number', [Kind.word]: 't-word' };

const lookalikes = /"(?:[^"\\\n]|\\.)*"(\s*:)?|-?\d[\d.eE+-]*|\b(?:true|false|null)\b/g;

/**
 * Shows a read-only text. Invisible characters are marked, and each string has its own text direction.
 * @param {string} text
 * @param {string} [label]
 */
export function codeView(text, label = 'Data') {
  const pre = h('pre', { class: 'shown code', tabIndex: 0, role: 'region', 'aria-label': label });
  paint(pre, text, part => visible(part));
  return pre;
}

/**
 * Puts a text into an element, highlighted.
 * @param {HTMLElement} element
 * @param {string} text
 * @param {(part: string) => (string | HTMLElement)[]} [show]
 */
export function paint(element, text, show = part => [part]) {
  const { kinds, starts, ends, fault } = tokenize(text);
  const fragment = document.createDocumentFragment();
  let from = 0;
  for (let i = 0; i < kinds.length; i++) {
    const name = classes[kinds[i]];
    if (!name) continue;
    if (starts[i] > from) append(/** @type {any} */ (fragment), show(text.slice(from, starts[i])));
    fragment.append(h('span', { class: name }, show(text.slice(starts[i], ends[i]))));
    from = ends[i];
  }
  if (fault && fault.index < text.length) {
    append(/** @type {any} */ (fragment), show(text.slice(from, fault.index)));
    fragment.append(h('span', { class: 't-fault' }, show(text.slice(fault.index, fault.index + 1))));
    from = fault.index + 1;
    // The rest is highlighted by its appearance, so that it does not lose its colours while the user types in the middle.
    for (const { 0: token, 1: colon, index } of text.slice(from).matchAll(lookalikes)) {
      const start = fault.index + 1 + index;
      const length = token.length - (colon?.length ?? 0);
      append(/** @type {any} */ (fragment), show(text.slice(from, start)));
      fragment.append(h('span', { class: colon ? 't-name' : token[0] === '"' ? 't-string' : /[a-z]/.test(token[0]) ? 't-word' : 't-number' }, show(text.slice(start, start + length))));
      from = start + length;
    }
  }
  append(/** @type {any} */ (fragment), show(text.slice(from)));
  element.replaceChildren(fragment);
}
