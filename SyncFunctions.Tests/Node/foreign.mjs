// What a web page that its user happens to visit can do to the services of his machine, in a real browser: nothing.
//
//   BROWSER=/usr/bin/chromium API_URL=http://127.0.0.1:7071 SYNC_URL=http://127.0.0.1:7072 ACCOUNT_SID=AC… AUTH_TOKEN=… node foreign.mjs
//
// The names of the foreign pages lead to this machine, as they would after DNS rebinding. Exits with 0 if all is well, else with 1.

import assert from 'node:assert/strict';
import http from 'node:http';
import { chromium } from 'playwright-core';
import { describe, fail } from './running.mjs';

const { BROWSER: executablePath, API_URL, SYNC_URL, ACCOUNT_SID, AUTH_TOKEN } = process.env;
if (!executablePath) fail('not set: BROWSER');
const api = new URL(API_URL);
const sync = new URL(SYNC_URL);

const html = '<!doctype html><meta charset="utf-8"><title>Foreign</title><link rel="icon" href="data:,">';
const sites = new Map();
const foreign = http.createServer((request, response) => {
  if (request.url === '/headers') sites.set(request.headers.host.split(':')[0], [request.headers['user-agent'], request.headers['sec-fetch-site'], request.headers.origin]);
  response.writeHead(200, { 'Content-Type': 'text/html' }).end(html);
});
await new Promise(resolve => foreign.listen(0, '127.0.0.1', resolve));

const browser = await chromium.launch({
  executablePath,
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--host-resolver-rules=MAP *.example 127.0.0.1',
    // The browser's own protection of local addresses would hide what the services do.
    '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests,PrivateNetworkAccessSendPreflights,HttpsUpgrades',
  ],
});

/** Calls a function as a program of this machine does. */
async function call(name, parameters) {
  const response = await fetch(new URL(`api/${name}`, api), {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(parameters),
  });
  return { status: response.status, body: await response.json() };
}

/** Opens a page of a foreign site. Its address is the browser's only: a rebound name reaches a service's port, where the site's own page was before. */
async function open(url) {
  const context = await browser.newContext();
  const tab = await context.newPage();
  await context.route(url, route => route.fulfill({ contentType: 'text/html', body: html }));
  const answers = new Map();
  tab.on('response', response => answers.set(`${response.request().method()} ${new URL(response.url()).pathname}`, response.status()));
  await tab.goto(url);
  return { context, tab, answers };
}

/** Submits a form, which a page may do to any address, and returns the answer's status. */
async function submit(url, action, fields, method = 'POST') {
  const { context, tab } = await open(url);
  const [response] = await Promise.all([
    tab.waitForResponse(response => response.request().isNavigationRequest()),
    tab.evaluate(({ action, fields, method }) => {
      const form = Object.assign(document.createElement('form'), { action, method });
      for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement('input'), { name, value }));
      document.body.append(form);
      form.submit();
    }, { action, fields, method }),
  ]);
  await context.close();
  return response.status();
}

/** What a script of a page gets from an address: a status and text, or nothing. */
const read = (tab, url, options) => tab.evaluate(async ({ url, options }) => {
  try {
    const response = await fetch(url, options);
    return { status: response.status, type: response.type, text: await response.text() };
  } catch {
    return null;
  }
}, { url: String(url), options });

/** Whether a page can show another one in a frame: that is then of another origin, and not the browser's own error. */
async function frames(tab, url) {
  await tab.evaluate(url => new Promise(resolve => {
    const frame = document.createElement('iframe');
    frame.onload = resolve;
    frame.src = url;
    document.body.append(frame);
  }), url);
  const frame = tab.frames().at(-1);
  return await frame.evaluate(() => document.title).catch(() => '') === 'Sync Explorer';
}

const connects = (tab, url) => tab.evaluate(url => new Promise(resolve => {
  const socket = new WebSocket(url);
  socket.onopen = () => resolve(true);
  socket.onerror = () => resolve(false);
}), String(url));

