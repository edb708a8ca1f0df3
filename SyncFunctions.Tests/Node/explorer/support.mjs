// What the explorer's scenarios share: a browser, tabs with the page, and Sync itself, to compare with.

import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

export const env = { BROWSER: process.env.BROWSER, PAGE_URL: process.env.PAGE_URL };
export const { KEYED_URL, KEY, LOCKED_SERVICE, SCREENSHOTS } = process.env;

const account = process.env.ACCOUNT_SID ?? `AC${'0'.repeat(32)}`;
const authToken = process.env.AUTH_TOKEN ?? '0123456789abcdef0123456789abcdef';

/** What the page is told: who answers its calls. */
export let config = { host: 'functions', backend: 'emulator', realtime: '' };
let browser;
let counter = 0;

export async function start() {
  config = await (await fetch(pageFile('config.json'))).json();
  browser = await chromium.launch({
    executablePath: env.BROWSER,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

export const stop = () => browser.close();

/** The address of one of the page's files. */
export const pageFile = (path, page = env.PAGE_URL) => new URL(`explorer/${path}`, page).href;

export const unique = (text = 'x') => `${text}-${process.pid}-${++counter}`;

/** Sync's REST API, by the emulator behind whatever serves the page. */
export const sync = {
  async call(method, path, form, service = 'default') {
    const response = await fetch(`${new URL(config.realtime).origin.replace('ws', 'http')}/v1/Services/${service}${path}`, {
      method, headers: { Authorization: `Basic ${btoa(`${account}:${authToken}`)}` }, body: form && new URLSearchParams(form),
    });
    const text = await response.text();
    assert.ok(response.ok || response.status === 404, `${method} ${path}: ${response.status} ${text}`);
    return { status: response.status, text, body: text ? JSON.parse(text) : null };
  },
  create: async (kind, UniqueName, more = {}, service) => (await sync.call('POST', `/${kind}s`, { UniqueName, ...more }, service)).body,
  update: (name, Data, service) => sync.call('POST', `/Documents/${encodeURIComponent(name)}`, { Data }, service),
  get: (kind, name, service) => sync.call('GET', `/${kind}s/${encodeURIComponent(name)}`, undefined, service),
  exists: async (kind, name) => (await sync.get(kind, name)).status === 200,
  /** A document's or item's data, byte by byte. */
  data: async path => /"data":(.*),"date_expires":/s.exec((await sync.call('GET', path)).text)?.[1],
  setItem: async (map, Key, Data, more = {}) => sync.call('POST', `/Maps/${encodeURIComponent(map)}/Items`, { Key, Data, ...more }),
  updateItem: (kind, name, key, Data) => sync.call('POST', `/${kind}s/${encodeURIComponent(name)}/Items/${encodeURIComponent(key)}`, { Data }),
  addItem: async (list, Data) => (await sync.call('POST', `/Lists/${encodeURIComponent(list)}/Items`, { Data })).body,
  items: async (kind, name) => {
    const all = [];
    for (let from; ;) {
      const { body } = await sync.call('GET', `/${kind}s/${encodeURIComponent(name)}/Items?PageSize=100${from === undefined ? '' : `&From=${encodeURIComponent(from)}&Bounds=exclusive`}`);
      all.push(...body.items);
      if (!body.meta.next_page_url) return all;
      from = all.at(-1).key ?? all.at(-1).index;
    }
  },
};

/** A list with items that are numbered in `n`. */
export async function numberedList(name, count) {
  await sync.create('List', name);
  for (let n = 0; n < count; n += 20) {
    await Promise.all(Array.from({ length: Math.min(20, count - n) }, () => sync.addItem(name, '{"n":0}')));
  }
}

/** The tabs of a scenario. */
export class Session {
  #contexts = [];
  #errors = [];
  #tabs = [];

  /** Opens the page in a browser of its own. `path` is what follows `#/`; a name goes by `link`. */
  async open(path = '', { page = env.PAGE_URL, allowsErrors = false, prepare, ...options } = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    this.#contexts.push(context);
    const tab = await context.newPage();
    this.#tabs.push(tab);
    tab.setDefaultTimeout(30_000);
    tab.on('pageerror', error => this.#errors.push(error.message));
    // The browser itself logs error responses, which scenarios cause on purpose.
    tab.on('console', message => {
      if (message.type() === 'error' && !allowsErrors && !/Failed to load resource|WebSocket connection to/.test(message.text())) this.#errors.push(message.text());
    });
    await prepare?.(tab);
    await tab.goto(`${page}#/${path}`);
    return tab;
  }

  /** Opens an object, and waits until it is shown and live. */
  async openObject(kind, name, { key, tab: part, ...options } = {}) {
    const tab = await this.open(link(kind, name, key, part), options);
    await tab.waitForSelector('main h1');
    await isLive(tab);
    return tab;
  }

  requireNoErrors() {
    assert.deepEqual(this.#errors, []);
  }

  /** What the tabs show, for a scenario that failed. */
  async describe() {
    const texts = await Promise.all(this.#tabs.map(tab => tab.evaluate(() => document.body.innerText.slice(0, 600)).catch(() => '')));
    return this.#errors.length ? ` errors: ${this.#errors}` : ` shown: ${texts.join(' | ').replace(/\s+/g, ' ')}`;
  }

  async close() {
    await Promise.all(this.#contexts.map(context => context.close()));
  }
}

export const link = (kind, name, key, part) =>
  `default/${kind.toLowerCase()}s/${encodeURIComponent(name)}${key === undefined ? '' : `/${encodeURIComponent(key)}`}${part ? `?tab=${part}` : ''}`;

export const isLive = tab => tab.waitForSelector('.status-button[data-state="live"]');

/** What is shown of the data, without the marks for what cannot be seen. */
export const shownData = tab => tab.locator('.paper pre.shown').innerText();

/** Waits until the shown data has a text. */
export const showsData = (tab, text) => tab.waitForFunction(text => document.querySelector('.paper pre.shown')?.textContent.includes(text), text);

/** Begins to edit, in the exact text. */
export async function edit(tab, text) {
  if (await tab.getAttribute('.segments button:has-text("Exact")', 'aria-pressed') === 'false') await tab.click('.segments button:has-text("Exact")');
  await tab.click('button[data-key="e"]');
  if (text !== undefined) await tab.fill('.paper textarea', text);
}

/** Presses a button of an open dialog. */
export const answer = (tab, label) => tab.click(`dialog[open] button:text-is("${label}")`);

export const toast = (tab, text) => tab.waitForSelector(`.toast:has-text("${text}")`);

/** Waits until what is in Sync is as it should be. */
export async function until(check, what) {
  for (const end = Date.now() + 30_000; ;) {
    if (await check()) return;
    assert.ok(Date.now() < end, `not within 30 s: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

export const rowTexts = tab => tab.$$eval('.grid-space [role=row]', rows => rows
  .sort((one, other) => one.ariaRowIndex - other.ariaRowIndex).map(row => row.querySelector('.key').textContent));

/** Waits until the table shows these keys, and no others. */
export async function showsRows(tab, keys) {
  await tab.waitForFunction(keys => JSON.stringify([...document.querySelectorAll('.grid-space [role=row]')]
    .sort((one, other) => one.ariaRowIndex - other.ariaRowIndex).map(row => row.querySelector('.key').textContent)) === JSON.stringify(keys), keys)
    .catch(async error => assert.deepEqual(await rowTexts(tab), keys, error.message));
}
