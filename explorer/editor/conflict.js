// Shows two people's versions of a text side by side.

import { format } from '../json/format.js';
import { diffLines } from '../text/diff.js';
import { visible } from '../text/visible.js';
import { button, fill, h } from '../ui/dom.js';

/** @typedef {'mine' | 'theirs' | null} Choice `null` to continue editing */

/**
 * Shows two versions and their common origin, and asks which to keep.
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
    const rows = pair(lines);
    fill(panes, pane(leftTitle, rows.map(([line]) => line)), pane(rightTitle, rows.map(([, line]) => line)));
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

/** @typedef {import('../text/diff.js').Line} Line */

/**
 * Puts lines side by side: a replaced line next to its replacement, and a line without a counterpart next to a gap.
 * @param {Line[]} lines
 * @returns {[Line | null, Line | null][]}
 */
function pair(lines) {
  /** @type {[Line | null, Line | null][]} */ const rows = [];
  for (let at = 0; at < lines.length;) {
    /** @param {Line['kind']} kind */
    const take = kind => {
      const start = at;
      while (lines[at]?.kind === kind) at++;
      return lines.slice(start, at);
    };
    rows.push(...take('same').map(line => /** @type {[Line, Line]} */ ([line, line])));
    const removed = take('removed');
    const added = take('added');
    for (let i = 0; i < Math.max(removed.length, added.length); i++) rows.push([removed[i] ?? null, added[i] ?? null]);
  }
  return rows;
}

/** @param {string} title @param {(Line | null)[]} lines */
function pane(title, lines) {
  return h('div', { class: 'diff-pane', tabIndex: 0, role: 'region', 'aria-label': title }, h('h3', null, title),
    lines.map(line => h('div', { class: `diff-line ${line?.kind ?? 'gap'}` }, line ? visible(line.text) : '')));
}
