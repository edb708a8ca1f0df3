// Which callers get the page, with which headers, and where a key is sent.

import assert from 'node:assert/strict';
import { KEY, KEYED_URL, answer, config, env, pageFile, showsData, sync, unique } from './support.mjs';

export const scenarios = [
  {
    name: 'access: the page and its files come with their headers, and only if they changed',
    async run() {
      for (const [url, type] of [[env.PAGE_URL, 'text/html'], [pageFile('main.js'), 'text/javascript'], [pageFile('style.css'), 'text/css'], [pageFile('icon.svg'), 'image/svg+xml'], [pageFile('config.json'), 'application/json']]) {
        const response = await fetch(url);
        assert.equal(response.status, 200, url);
        assert.ok(response.headers.get('content-type').startsWith(type));
        const policy = response.headers.get('content-security-policy');
        for (const part of ["default-src 'self'", "script-src 'self'", "style-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", `connect-src 'self' ${new URL(config.realtime).origin}`]) {
          assert.ok(policy.includes(part), part);
        }
        assert.doesNotMatch(policy, /unsafe|\*/);
        assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
        assert.equal(response.headers.get('referrer-policy'), 'no-referrer');
        assert.equal(response.headers.get('cross-origin-opener-policy'), 'same-origin');
        assert.equal(response.headers.get('cross-origin-resource-policy'), 'same-origin');
        assert.equal(response.headers.get('cache-control'), 'no-cache');
        const etag = response.headers.get('etag');
        assert.match(etag, /^"[0-9a-f]+"$/);
        assert.equal((await fetch(url, { headers: { 'If-None-Match': `"x", ${etag}` } })).status, 304);
        assert.equal((await fetch(url, { headers: { 'If-None-Match': '"x"' } })).status, 200);
      }
      for (const path of ['nothing.js', '..%2fmain.js', 'views', 'main.js/']) assert.equal((await fetch(pageFile(path))).status, 404, path);
      assert.ok([404, 405].includes((await fetch(env.PAGE_URL, { method: 'POST' })).status));
      assert.deepEqual(Object.keys(await (await fetch(pageFile('config.json'))).json()), ['host', 'backend', 'realtime']);
    },
  },
  {
    name: 'access: the page loads nothing from elsewhere, and runs nothing inline',
    async run(session) {
      const name = unique('offline');
      await sync.create('Document', name, { Data: '{"v":0}' });
      const origins = new Set();
      const tab = await session.openObject('Document', name, { prepare: tab => tab.on('request', request => origins.add(new URL(request.url()).origin)) });
      await showsData(tab, '0');
      assert.deepEqual([...origins], [new URL(env.PAGE_URL).origin]);
      const html = await (await fetch(env.PAGE_URL)).text();
      assert.doesNotMatch(html, /<style|style=|\son\w+=|<script(?![^>]*src=)/);
    },
  },
  {
    name: 'access: the page asks for a key, again if it is wrong, and keeps it in the tab',
    host: 'functions',
    async run(session) {
      assert.ok(KEYED_URL && KEY, 'KEYED_URL and KEY are set');
      const urls = [];
      const tab = await session.open('', { page: KEYED_URL, prepare: tab => tab.on('request', request => urls.push(request.url())) });
      await answer(tab, 'Cancel');
      await tab.click('.banner:has-text("without a key") button:text-is("Enter the key")');
      await tab.fill('dialog[open] input', 'wrong');
      await answer(tab, 'Continue');
      await tab.waitForSelector('dialog[open]:has-text("refused")');
      await tab.fill('dialog[open] input', KEY);
      await answer(tab, 'Continue');
      await tab.waitForSelector('.facts:has-text("IS")');
      const stored = await tab.evaluate(() => [JSON.stringify(sessionStorage), JSON.stringify(localStorage), document.cookie]);
      assert.ok(stored[0].includes(KEY));
      assert.equal(stored[1].includes(KEY) || stored[2].includes(KEY), false);
      assert.equal(urls.some(url => url.includes(KEY)), false, 'it is in no address');
      await tab.reload();
      await tab.waitForSelector('.facts:has-text("IS")');
      const other = await tab.context().newPage();
      await other.goto(KEYED_URL);
      await other.waitForSelector('dialog[open] h2:has-text("Function key")');
    },
  },
  {
    name: "access: the page asks for the emulator's credentials if it refuses the default ones",
    host: 'emulator',
    async run(session) {
      let seen = '';
      const tab = await session.open('', {
        prepare: tab => tab.route('**/v1/**', (route, request) => {
          seen = request.headers().authorization ?? '';
          return seen === `Basic ${btoa('AC1:my token ü'.replace('ü', 'x'))}` ? route.continue({ headers: { ...request.headers(), authorization: `Basic ${btoa(`AC${'0'.repeat(32)}:0123456789abcdef0123456789abcdef`)}` } }) : route.fulfill({ status: 401, json: { code: 20003, message: 'Authenticate', status: 401 } });
        }),
      });
      await tab.fill('dialog[open] .field:has-text("SID") input', 'AC1');
      await tab.fill('dialog[open] input[type=password]', 'my token x');
      await answer(tab, 'Continue');
      await tab.waitForSelector('.facts:has-text("IS")');
      assert.equal(await tab.evaluate(() => JSON.stringify(localStorage)), '{}');
    },
  },
];
