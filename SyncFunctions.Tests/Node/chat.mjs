// The sample "chat" in a real browser: a wrong and a right password, the token that Twilio's own client gets, both kinds of renewal, and the page.
//
//   BROWSER=/usr/bin/chromium API_URL=http://127.0.0.1:7071 SYNC_URL=http://127.0.0.1:7072 PAGE_PORT=8080 IDENTITY=alice PASSWORD=… node chat.mjs
//
// There is no Twilio here. Its client connects to the emulator instead, which checks the token as Twilio does, and tells of its end. Documents of the
// app tell the program that sets the clock forward when it is time: "chat-connected" and "chat-renewed". The page's conversations are those of a client
// that stands in for Twilio's. SCREENSHOT is where to put a picture of them, if anywhere. Exits with 0 if all is well, else with 1.

import assert from 'node:assert/strict';
import { address, API_URL, drive, SCREENSHOT } from './pages.mjs';

const { SYNC_URL, IDENTITY, PASSWORD } = process.env;

/** Tells who waits for it how far the page has come. */
async function tell(docName) {
  const response = await fetch(new URL('api/createDocument', API_URL), {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ docName, data: {} }),
  });
  assert.equal(response.status, 200);
}

async function until(condition, what) {
  for (let i = 0; i < 600; i++) {
    if (condition()) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`never: ${what}`);
}

/** Opens the page, and notes the tokens that the app gives to it. */
async function open(context) {
  const tab = await context.newPage();
  const answers = [];
  const errors = [];
  tab.on('pageerror', error => errors.push(error.message));
  tab.on('response', async response => {
    if (!response.url().includes('/api/userToken') || response.request().method() === 'OPTIONS') return;
    answers.push({ status: response.status(), ...await response.json() });
  });
  await tab.goto(address('chat/'));
  return { tab, answers, errors };
}

async function signIn(tab, password) {
  await tab.fill('#name', IDENTITY);
  await tab.fill('#password', password);
  await tab.click('#sign-in button');
}

/** Twilio's own client, whose only change is where it connects to. */
async function tokens(browser) {
  const context = await browser.newContext();
  await context.addInitScript(uri => {
    const Native = WebSocket;
    window.WebSocket = class extends Native {
      constructor(url, protocols) {
        super(new URL(url).hostname.endsWith('.twilio.com') ? uri : url, protocols);
      }
    };
  }, `${SYNC_URL.replace(/^http/, 'ws').replace(/\/+$/, '')}/v3/wsconnect`);
  const { tab, answers, errors } = await open(context);
  const given = [];
  tab.on('websocket', socket => socket.on('framesent', ({ payload }) => {
    const [, header] = String(payload).split('\r\n');
    if (!header?.startsWith('{')) return;
    const { method, token } = JSON.parse(header);
    if (token) given.push([method, token]);
  }));

  await signIn(tab, `${PASSWORD}?`);
  await tab.waitForSelector('#problem:not([hidden])');
  assert.deepEqual(answers.map(({ status, token }) => [status, token]), [[401, undefined]]);
  assert.match(await tab.textContent('#problem'), /identity and password/);
  assert.equal(await tab.isVisible('#chat'), false);
  assert.deepEqual(given, []);

  await signIn(tab, PASSWORD);
  await tab.waitForSelector('#state[data-state="connected"]');
  assert.equal(await tab.textContent('#me'), IDENTITY);
  assert.equal(await tab.inputValue('#password'), '');
  assert.equal(await tab.isVisible('#login'), false);
  await tell('chat-connected');

  // tokenAboutToExpire: the connection stays, with another token.
  await until(() => given.some(([method]) => method === 'update'), 'the update of the token');
  await tell('chat-renewed');

  // tokenExpired: the connection is closed, and restored with another token.
  await until(() => answers.length === 4, 'the token after the end of the second');
  const inits = () => given.filter(([method, token]) => method === 'init' && token === answers[3].token);
  await until(() => inits().length > 0, 'the connection with the third token');
  await tab.waitForSelector('#state[data-state="connected"]');

  const issued = answers.map(({ token }) => token);
  assert.deepEqual(answers.map(({ status }) => status), [401, 200, 200, 200]);
  assert.equal(new Set(issued).size, 4);
  assert.deepEqual(given[0], ['init', issued[1]]);
  assert.deepEqual(given.filter(([method]) => method === 'update')[0], ['update', issued[2]]);
  assert.deepEqual(given.filter(([, token]) => !issued.includes(token)), []);
  assert.deepEqual(errors, []);
  await context.close();
}

