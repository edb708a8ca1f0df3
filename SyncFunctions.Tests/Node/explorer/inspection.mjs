// What the page shows of the emulator: requests, events, webhooks, connections.

import assert from 'node:assert/strict';
import http from 'node:http';
import { answer, config, sync, toast, unique, until } from './support.mjs';

const rows = '.grid-space [role=row]';

/** The texts of the rows that have a text, from the top. */
const rowsWith = async (tab, text) => (await tab.$$eval(rows, all => all
  .sort((one, other) => one.ariaRowIndex - other.ariaRowIndex).map(row => [...row.children].map(cell => cell.textContent).join('|')))).filter(row => row.includes(text));

const sees = (tab, text, count = 1) => until(async () => (await rowsWith(tab, text)).length === count, `${count} rows with ${text}`);

/** Opens a view and waits until it has read what there is. */
async function open(session, view, options) {
  const tab = await session.open(view, options);
  await tab.waitForSelector('main h1');
  return tab;
}

/** A webhook's receiver, with a given response. */
async function receiver(status = 200) {
  const taken = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', text => { body += text; });
    request.on('end', () => {
      taken.push({ body, signature: request.headers['x-twilio-signature'] });
      response.writeHead(status, { 'Content-Type': 'text/plain' }).end('<b>taken</b>');
    });
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return { taken, url: `http://127.0.0.1:${server.address().port}/hook`, close: () => server.close(), answer: next => { status = next; } };
}

/** A service of its own, so that no other scenario's events come in between. */
async function ownService(form) {
  const origin = new URL(config.realtime).origin.replace('ws', 'http');
  const response = await fetch(`${origin}/v1/Services`, { method: 'POST', headers: { Authorization: `Basic ${btoa(`AC${'0'.repeat(32)}:0123456789abcdef0123456789abcdef`)}` }, body: new URLSearchParams(form) });
  return (await response.json()).sid;
}

