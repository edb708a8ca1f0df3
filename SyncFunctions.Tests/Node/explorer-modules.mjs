// The explorer's modules that need no page: JSON as text, differences, durations, addresses. Prints one JSON line a scenario.
//
//   node explorer-modules.mjs

import assert from 'node:assert/strict';
import { ItemWindow } from './page/items/window.js';
import { compact, format, preview } from './page/json/format.js';
import { parseKeeping } from './page/json/raw.js';
import { strictFault } from './page/json/strict.js';
import { lint, size, tokenize } from './page/json/tokens.js';
import { formatRoute, parseRoute } from './page/router.js';
import { diffLines } from './page/text/diff.js';
import { formatAge, formatDuration, parseDuration } from './page/ui/time.js';
import { describe } from './running.mjs';

// The same numbers in each run.
let seed = 20260131;
const random = limit => {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return seed % limit;
};
const pick = values => values[random(values.length)];

const texts = ['', 'a', 'é😀', '\\u0041', '\\"', '\\\\', '}', '{', '</script>', '\u202e', '\\ud83d'];
const numbers = ['0', '-0', '1e400', '1.50', '-12345678901234567890', '1E+2'];
const gap = () => pick(['', '', ' ', '\n', '\t', '\r\n', '  ']);

/** A JSON text, with blanks anywhere. */
function json(depth) {
  const kind = random(depth > 4 ? 3 : 5);
  const inner = () => Array.from({ length: random(4) }, () => 0);
  const value = kind === 0 ? `"${pick(texts)}"` : kind === 1 ? pick(numbers) : kind === 2 ? pick(['true', 'false', 'null'])
    : kind === 3 ? `[${inner().map(() => json(depth + 1)).join(',') || gap()}]`
      : `{${inner().map(() => `${gap()}"${pick(texts)}"${gap()}:${json(depth + 1)}`).join(',') || gap()}}`;
  return `${gap()}${value}${gap()}`;
}

const tokensOf = text => {
  const { kinds, starts, ends, fault } = tokenize(text);
  assert.equal(fault, null, text);
  return kinds.map((kind, i) => `${kind} ${text.slice(starts[i], ends[i])}`);
};

