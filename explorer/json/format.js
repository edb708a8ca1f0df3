// Pretty-prints by tokens: only the whitespace between tokens changes, so numbers and strings stay exactly as they are written.

import { Kind, tokenize } from './tokens.js';

/** Deeper containers stay on one line: otherwise the whitespace would grow with the square of the depth. */
const maximumDepth = 24;

/**
 * Puts every member and element on a line of its own.
 * @param {string} text
 * @returns {string} the unchanged text if it is not JSON
 */
export function format(text) {
  const { kinds, starts, ends, fault } = tokenize(text);
  if (fault) return text;
  /** @type {string[]} */ const out = [];
  let depth = 0;
  const line = () => out.push('\n', '  '.repeat(depth));
  for (let i = 0; i < kinds.length; i++) {
    const kind = kinds[i];
    const isFlat = depth > maximumDepth;
    if (kind === Kind.close) {
      depth--;
      if (depth <= maximumDepth - 1 && kinds[i - 1] !== Kind.open) line();
    }
    out.push(text.slice(starts[i], ends[i]));
    if (kind === Kind.open) {
      depth++;
      if (depth <= maximumDepth && kinds[i + 1] !== Kind.close) line();
    } else if (kind === Kind.comma) {
      if (isFlat) out.push(' ');
      else line();
    } else if (kind === Kind.colon) {
      out.push(' ');
    }
  }
  return out.join('');
}

/**
 * Removes all whitespace between tokens.
 * @param {string} text
 * @returns {string} the unchanged text if it is not JSON
 */
export function compact(text) {
  const { kinds, starts, ends, fault } = tokenize(text);
  return fault ? text : kinds.map((_, i) => text.slice(starts[i], ends[i])).join('');
}

/**
 * Makes one line for a table: compact, and cut if it is long.
 * @param {string} text
 * @param {number} [length] in UTF-16 code units
 */
export function preview(text, length = 240) {
  const line = text.slice(0, length * 2).replace(/[\t\n\r ]+/g, ' ').trim();
  return line.length > length || text.length > length * 2 ? `${line.slice(0, length).replace(/[\ud800-\udbff]$/, '')}…` : line;
}
