// Measures the explorer in a real browser.
//
//   BROWSER=/usr/bin/chromium SYNC_URL=http://127.0.0.1:7072 SMALL=list-of-100 LARGE=list-of-1000000 CHANGES=10000 node explorer.mjs
//
// Prints lines of text.

import { chromium } from 'playwright-core';

const { BROWSER, SYNC_URL, SMALL, LARGE } = process.env;
const changes = Number(process.env.CHANGES);
const headers = { Authorization: `Basic ${btoa(`AC${'0'.repeat(32)}:0123456789abcdef0123456789abcdef`)}` };
const browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--enable-precise-memory-info', '--js-flags=--expose-gc'] });

const median = values => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
const line = (what, value) => console.log(`${what.padEnd(60)}${value}`);

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
  for (let run = 0; run < 7; run++) {
    const opened = await open('', '.facts dd');
    runs.push(opened);
    await opened.context.close();
  }
  line('files and KiB until it is usable', `${runs[0].files}, ${(runs[0].bytes / 1024).toFixed(0)}`);
  line('ms until the first paint, until it is usable', `${median(runs.map(({ paint }) => paint)).toFixed(0)}, ${median(runs.map(({ milliseconds }) => milliseconds)).toFixed(0)}`);
}

async function measureLists() {
  for (const list of [SMALL, LARGE, SMALL, LARGE]) {
    const times = [];
    let used = 0;
    for (let run = 0; run < 5; run++) {
      const { context, tab, milliseconds } = await open(`default/lists/${list}`, '.grid-space [role=row]');
      times.push(milliseconds);
      used = await heap(tab);
      await context.close();
    }
    line(`ms until the rows of ${list} show; MiB of heap`, `${median(times).toFixed(0)}; ${used.toFixed(1)}`);
  }
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
  await tab.waitForFunction(() => [...document.querySelectorAll('.grid-space .data')].every(cell => Number(/\d+/.exec(cell.textContent)) >= 9_900), undefined, { timeout: 60_000 });
  const shown = performance.now() - started;
  const frames = await tab.evaluate(() => window.frames_);
  line(`s for ${changes} changes to be written, and to be shown`, `${(written / 1000).toFixed(1)}, ${(shown / 1000).toFixed(1)}`);
  line('frames of more than 50 ms, of all; the longest in ms', `${frames.filter(time => time > 50).length}, ${frames.length}; ${Math.max(...frames).toFixed(0)}`);
  line('MiB of heap before and after', `${before.toFixed(1)}, ${(await heap(tab)).toFixed(1)}`);
  await context.close();
}

await measureStart();
await measureLists();
await measureChanges();
await browser.close();