async function run() {
  const docName = 'foreign-pages';
  assert.equal((await call('createDocument', { docName, data: { secret: 'a secret' } })).status, 200);
  const document = async () => (await call('getDocument', { docName })).body.data;
  const socket = `${sync.origin.replace('http', 'ws')}/v3/wsconnect`;
  const page = `http://evil.example:${foreign.address().port}/`;

  // Forms, which need no permission.
  assert.equal(await submit(page, `${api.origin}/api/removeDocument`, { docName }), 403);
  assert.equal(await submit(page, `${api.origin}/api/updateDocument`, { docName, data: '{}' }), 403);
  assert.equal(await submit(page, `${api.origin}/api/getDocument`, { docName }, 'GET'), 403);
  const signedIn = `${sync.protocol}//${ACCOUNT_SID}:${AUTH_TOKEN}@${sync.host}/v1/Services/default/Documents`;
  assert.equal(await submit(page, signedIn, { UniqueName: 'by-a-form' }), 403);

  // Scripts.
  const { tab } = await open(page);
  const form = { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: `docName=${docName}` };
  assert.equal(await read(tab, new URL(`api/getDocument?docName=${docName}`, api)), null);
  assert.equal(await read(tab, new URL('api/createToken?identity=mallory', api)), null);
  assert.equal(await read(tab, new URL('api/getRequests', api)), null);
  assert.equal(await read(tab, new URL('inspection/requests', sync), { headers: { Authorization: `Basic ${btoa(`${ACCOUNT_SID}:${AUTH_TOKEN}`)}` } }), null);
  assert.equal(await read(tab, new URL('api/removeDocument', api), form), null);
  assert.equal((await read(tab, new URL('api/removeDocument', api), { ...form, mode: 'no-cors' })).text, '');
  assert.equal(await connects(tab, socket), false);
  // The explorer's page may not be framed or read, and what it calls is closed to others.
  for (const url of [new URL('api/explorer', api), new URL('api/explorer/config.json', api), new URL('api/getServices', api), new URL('explorer/config.json', sync), new URL('/', sync)]) {
    assert.equal(await read(tab, url), null, `${url}`);
  }
  assert.equal(await submit(page, `${api.origin}/api/getServices`, {}), 403);
  for (const url of [`${api.origin}/api/explorer`, `${sync.origin}/`]) assert.equal(await frames(tab, url), false, url);
  await tab.evaluate(url => new Promise(resolve => {
    const image = new Image();
    image.onload = image.onerror = resolve;
    image.src = url;
  }), String(new URL('api/createToken?identity=mallory', api)));

  // The same after DNS rebinding: for the browser the page and the service are of one origin.
  const rebound = await open(`http://evil.example:${api.port}/page`);
  const got = await read(rebound.tab, `/api/getDocument?docName=${docName}`);
  assert.deepEqual([got.status, got.text.includes('a secret')], [401, false]);
  const token = await read(rebound.tab, '/api/createToken?identity=mallory');
  assert.deepEqual([token.status, JSON.parse(token.text).token], [401, undefined]);
  assert.equal((await read(rebound.tab, '/api/removeDocument', form)).status, 401);
  assert.equal(await connects(rebound.tab, `ws://evil.example:${sync.port}/v3/wsconnect`), false);
  const reboundSync = await open(`http://evil.example:${sync.port}/page`);
  const rest = await read(reboundSync.tab, '/v1/Services/default/Documents', { headers: { Authorization: `Basic ${btoa(`${ACCOUNT_SID}:${AUTH_TOKEN}`)}` } });
  assert.deepEqual([rest.status, rest.text.includes('a secret')], [403, false]);
  const seen = await read(reboundSync.tab, '/inspection/requests', { headers: { Authorization: `Basic ${btoa(`${ACCOUNT_SID}:${AUTH_TOKEN}`)}` } });
  assert.deepEqual([seen.status, seen.text.includes('a secret')], [403, false]);
  assert.equal(await connects(reboundSync.tab, `ws://evil.example:${sync.port}/v3/wsconnect`), false);

  // The user's own actions still work: a typed address, and the user's own pages.
  const own = await (await browser.newContext()).newPage();
  assert.equal((await own.goto(String(new URL(`api/getDocument?docName=${docName}`, api)))).status(), 200);
  await own.goto(`http://127.0.0.1:${foreign.address().port}/`);
  assert.equal(await connects(own, socket), true);
  assert.equal((await read(own, new URL(`api/getDocument?docName=${docName}`, api), { mode: 'no-cors' })).type, 'opaque');

  // What tells the two apart if a service does not see the Host: a browser says who asks only at an address that it trusts.
  await read(tab, '/headers', { referrerPolicy: 'no-referrer' });
  await read(own, '/headers');
  assert.match(sites.get('evil.example')[0], /^Mozilla\//);
  assert.deepEqual(sites.get('evil.example').slice(1), [undefined, undefined]);
  assert.deepEqual(sites.get('127.0.0.1').slice(1), ['same-origin', undefined]);

  assert.deepEqual(await document(), { secret: 'a secret' });
  assert.equal((await call('searchDocument', { docName: 'by-a-form' })).body, '');
}

const error = await run().then(() => undefined, describe);
await browser.close();
foreign.close();
if (error !== undefined) console.error(error);
process.exit(error === undefined ? 0 : 1);
