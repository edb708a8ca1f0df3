// Finds the common and the different lines of two texts: Myers' algorithm (http://www.xmailserver.org/diff2.pdf).

/** @typedef {{ kind: 'same' | 'removed' | 'added', text: string }} Line */

/** Texts that differ in more lines are shown as wholly different, because a comparison would take too long. */
const maximumDifferences = 1500;

/**
 * Compares two texts by their lines.
 * @param {string} before
 * @param {string} after
 * @returns {Line[]}
 */
export function diffLines(before, after) {
  const a = before.split('\n');
  const b = after.split('\n');
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  /** @type {(texts: string[], kind: Line['kind']) => Line[]} */
  const lines = (texts, kind) => texts.map(text => ({ kind, text }));
  return [...lines(a.slice(0, start), 'same'), ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)), ...lines(a.slice(a.length - end), 'same')];
}

/** @param {string[]} a @param {string[]} b @returns {Line[]} */
function middle(a, b) {
  const limit = Math.min(a.length + b.length, maximumDifferences);
  const center = limit + 1;
  const furthest = new Int32Array(2 * limit + 3);
  /** @type {Int32Array[]} */ const trace = [];
  for (let d = 0; d <= limit; d++) {
    trace.push(furthest.slice(center - d - 1, center + d + 2));
    for (let k = -d; k <= d; k += 2) {
      let x = k === -d || (k !== d && furthest[center + k - 1] < furthest[center + k + 1]) ? furthest[center + k + 1] : furthest[center + k - 1] + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      furthest[center + k] = x;
      if (x >= a.length && x - k >= b.length) return walk(a, b, trace, d);
    }
  }
  return [...a.map(text => /** @type {Line} */ ({ kind: 'removed', text })), ...b.map(text => /** @type {Line} */ ({ kind: 'added', text }))];
}

/** @param {string[]} a @param {string[]} b @param {Int32Array[]} trace @param {number} last @returns {Line[]} */
function walk(a, b, trace, last) {
  /** @type {Line[]} */ const lines = [];
  let x = a.length;
  let y = b.length;
  for (let d = last; d > 0; d--) {
    // The array of a step. Its middle is diagonal 0.
    const at = (/** @type {number} */ k) => trace[d][k + d + 1];
    const k = x - y;
    const isDown = k === -d || (k !== d && at(k - 1) < at(k + 1));
    const from = isDown ? at(k + 1) : at(k - 1) + 1;
    while (x > from) {
      lines.push({ kind: 'same', text: a[--x] });
      y--;
    }
    lines.push(isDown ? { kind: 'added', text: b[--y] } : { kind: 'removed', text: a[--x] });
  }
  while (x > 0) lines.push({ kind: 'same', text: a[--x] });
  return lines.reverse();
}