/** A client that stands in for Twilio's, with conversations of its own. */
function standIn() {
  class Emitter {
    #handlers = new Map();

    on(event, handler) {
      this.#handlers.set(event, [...this.#handlers.get(event) ?? [], handler]);
    }

    off(event, handler) {
      this.#handlers.set(event, (this.#handlers.get(event) ?? []).filter(other => other !== handler));
    }

    emit(event, ...values) {
      for (const handler of this.#handlers.get(event) ?? []) handler(...values);
    }
  }

  class Conversation extends Emitter {
    messages = [];

    constructor(friendlyName, sid) {
      super();
      Object.assign(this, { friendlyName, sid, participants: [] });
    }

    write(author, body, time) {
      const message = { conversation: this, index: this.messages.length, author, body, dateCreated: new Date(`2026-01-30T${time}`) };
      this.messages.push(message);
      this.emit('messageAdded', message);
    }

    async getMessages(size) {
      return { items: this.messages.slice(-size), hasNextPage: false };
    }

    async sendMessage(body) {
      this.write(window.standIn.identity, body, '09:12');
    }

    async join() {
      window.standIn.client.emit('conversationJoined', this);
    }

    async add(identity) {
      this.participants.push(identity);
    }
  }

  class Client extends Emitter {
    constructor(token) {
      super();
      const { identity } = JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'))).grants;
      Object.assign(window.standIn, { client: this, identity, tokens: [token] });
      setTimeout(() => {
        this.emit('connectionStateChanged', 'connected');
        this.emit('initialized');
      });
    }

    async getSubscribedConversations() {
      const [first, ...others] = window.standIn.conversations;
      return { items: [first], hasNextPage: true, nextPage: async () => ({ items: others, hasNextPage: false }) };
    }

    async createConversation({ friendlyName }) {
      const made = new Conversation(friendlyName, `CH${window.standIn.conversations.length}`);
      window.standIn.conversations.push(made);
      return made;
    }

    async updateToken(token) {
      window.standIn.tokens.push(token);
    }

    async shutdown() {}
  }

  const conversations = [new Conversation('Release on Friday', 'CH0'), new Conversation('Support', 'CH1')];
  conversations[0].write('bob', 'The tests are green.', '09:03');
  conversations[0].write('alice', 'Changelog is ready for review.', '09:05');
  conversations[0].write('carol', 'Reviewed, looks good!', '09:11');
  window.standIn = { conversations };
  window.Twilio = { Conversations: { Client } };
}

/** What the page makes of conversations. */
async function conversations(browser) {
  const context = await browser.newContext({ viewport: { width: 900, height: 350 }, deviceScaleFactor: 1.5, locale: 'en-GB', timezoneId: 'UTC' });
  await context.route('**/packages/twilio-conversations.js', route => route.fulfill({ contentType: 'text/javascript', body: `(${standIn})();` }));
  const { tab, answers, errors } = await open(context);
  await signIn(tab, PASSWORD);
  await tab.waitForSelector('#conversations li:nth-child(2)');
  assert.deepEqual(await tab.locator('#conversations li').allTextContents(), ['Release on Friday', 'Support']);
  const texts = () => tab.locator('#messages li').allTextContents();

  await tab.click('text=Release on Friday');
  await tab.waitForSelector('#send button:enabled');
  assert.deepEqual(await texts(), ['The tests are green. bob, 09:03', 'Changelog is ready for review. you, 09:05', 'Reviewed, looks good! carol, 09:11']);
  await tab.fill('#message', 'Then we ship.');
  await tab.press('#message', 'Enter');
  await tab.waitForSelector('#messages li:nth-child(4)');
  assert.equal((await texts())[3], 'Then we ship. you, 09:12');

  // What comes to another conversation is not shown in this one.
  await tab.evaluate(() => window.standIn.conversations[1].write('bob', 'A <b>ticket</b> is open.', '09:13'));
  assert.equal((await texts()).length, 4);
  await tab.click('text=Support');
  await tab.waitForSelector('#messages li');
  assert.deepEqual(await texts(), ['A <b>ticket</b> is open. bob, 09:13'], 'text is text');

  await tab.fill('#title', 'Holidays');
  await tab.fill('#with', 'bob');
  await tab.click('#start button');
  await tab.waitForSelector('text=Holidays');
  assert.deepEqual(await tab.evaluate(() => window.standIn.conversations[2].participants), ['bob']);

  for (const event of ['tokenAboutToExpire', 'tokenExpired']) {
    const before = answers.length;
    await tab.evaluate(event => window.standIn.client.emit(event), event);
    await until(() => answers.length > before, `a token after ${event}`);
  }
  await tab.waitForFunction(() => window.standIn.tokens.length === 3);
  assert.deepEqual(await tab.evaluate(() => window.standIn.tokens), answers.map(({ token }) => token));

  if (SCREENSHOT) {
    await tab.click('text=Release on Friday');
    await tab.waitForSelector('#messages li:nth-child(4)');
    await tab.screenshot({ path: SCREENSHOT });
  }
  await tab.click('#sign-out');
  await tab.waitForSelector('#login:not([hidden])');
  assert.equal(await tab.inputValue('#name'), '');
  assert.deepEqual(errors, []);
  await context.close();
}

await drive(async ({ browser }) => {
  await tokens(browser);
  await conversations(browser);
});