export const scenarios = [
  {
    name: 'requests: shown as they come, filtered, and paused',
    async run(session) {
      const name = unique('request');
      const tab = await open(session, 'requests');
      await tab.fill('input[type=search][placeholder=Documents]', name);
      await sync.create('Document', name, { Data: '{"a":1}' });
      await sync.update(name, '{"a":2}');
      await sync.get('Document', `${name}-gone`);
      await sees(tab, name, 2);
      const [missing, updated] = await rowsWith(tab, name);
      assert.match(missing, new RegExp(`\\|404\\|GET\\|Documents/${name}-gone\\|account\\|`));
      assert.match(updated, new RegExp(`\\|200\\|POST\\|Documents/${name}\\|`));

      await tab.selectOption('label:text-is("Status") + select', '4xx');
      await sees(tab, name, 1);
      await tab.click('button:text-is("Pause")');
      await sync.get('Document', `${name}-gone`);
      await sync.get('Document', `${name}-gone`);
      await tab.click('button:text-is("Resume")');
      await sees(tab, name, 3);
      await tab.selectOption('label:text-is("Method") + select', 'DELETE');
      await tab.waitForSelector('.empty:visible:has-text("No requests match")');
    },
  },
  {
    name: 'requests: details, and code that makes the request again',
    async run(session) {
      const name = unique('it\'s "detail"');
      const tab = await open(session, 'requests');
      await tab.fill('input[type=search][placeholder=Documents]', encodeURIComponent(name));
      await sync.create('Map', name);
      await sync.setItem(name, 'key', '{"s":"<script>","n":1e400}');
      await sync.setItem(name, 'key', '{}').catch(() => undefined);
      await tab.click(`${rows}:has(:text-is("409"))`);
      const detail = tab.locator('.detail');
      await detail.getByText('An Item with given key already exists in the Map').waitFor();
      assert.match(await detail.innerText(), /Error 54208/);
      assert.equal(await detail.locator('a[href*="54208"]').getAttribute('rel'), 'noreferrer');
      await tab.click(`${rows}:has(:text-is("201"))`);
      await detail.locator('h4:has-text("Data")').waitFor();
      assert.match(await detail.innerText(), /"n": 1e400/);
      const code = detail.locator('.part:has-text("Repeat this request") pre');
      assert.match(await code.innerText(), /^curl -X POST 'http:[^]*-u "\$TWILIO_ACCOUNT_SID:\$TWILIO_AUTH_TOKEN"[^]*--data-urlencode 'Data=/);
      await detail.locator('button:text-is("Node.js")').click();
      assert.match(await code.innerText(), /syncMaps\(.*\)\.syncMapItems\.create\(\{ key: [^]* data: /);
      await detail.locator('button:text-is("C#")').click();
      assert.match(await code.innerText(), /request\.AddPostParam\("Data", /);
      assert.doesNotMatch(await detail.innerText(), /0123456789abcdef0123456789abcdef/);
      await tab.keyboard.press('Tab');
      await detail.locator('button[aria-label="Close"]').press('Escape');
      await detail.waitFor({ state: 'detached' });
    },
  },
  {
    name: 'requests: the page asks nothing itself while they are shown',
    async run(session) {
      const tab = await open(session, 'requests');
      await tab.waitForSelector(rows);
      const asked = [];
      tab.on('request', request => asked.push(new URL(request.url()).pathname));
      await until(() => asked.length >= 4, 'four polls');
      assert.deepEqual(asked.filter(path => !/\/(getRequests|inspection\/requests)$/.test(path)), []);
    },
  },
  {
    name: 'events: shown as they come, with a link to the object',
    async run(session) {
      const name = unique('event <b>');
      await sync.create('Map', name);
      const tab = await open(session, 'events');
      await tab.fill('input[type=search][placeholder="an object"]', name);
      await sees(tab, name, 1);
      await sync.setItem(name, 'a/b', '{"v":1.50}');
      await sees(tab, name, 2);
      await tab.click(`${rows}:has-text("map item added")`);
      const detail = tab.locator('.detail');
      assert.match(await detail.innerText(), /"v": 1\.50/);
      await detail.locator(`a:has-text("${name}")`).click();
      await tab.waitForSelector('.detail h2:has-text("a/b")');
      assert.match(tab.url(), new RegExp(`/maps/${encodeURIComponent(name)}/a%2Fb$`));
    },
  },
  {
    name: 'events: a type is chosen',
    async run(session) {
      const name = unique('type');
      await sync.create('Document', name);
      await sync.update(name, '{"v":1}');
      const tab = await open(session, 'events');
      await tab.fill('input[type=search][placeholder="an object"]', name);
      await sees(tab, name, 2);
      await tab.selectOption('label:text-is("Type") + select', 'document_updated');
      await sees(tab, name, 1);
      assert.match((await rowsWith(tab, name))[0], /document updated/);
    },
  },
  {
    name: 'webhooks: a delivery is shown, and sent again',
    async run(session) {
      const hook = await receiver(418);
      try {
        const service = await ownService({ WebhookUrl: hook.url, WebhooksFromRestEnabled: 'true' });
        const tab = await open(session, 'webhooks');
        await sync.create('Document', 'hooked', { Data: '{"v":"ü"}' }, service);
        await tab.waitForSelector(`${rows}:has-text("dropped"):has-text("${hook.url}")`);
        await tab.click(`${rows}:has-text("${hook.url}")`);
        const detail = tab.locator('.detail');
        const text = await detail.innerText();
        assert.ok(text.includes(hook.taken[0].signature) && text.includes(hook.taken[0].body), text);
        assert.match(text, /"v": "ü"/);
        assert.match(text, /418[^]*<b>taken<\/b>/);
        hook.answer(200);
        await detail.locator('button:text-is("Send again")').click();
        await toast(tab, 'Sent again and accepted.');
        await detail.getByText(/repeats delivery \d+/).waitFor();
        assert.equal(hook.taken.length, 2);
        assert.equal(hook.taken[1].body, hook.taken[0].body);
      } finally {
        hook.close();
      }
    },
  },
  {
    name: 'connections: shown with subscriptions, and dropped',
    async run(session) {
      const name = unique('connected');
      await sync.create('Document', name);
      const other = await session.openObject('Document', name);
      const tab = await open(session, 'connections');
      const card = tab.locator('.card', { has: tab.locator(`a:has-text("${name}")`) });
      await card.waitFor();
      assert.match(await card.innerText(), /explorer[^]*JS[^]*document/);
      assert.equal(await card.locator('a').getAttribute('href'), `#/default/documents/${name}`);
      const id = await card.locator('[data-drop]').getAttribute('data-drop');
      await card.locator('button:text-is("Drop")').click();
      await answer(tab, 'Drop');
      await tab.waitForSelector(`.card [data-drop="${id}"]`, { state: 'detached' });
      await card.waitFor();
      await sync.update(name, '{"after":"the drop"}');
      await other.waitForFunction(() => document.querySelector('.paper pre.shown')?.textContent.includes('the drop'));
    },
  },
];
