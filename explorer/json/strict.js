// The JSON that the functions accept, which is less than Sync accepts: they refuse to write JSON that programs read in different ways.

import { Kind, place, tokenize } from './tokens.js';

const maximumDepth = 64;

/**
 * Finds what the functions would refuse to write: a repeated member in an object, more than 64 levels, or half of a surrogate pair.
 * @param {string} text JSON
 * @returns {import('./tokens.js').Fault | null} `null` also if the text is not JSON
 */
export function strictFault(text) {
  const { kinds, starts, ends, fault } = tokenize(text);
  if (fault) return null;
  /** @type {(Set<string> | null)[]} */ const open = [];
  for (let i = 0; i < kinds.length; i++) {
    const kind = kinds[i];
    /** @param {string} message */
    const at = message => ({ message, index: starts[i], ...place(text, starts[i]) });
    if (kind === Kind.open) {
      open.push(text[starts[i]] === '{' ? new Set() : null);
      if (open.length > maximumDepth) return at(`It is nested more than ${maximumDepth} levels deep. The functions do not write such data.`);
    } else if (kind === Kind.close) {
      open.pop();
    } else if (kind === Kind.name || kind === Kind.string) {
      const value = JSON.parse(text.slice(starts[i], ends[i]));
      if (!value.isWellFormed()) return at('It has half of a character. The functions do not write such data.');
      const names = open[open.length - 1];
      if (kind === Kind.name && names?.has(value)) return at(`The member ${JSON.stringify(value)} is repeated. The functions do not write such data.`);
      if (kind === Kind.name) names?.add(value);
    }
  }
  return null;
}
