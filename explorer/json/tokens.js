// Splits JSON into tokens (RFC 8259): where each begins and ends, and the first error. There is no recursion, so any depth of nesting works.

/** The kind of a token. */
export const Kind = Object.freeze({ open: 0, close: 1, colon: 2, comma: 3, name: 4, string: 5, number: 6, word: 7 });

/**
 * @typedef {object} Fault
 * @property {string} message what is wrong, as a sentence
 * @property {number} index where, counted from 0 in UTF-16 code units
 * @property {number} line counted from 1
 * @property {number} column counted from 1, in characters
 */

/**
 * @typedef {object} Tokens
 * @property {number[]} kinds
 * @property {number[]} starts
 * @property {number[]} ends
 * @property {Fault | null} fault `null` if the text is JSON
 */

const blanks = /[ \t\n\r]*/y;
const strings = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const stringPart = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;
const numbers = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const words = /true|false|null/y;
const wordLike = /[\w$.+-]+/y;

/**
 * Reads a text up to the first error.
 * @param {string} text
 * @returns {Tokens}
 */
export function tokenize(text) {
  /** @type {number[]} */ const kinds = [];
  /** @type {number[]} */ const starts = [];
  /** @type {number[]} */ const ends = [];
  /** @type {string[]} */ const open = [];
  let position = 0;
  let expected = 'value';

  /** @param {RegExp} pattern */
  const match = pattern => {
    pattern.lastIndex = position;
    return pattern.test(text) ? pattern.lastIndex : -1;
  };
  /** @param {number} kind @param {number} end */
  const take = (kind, end) => {
    kinds.push(kind);
    starts.push(position);
    ends.push(end);
    position = end;
  };
  /** @param {string} message @param {number} [index] */
  const end = (message, index = position) => ({ kinds, starts, ends, fault: { message, index, ...place(text, index) } });
  const afterValue = () => (open.length ? 'comma or end' : 'nothing');

  while (true) {
    position = match(blanks);
    if (position === text.length) {
      if (expected === 'nothing') return { kinds, starts, ends, fault: null };
      return end(open.length ? `The ${open.at(-1) === '{' ? 'object' : 'array'} is not closed.` : 'There is no value.');
    }
    const character = text[position];
    if (expected === 'nothing') return end('There is something after the end of the value.');
    if (expected === 'colon') {
      if (character !== ':') return end('A colon is missing after the name.');
      take(Kind.colon, position + 1);
      expected = 'value';
    } else if (expected === 'comma or end') {
      if (character === ',') {
        take(Kind.comma, position + 1);
        expected = open.at(-1) === '{' ? 'name' : 'value';
      } else if (character === (open.at(-1) === '{' ? '}' : ']')) {
        take(Kind.close, position + 1);
        open.pop();
        expected = afterValue();
      } else {
        return end(open.at(-1) === '{' ? 'A comma or } is expected.' : 'A comma or ] is expected.');
      }
    } else if (expected.startsWith('name')) {
      if (character === '"') {
        const to = match(strings);
        if (to < 0) return badString();
        take(Kind.name, to);
        expected = 'colon';
      } else if (character === '}' && expected === 'name or end') {
        take(Kind.close, position + 1);
        open.pop();
        expected = afterValue();
      } else {
        return end(character === '}' ? 'There is an extra comma before }.' : 'A name in double quotes is expected.');
      }
    } else if (character === '{' || character === '[') {
      open.push(character);
      take(Kind.open, position + 1);
      expected = character === '{' ? 'name or end' : 'value or end';
    } else if (character === ']' && expected === 'value or end') {
      take(Kind.close, position + 1);
      open.pop();
      expected = afterValue();
    } else if (character === '"') {
      const to = match(strings);
      if (to < 0) return badString();
      take(Kind.string, to);
      expected = afterValue();
    } else {
      const number = match(numbers);
      const to = number >= 0 ? number : match(words);
      if (to < 0 || match(wordLike) > to) return end(badValue(character));
      take(number >= 0 ? Kind.number : Kind.word, to);
      expected = afterValue();
    }
  }

  function badString() {
    const at = match(stringPart);
    if (at >= text.length) return end('The string is not closed.', position);
    if (text[at] === '\\') return end('This is not a JSON escape.', at);
    return end(text[at] === '\n' || text[at] === '\r' ? 'The string is not closed on its line.' : 'A control character in a string must be written as \\u and four digits.', at);
  }

  /** @param {string} character */
  function badValue(character) {
    if (character === ']' || character === '}') return text[starts.at(-1) ?? 0] === ',' ? `There is an extra comma before ${character}.` : 'A value is missing.';
    if (character === "'") return 'Strings must be in double quotes.';
    if (character === ',' || character === ':') return 'A value is missing.';
    if (match(/-?0[0-9]/y) >= 0) return 'A number must not begin with extra zeros.';
    if (match(/[-+.]?[0-9.]/y) >= 0) return 'This is not a JSON number.';
    if (character === '/' || character === '#') return 'JSON has no comments.';
    return 'A value is expected: an object, an array, a string in double quotes, a number, true, false or null.';
  }
}

/**
 * Finds the line and column of a position in a text.
 * @param {string} text
 * @param {number} index
 */
export function place(text, index) {
  const before = text.slice(0, index);
  const start = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) line++;
  return { line, column: [...before.slice(start)].length + 1 };
}

/**
 * Finds why a text cannot be data in Sync, which must be a JSON object of a limited size.
 * @param {string} text
 * @param {number} limit in bytes
 * @returns {{ fault: Fault | null, bytes: number }}
 */
export function lint(text, limit) {
  const bytes = size(text);
  const tokens = tokenize(text);
  if (tokens.fault) return { fault: tokens.fault, bytes };
  const start = tokens.starts[0];
  /** @param {string} message */
  const at = message => ({ message, index: start, ...place(text, start) });
  if (text[start] !== '{') return { fault: at('Data must be an object: { … }.'), bytes };
  return { fault: bytes > limit ? at(`The data is ${bytes - limit} bytes too large.`) : null, bytes };
}

const encoder = new TextEncoder();

/**
 * Counts the bytes of a text in UTF-8.
 * @param {string} text
 */
export const size = text => encoder.encode(text).length;
