// What two people made of one text, side by side.

import { format } from '../json/format.js';
import { diffLines } from '../text/diff.js';
import { visible } from '../text/visible.js';
import { button, fill, h } from '../ui/dom.js';

/** @typedef {'mine' | 'theirs' | null} Choice `null` to go on editing */

/**
 * Shows two versions and what they come from, and asks which is to be kept.
 * @param {import('../ui/dialogs.js').Dialogs} dialogs
 * @param {{ mine: string, theirs: string, base: string, title: string, text: string }} versions
 * @returns {Promise<Choice>}
 */
export function askConflict(dialogs, { mine, theirs, base, title, text }) {
  const sides = /** @type {const} */ ([
    ['Theirs and yours', 'Theirs', theirs, 'Yours', mine], ['Your changes', 'Before', base, 'Yours', mine], ['Their changes', 'Before', base, 'Theirs', theirs],
  ]);
  const panes = h('div', { class: 'diff' });
  const choices = sides.map(([label], i) => button(label, () => show(i)));

  /** @param {number} chosen */
  function show(chosen) {
    const [, leftTitle, left, rightTitle, right] = sides[chosen];
    choices.forEach((choice, i) => choice.setAttribute('aria-pressed', String(i === chosen)));
    const lines = diffLines(format(left), format(right));
    fill(panes, pane(leftTitle, lines, 'removed', 'added'), pane(rightTitle, lines, 'added', 'removed'));
  }
  show(0);
  return dialogs.open(close => ({
    title,
    isWide: true,
    content: [h('div', { class: 'stack' },
      h('p', null, text), h('div', { class: 'segments', role: 'group', 'aria-label': 'What to compare' }, choices), panes,
      h('div', { class: 'buttons' },
        button('Keep editing', () => close(null)), button('Take theirs', () => close(/** @type {any} */ ('theirs'))),
        button('Keep mine', () => close(/** @type {any} */ ('mine')), { class: 'primary' })))],
  }));
}

/** @param {string} title @param {import('../text/diff.js').Line[]} lines @param {string} own @param {string} other */
function pane(title, lines, own, other) {
  return h('div', { class: 'diff-pane', tabIndex: 0, role: 'region', 'aria-label': title }, h('h3', null, title),
    // A line of the other side alone leaves a gap, so that what they share stays side by side.
    lines.map(({ kind, text }) => h('div', { class: kind === own ? `diff-line ${own}` : 'diff-line' }, kind === other ? '' : visible(text))));
}
