// Parses a response, and keeps the text of some members as it was sent: JSON.parse would round numbers and lose details.

const blanks = /[ \t\n\r]*/y;
const strings = /"(?:[^"\\]|\\.)*"/sy;
const scalars = /[^\s,\]}]+/y;
const structure = /[^"{}[\]]*/y;

/**
 * Parses JSON. Members with the given names, on any level, become the text of their values.
 * @param {string} text JSON, as a server sent it
 * @param {ReadonlySet<string>} rawNames
 * @returns {any}
 * @throws {SyntaxError} if it is not JSON
 */
export function parseKeeping(text, rawNames) {
  let position = 0;
  /** @type {{ value: any, name: string | null }[]} */ const open = [];

  /** @param {RegExp} pattern */
  const match = pattern => {
    pattern.lastIndex = position;
    if (!pattern.test(text)) throw new SyntaxError(`The response is not JSON at character ${position + 1}.`);
    const found = text.slice(position, pattern.lastIndex);
    position = pattern.lastIndex;
    return found;
  };
  const next = () => {
    match(blanks);
    return text[position];
  };

  /** @type {any} */ let result;
  let isDone = false;
  /** @param {any} value */
  const put = value => {
    const parent = open.at(-1);
    if (!parent) {
      result = value;
      isDone = true;
    } else if (Array.isArray(parent.value)) {
      parent.value.push(value);
    } else {
      // Not by assignment, because a member may be named __proto__.
      Object.defineProperty(parent.value, /** @type {string} */ (parent.name), { value, enumerable: true, configurable: true, writable: true });
    }
  };

  while (!isDone) {
    const parent = open.at(-1);
    let character = next();
    if (parent && (character === '}' || character === ']')) {
      position++;
      open.pop();
      put(parent.value);
      continue;
    }
    if (parent && character === ',') {
      position++;
      continue;
    }
    if (parent && !Array.isArray(parent.value)) {
      const name = JSON.parse(match(strings));
      if (next() !== ':') throw new SyntaxError(`The response is not JSON at character ${position + 1}.`);
      position++;
      character = next();
      parent.name = name;
      if (rawNames.has(name)) {
        const start = position;
        skip();
        put(text.slice(start, position));
        continue;
      }
    }
    if (character === '{' || character === '[') {
      position++;
      open.push({ value: character === '{' ? {} : [], name: null });
    } else if (character === '"') {
      put(JSON.parse(match(strings)));
    } else {
      put(JSON.parse(match(scalars)));
    }
  }
  return result;

  // Skips a whole value.
  function skip() {
    if (text[position] === '"') {
      match(strings);
      return;
    }
    if (text[position] !== '{' && text[position] !== '[') {
      match(scalars);
      return;
    }
    let depth = 0;
    do {
      match(structure);
      const character = text[position];
      if (character === '"') {
        match(strings);
      } else {
        if (character === undefined) throw new SyntaxError('The response is incomplete.');
        depth += character === '{' || character === '[' ? 1 : -1;
        position++;
      }
    } while (depth > 0);
  }
}