const scenarios = {
  'tokens: what JSON.parse reads is JSON, and nothing else'() {
    const breaks = ['', ',', ':', '}', ']', '"', '0', '1.', '-', 'x', '\\', '\u0001', '{', '[', 'nul', '+1', '\u00a0', '.5', '\n'];
    for (let i = 0; i < 20_000; i++) {
      const text = json(0);
      const at = random(text.length + 1);
      const broken = `${text.slice(0, at)}${pick(breaks)}${text.slice(at + random(2))}`;
      let isJson = true;
      try {
        JSON.parse(broken);
      } catch {
        isJson = false;
      }
      assert.equal(tokenize(broken).fault === null, isJson, JSON.stringify(broken));
    }
  },
  'format: the same tokens, again and again'() {
    for (let i = 0; i < 5_000; i++) {
      const text = json(0);
      const formatted = format(text);
      assert.deepEqual(tokensOf(formatted), tokensOf(text));
      assert.equal(format(formatted), formatted);
      assert.equal(compact(formatted), compact(text));
      assert.deepEqual(tokensOf(compact(text)), tokensOf(text));
    }
    assert.equal(format('{"a":}'), '{"a":}');
  },
  'format: eight thousand levels, in no time and in little space'() {
    const deep = `{"a":${'['.repeat(8_000)}${']'.repeat(8_000)}}`;
    const started = performance.now();
    assert.ok(format(deep).length < 64 * 1024);
    assert.equal(compact(format(deep)), deep);
    assert.ok(performance.now() - started < 1_000);
  },
  'raw: the text of a member as it was sent, wherever it is'() {
    for (let i = 0; i < 5_000; i++) {
      const [data, other] = [json(0).trim(), json(0)];
      const answer = `{"items":[{"x":${other},"data":${gap()}${data}${gap()},"key":"k"}],"next":null}`;
      const parsed = parseKeeping(answer, new Set(['data']));
      // Members of the data of others may be called data as well.
      assert.equal(parsed.items[0].data.trim(), data);
      assert.equal(parsed.items[0].key, 'k');
      assert.deepEqual(parseKeeping(other, new Set()), JSON.parse(other));
    }
    for (const broken of ['', '{', '{"a":1', '{"data":[', '{"a" 1}', '<html>']) assert.throws(() => parseKeeping(broken, new Set(['data'])), SyntaxError, broken);
  },
  'lint: the place of a fault, and the size in bytes'() {
    for (const [text, line, column, message] of [
      ['', 1, 1, 'no value'], ['{"a":1,}', 1, 8, 'extra comma'], ['{\n  "😀": tru\n}', 2, 8, 'value is expected'], ["{'a':1}", 1, 2, 'double quotes'], ['{"a":01}', 1, 6, 'zeros'],
      ['{"a":"x\ny"}', 1, 8, 'not closed on its line'], ['{"a":"\\x"}', 1, 7, 'not a JSON escape'], ['{"a":1 "b":2}', 1, 8, 'comma'], ['{"a":[1}', 1, 8, 'comma or ]'], ['[]', 1, 1, 'object'], ['{} {}', 1, 4, 'after the end'],
      ['{"a":1', 1, 7, 'not closed'], ['{"a":1} // b', 1, 9, 'after the end'], ['{"a":// b', 1, 6, 'no comments'],
    ]) {
      const { fault } = lint(text, 1_000);
      assert.deepEqual([fault.line, fault.column], [line, column], text);
      assert.ok(fault.message.includes(message), `${text}: ${fault.message}`);
    }
    assert.equal(size('é😀'), 6);
    assert.equal(lint('{"a":"é"}', 10).fault, null);
    assert.match(lint('{"a":"é"}', 9).fault.message, /1 bytes too large/);
  },
  'strict: what the functions do not write'() {
    for (const [text, message] of [
      ['{"a":1,"\\u0061":2}', 'is repeated'], ['{"a":"\\ud83d"}', 'half of a character'], [`{"a":${'['.repeat(64)}${']'.repeat(64)}}`, '64 levels'],
    ]) assert.ok(strictFault(text).message.includes(message), text);
    for (const text of ['{"a":{"a":1},"b":{"a":1}}', `{"a":${'['.repeat(63)}${']'.repeat(63)}}`, '{"a":"\\ud83d\\ude00"}', '{"a":']) assert.equal(strictFault(text), null, text);
  },
  'diff: both texts are in it, and what they share is found'() {
    for (let i = 0; i < 3_000; i++) {
      const make = () => Array.from({ length: random(14) }, () => pick(['a', 'b', 'c', ''])).join('\n');
      const [before, after] = [make(), make()];
      const lines = diffLines(before, after);
      assert.equal(lines.filter(({ kind }) => kind !== 'added').map(({ text }) => text).join('\n'), before);
      assert.equal(lines.filter(({ kind }) => kind !== 'removed').map(({ text }) => text).join('\n'), after);
    }
    assert.deepEqual(diffLines('a\nb\nc\nd', 'a\nc\nx\nd').map(({ kind, text }) => kind[0] + text), ['sa', 'rb', 'sc', 'ax', 'sd']);
    const long = from => Array.from({ length: 8_000 }, (_, n) => n + from).join('\n');
    const started = performance.now();
    diffLines(long(0), long(20_000));
    assert.ok(performance.now() - started < 3_000);
  },
  'durations: read and written'() {
    for (const [text, seconds] of [['90', 90], ['10m', 600], ['2h', 7200], ['1d 12h', 129_600], ['1h30m', 5400], ['', null], ['-1', null], ['1.5h', null], ['2 weeks', null], ['1h x', null]]) assert.equal(parseDuration(text), seconds, text);
    for (const [seconds, text] of [[0, '0s'], [59.2, '1m'], [3600, '1h'], [3661, '1h 1m'], [90_061, '1d 1h'], [-5, '0s']]) assert.equal(formatDuration(seconds), text);
    for (const [seconds, text] of [[0, 'just now'], [59, '59 seconds ago'], [60, '1 minute ago'], [7200, '2 hours ago'], [86_400 * 400, '1 year ago']]) assert.equal(formatAge(seconds * 1000), text);
    for (let i = 0; i < 1_000; i++) {
      const minutes = random(60 * 24 * 30);
      if (minutes < 24 * 60) assert.equal(parseDuration(formatDuration(minutes * 60)), minutes * 60);
    }
  },
  'addresses: whatever a name has, it comes back'() {
    const views = new Set(['transfer', 'requests']);
    for (const name of ['a', 'a/b', '?tab=x', '#', '%2F', '%', ' ', 'é😀', '..', 'x'.repeat(320), '\u202e']) {
      for (const key of [null, name]) {
        for (const tab of [null, 'permissions']) {
          const route = { view: 'maps', service: name, name, key, tab };
          assert.deepEqual(parseRoute(formatRoute(route), views), route);
        }
      }
    }
    assert.equal(parseRoute('#/transfer', views).view, 'transfer');
    assert.deepEqual(parseRoute(formatRoute({ view: 'home', service: 'transfer' }), views), { view: 'home', service: 'transfer', name: null, key: null, tab: null });
    for (const fragment of ['', '#', '#/', '#/%zz', '#/a/b/c/d/e']) assert.equal(parseRoute(fragment, views).view, 'home');
  },
  'preview: one line, of bounded length'() {
    assert.equal(preview('{\n "a" : 1\n}'), '{ "a" : 1 }');
    assert.ok(preview('x'.repeat(20_000)).length <= 241);
    assert.ok(preview('😀'.repeat(300)).isWellFormed());
  },
  async 'window: pages and changes, in any order, end as the list is'() {
    for (let run = 0; run < 60; run++) {
      const order = pick(['asc', 'desc']);
      const all = new Map();
      const item = (key, v) => ({ key, data: `${v}`, revision: `${v}`, dateExpires: null, dateCreated: '', dateUpdated: '', createdBy: '' });
      const sorted = direction => [...all.values()].sort((one, other) => (direction === 'asc' ? one.key - other.key : other.key - one.key));
      let delayed = Promise.resolve();
      const window = new ItemWindow(async ({ order: direction = 'asc', from, isExclusive, pageSize }) => {
        const found = sorted(direction).filter(({ key }) => from === null || from === undefined || (direction === 'asc' ? key - from : from - key) > (isExclusive ? 0 : -1));
        const page = { items: found.slice(0, pageSize), next: found.length > pageSize ? 'more' : null };
        await delayed;
        return page;
      });
      for (let n = 0; n < 400; n++) all.set(n * 2, item(n * 2, 0));
      await window.reset({ order, from: null, isPrefix: false, where: undefined });
      for (let step = 0; step < 60; step++) {
        let go;
        delayed = new Promise(resolve => { go = resolve; });
        const reading = pick([() => window.readOn(), () => window.readBack(), () => window.reread()])();
        for (let change = 0; change < 5; change++) {
          const key = random(820);
          if (random(3)) {
            all.set(key, item(key, step + 1));
            window.set(all.get(key));
          } else {
            all.delete(key);
            window.remove(key);
          }
        }
        go();
        await reading;
      }
      const { items } = window;
      const expected = sorted(order);
      const start = expected.findIndex(({ key }) => key === items[0].key);
      assert.deepEqual(items, expected.slice(start, start + items.length), `run ${run}`);
      if (window.isEndKnown) assert.equal(items.at(-1).key, expected.at(-1).key);
      assert.ok(items.length <= 2_000);
    }
  },
};

let failed = 0;
for (const [name, run] of Object.entries(scenarios)) {
  const error = await Promise.resolve().then(run).then(() => undefined, describe);
  if (error !== undefined) failed++;
  console.log(JSON.stringify({ name, ok: error === undefined, error }));
}
process.exit(failed ? 1 : 0);
