// Access tokens: made, read, and tried.

import assert from 'node:assert/strict';
import { unique } from './support.mjs';

const account = `AC${'0'.repeat(32)}`;

/** A token without a valid signature. */
const token = (claims, header = {}) => [{ typ: 'JWT', alg: 'HS256', cty: 'twilio-fpa;v=1', ...header }, {
  iss: `SK${'0'.repeat(32)}`, sub: account, exp: Math.floor(Date.now() / 1000) + 600, grants: { identity: 'alice', data_sync: { service_sid: `IS${'0'.repeat(32)}` } }, ...claims,
}].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).concat('c2lnbmF0dXJl').join('.');

const faults = tab => tab.$$eval('.findings .bad', all => all.map(({ textContent }) => textContent));

const now = () => Math.floor(Date.now() / 1000);

/** What is wrong with a token, and what the page says to it. */
const refused = [
  ['a', /three parts.*20101/], ['a.b.c', /not a JSON object.*20101/], [token({}, { alg: 'none' }), /alg is "none".*20101/], [token({}, { cty: undefined }), /cty is missing.*20102/],
  [token({ iss: account }), /iss is "AC0+".*20103/], [token({ sub: 'me' }), /sub is "me".*20103/], [token({ exp: now() - 5 }), /It expired .*20104/], [token({ exp: undefined }), /exp is missing.*20101/],
  [token({ exp: now() + 100_000 }), /more than 24 hours.*20157/], [token({ nbf: now() + 1000 }), /not valid before.*20105/], [token({ grants: undefined }), /no grants.*20106/],
  [token({ grants: { data_sync: {} } }), /identity is missing.*20106/], [token({ grants: { identity: 'alice', chat: {} } }), /no Sync grant.*20106/],
  [token({ grants: { identity: 'alice', data_sync: { service_sid: 'IS1' } } }), /service_sid is "IS1".*20106/],
  [token({ grants: { identity: 'alice', data_sync: { service_sid: `IS${'f'.repeat(32)}` } } }), /not a service here.*20106/],
];

async function open(session, options) {
  const tab = await session.open('tokens', options);
  await tab.waitForSelector('main h1:text-is("Tokens")');
  return tab;
}

export const scenarios = [
  {
    name: 'tokens: one is made, read, and taken by the server',
    async run(session) {
      const identity = unique('ann <b>');
      const tab = await open(session);
      await tab.fill('.field:has-text("Identity") input', identity);
      await tab.fill('.field:has-text("Valid for") input', '90s');
      await tab.click('button:text-is("Create token")');
      await tab.waitForSelector(`.facts dd:has-text("${identity}")`);
      const first = await tab.textContent('.facts dd:has-text(" in ")');
      assert.match(first, / in 1m \d+s| in \d+s/);
      await tab.waitForFunction(first => ![...document.querySelectorAll('.facts dd')].some(({ textContent }) => textContent === first), first);
      assert.deepEqual(await faults(tab), []);
      await tab.click('button:text-is("Try it")');
      await tab.waitForSelector('.outcome:has-text("accepted")');
      assert.match(await tab.innerText('.part:has(h3:text-is("Payload"))'), /"data_sync"/);
    },
  },
  {
    name: 'tokens: bad input is refused at its field',
    async run(session) {
      const tab = await open(session);
      const life = '.field:has-text("Valid for")';
      for (const [text, fault] of [['25h', /24h/], ['0', /minimum is 1s/], ['soon', /seconds/]]) {
        await tab.fill(`${life} input`, text);
        await tab.click('button:text-is("Create token")');
        await tab.waitForSelector(`${life} input[aria-invalid=true]`);
        assert.match(await tab.textContent(`${life} .fault`), fault);
      }
      await tab.fill(`${life} input`, '1h');
      await tab.fill('.field:has-text("Identity") input', '');
      await tab.click('button:text-is("Create token")');
      await tab.waitForSelector('.field:has-text("Identity") input[aria-invalid=true]');
    },
  },
  {
    name: 'tokens: grants are chosen',
    host: 'functions',
    async run(session) {
      const tab = await open(session);
      await tab.check('.grants label:text-is("Video") + input');
      await tab.fill('.field:has-text("Room") input', 'stand-up');
      await tab.check('.grants label:text-is("Conversations") + input');
      await tab.fill('.field:has-text("Conversations service") input', 'IS1');
      await tab.click('button:text-is("Create token")');
      await tab.waitForSelector('.field:has-text("Conversations service") input[aria-invalid=true]');
      await tab.uncheck('.grants label:text-is("Conversations") + input');
      await tab.click('button:text-is("Create token")');
      await tab.waitForSelector('.facts dd:has-text("Sync, Video")');
      assert.match(await tab.innerText('.part:has(h3:text-is("Payload"))'), /"room": "stand-up"/);
    },
  },
  {
    name: 'tokens: the reason for a refusal is shown before it is tried',
    async run(session) {
      const tab = await open(session);
      for (const [text, fault] of refused) {
        await tab.fill('textarea.token', text);
        await tab.waitForFunction(source => [...document.querySelectorAll('.findings .bad')].some(({ textContent }) => new RegExp(source).test(textContent)), fault.source)
          .catch(async () => assert.fail(`${fault} is not among ${JSON.stringify(await faults(tab))}`));
        assert.equal((await faults(tab)).length, 1, text);
      }
      await tab.fill('textarea.token', token({}));
      await tab.waitForSelector('h3:has-text("No problems")');
      assert.deepEqual(await faults(tab), []);
    },
  },
  {
    name: 'tokens: the server says why it refuses one',
    async run(session) {
      const tab = await open(session);
      await tab.fill('textarea.token', token({}));
      await tab.click('button:text-is("Try it")');
      await tab.waitForSelector('.outcome:has-text("refused"):has-text("20107")');
      await tab.fill('textarea.token', 'a.b.c');
      await tab.waitForSelector('.outcome', { state: 'detached' });
    },
  },
  {
    name: 'tokens: a pasted token is not sent or stored',
    async run(session) {
      const pasted = token({ grants: { identity: '\u202e</script><b>', data_sync: {} } });
      const sent = [];
      const tab = await open(session, { prepare: tab => tab.on('request', request => sent.push(request.url() + (request.postData() ?? '') + JSON.stringify(request.headers()))) });
      await tab.fill('textarea.token', pasted);
      await tab.waitForSelector('.findings');
      assert.match(await tab.innerText('.facts'), /\\u202E<\/script><b>/);
      const kept = () => tab.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie, location.href, history.state]));
      assert.ok(!(await kept()).includes(pasted));
      await tab.click('nav a:text-is("Requests"), nav a:text-is("Transfer")');
      await tab.waitForSelector('main h1:not(:text-is("Tokens"))');
      await tab.goBack();
      await tab.waitForSelector('main h1:text-is("Tokens")');
      assert.equal(await tab.inputValue('textarea.token'), '');
      assert.ok(!(await kept()).includes(pasted));
      assert.deepEqual(sent.filter(text => text.includes(pasted) || text.includes(pasted.split('.')[1])), []);
    },
  },
];
