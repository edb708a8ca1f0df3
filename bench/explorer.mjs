// Measures the explorer in a real browser.
//
//   BROWSER=/usr/bin/chromium SYNC_URL=http://127.0.0.1:7072 SMALL=list-of-100 LARGE=list-of-1000000 CHANGES=10000 ROUNDS=5 node explorer.mjs
//
// Prints one JSON object.

import { chromium } from 'playwright-core';

const { BROWSER, SYNC_URL, SMALL, LARGE } = process.env;
const changes = Number(process.env.CHANGES);
const rounds = Number(process.env.ROUNDS);
const headers = { Authorization: `Basic ${btoa(`AC${'0'.repeat(32)}:0123456789abcdef0123456789abcdef`)}` };
const browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--enable-precise-memory-info', '--js-flags=--expose-gc'] });

const median = values => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];

/** Opens a page in a browser without a cache, and waits until it is usable. */
async function open(path, selector) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const tab = await context.newPage();
  let bytes = 0;
  let files = 0;
  tab.on('response', response => {
    files++;
    bytes += Number(response.headers()['content-length'] ?? 0);
  });
  const started = performance.now();
  await tab.goto(`${SYNC_URL}#/${path}`);
  await tab.waitForSelector(selector);
  const milliseconds = performance.now() - started;
  const paint = await tab.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0);
  return { context, tab, milliseconds, paint, bytes, files };
}

const heap = tab => tab.evaluate(() => {
  window.gc();
  return performance.memory.usedJSHeapSize / 1024 / 1024;
});

async function measureStart() {
  const runs = [];
  for (let round = 0; round < rounds; round++) {
    const opened = await open('', '.facts dd');
    runs.push(opened);
    await opened.context.close();
  }
  return {
    files: runs[0].files,
    kibibytes: runs[0].bytes / 1024,
    firstPaint: median(runs.map(({ paint }) => paint)),
    usable: median(runs.map(({ milliseconds }) => milliseconds)),
  };
}

async function measureList(list) {
  const { context, tab, milliseconds } = await open(`default/lists/${list}`, '.grid-space [role=row]');
  const used = await heap(tab);
  await context.close();
  return { milliseconds, used };
}

async function measureLists() {
  await measureList(SMALL);
  await measureList(LARGE);
  const times = [];
  const heaps = [];
  for (let round = 0; round < rounds; round++) {
    const small = await measureList(SMALL);
    const large = await measureList(LARGE);
    times.push([small.milliseconds, large.milliseconds]);
    heaps.push([small.used, large.used]);
  }
  return { times, heaps };
}

async function measureChanges() {
  const { context, tab } = await open(`default/lists/${SMALL}`, '.grid-space [role=row]');
  await tab.waitForSelector('.status-button[data-state="live"]');
  const before = await heap(tab);
  await tab.evaluate(() => {
    window.frames_ = [];
    let last = performance.now();
    const note = now => {
      window.frames_.push(now - last);
      last = now;
      requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  });
  const started = performance.now();
  let next = 0;
  await Promise.all(Array.from({ length: 32 }, async () => {
    for (let n; (n = next++) < changes;) {
      const response = await fetch(`${SYNC_URL}/v1/Services/default/Lists/${SMALL}/Items/${n % 100}`, { method: 'POST', headers, body: new URLSearchParams({ Data: `{"n":${n}}` }) });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      await response.arrayBuffer();
    }
  }));
  const written = performance.now() - started;
  await tab.waitForFunction(
    least => [...document.querySelectorAll('.grid-space .data')].every(cell => Number(/\d+/.exec(cell.textContent)) >= least),
    changes - 100,
    { timeout: 60_000 },
  );
  const shown = performance.now() - started;
  const frames = await tab.evaluate(() => window.frames_);
  const after = await heap(tab);
  await context.close();
  return {
    heapBefore: before,
    heapAfter: after,
    written: written / 1000,
    shown: shown / 1000,
    frames: frames.length,
    slowFrames: frames.filter(time => time > 50).length,
    longestFrame: Math.max(...frames),
  };
}

console.log(JSON.stringify({ ...await measureStart(), ...await measureLists(), ...await measureChanges() }));
await browser.close();
