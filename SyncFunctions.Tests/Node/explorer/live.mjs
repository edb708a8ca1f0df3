// Changes by others are shown at once, and missed changes are received later.

import assert from 'node:assert/strict';
import { LOCKED_SERVICE, config, edit, isLive, rowTexts, showsData, showsRows, sync, unique, until } from './support.mjs';

/** A tab, and how to take its realtime connection from it while something is done. */
async function withConnection(session, kind, name) {
  let attempts = 0;
  let mayConnect = Promise.resolve();
  let close = () => {};
  const tab = await session.openObject(kind, name, {
    prepare: tab => tab.routeWebSocket(/wsconnect/, async socket => {
      attempts++;
      await mayConnect;
      const server = socket.connectToServer();
      close = () => { socket.close(); server.close(); };
    }),
  });
  const lose = async meanwhile => {
    const before = attempts;
    let connect;
    mayConnect = new Promise(resolve => { connect = resolve; });
    close();
    // Until then, changes may still come through the old connection.
    await until(() => attempts > before, 'the page connects again');
    await meanwhile();
    connect();
  };
  return { tab, lose };
}

export const scenarios = [
  {
    name: 'live: a document, with its changes marked',
    async run(session) {
      const name = unique('live');
      await sync.create('Document', name, { Data: '{"v":0}' });
      const tab = await session.openObject('Document', name);
      await showsData(tab, '0');
      await tab.evaluate(() => {
        window.flashes = 0;
        document.addEventListener('animationstart', ({ animationName }) => { if (animationName === 'flash') window.flashes++; });
      });
      await sync.update(name, '{"v":1e400}');
      await showsData(tab, '1e400');
      await tab.waitForSelector('.changed:has-text("Changed just now")');
      await tab.waitForFunction(() => window.flashes > 0);
      await sync.call('DELETE', `/Documents/${name}`);
      await tab.waitForSelector('.note.alert:has-text("was removed")');
      await tab.waitForFunction(name => ![...document.querySelectorAll('nav .object')].some(row => row.textContent === name), name);
    },
  },
  {
    name: 'live: items come, change and go in their places',
    async run(session) {
      const name = unique('live');
      await sync.create('Map', name);
      for (const key of ['b', 'd']) await sync.setItem(name, key, '{"v":0}');
      const tab = await session.openObject('Map', name);
      await showsRows(tab, ['b', 'd']);
      await sync.setItem(name, 'c', '{"v":1}');
      await showsRows(tab, ['b', 'c', 'd']);
      await tab.waitForSelector('.grid-row.flash:has(.key bdi:text-is("c"))');
      await sync.setItem(name, 'a', '{"v":1}');
      await sync.setItem(name, 'e', '{"v":1}');
      await sync.updateItem('Map', name, 'b', '{"v":"changed"}');
      await showsRows(tab, ['a', 'b', 'c', 'd', 'e']);
      await tab.waitForSelector('.grid-row:has(.key bdi:text-is("b")) .data:has-text("changed")');
      await sync.call('DELETE', `/Maps/${name}/Items/c`);
      await showsRows(tab, ['a', 'b', 'd', 'e']);
    },
  },
  {
    name: 'live: a burst of changes ends as Sync has it',
    async run(session) {
      const name = unique('burst');
      await sync.create('List', name);
      const tab = await session.openObject('List', name);
      await Promise.all(Array.from({ length: 40 }, async (_, n) => {
        const { index } = await sync.addItem(name, `{"n":${n}}`);
        if (n % 2) await sync.call('DELETE', `/Lists/${name}/Items/${index}`);
      }));
      const left = (await sync.items('List', name)).map(({ index }) => String(index));
      await tab.waitForSelector('.grid-foot:has-text("of 20")');
      assert.deepEqual(await rowTexts(tab), left.slice(0, (await rowTexts(tab)).length));
    },
  },
  {
    name: 'live: changes are received that were missed while the connection was lost',
    async run(session) {
      const name = unique('gap');
      await sync.create('Map', name);
      await sync.setItem(name, 'a', '{"v":0}');
      const { tab, lose } = await withConnection(session, 'Map', name);
      await showsRows(tab, ['a']);
      await lose(async () => {
        await sync.setItem(name, 'b', '{"v":1}');
        await sync.call('DELETE', `/Maps/${name}/Items/a`);
        assert.deepEqual(await rowTexts(tab), ['a']);
      });
      await showsRows(tab, ['b']);
      await isLive(tab);
    },
  },
  {
    name: 'live: objects that others make and remove show in the navigation',
    async run(session) {
      const name = unique('appears');
      const tab = await session.open();
      await tab.click('nav .kind:has-text("Streams") .twist');
      await sync.create('Stream', name);
      await tab.waitForSelector(`nav .object:has-text("${name}")`);
      await sync.call('DELETE', `/Streams/${name}`);
      await tab.waitForFunction(name => !document.querySelector('nav').textContent.includes(name), name);
    },
  },
  {
    name: 'live: a token that expires is renewed on the same connection',
    async run(session) {
      const name = unique('token');
      await sync.create('Document', name, { Data: '{"v":0}' });
      let tokens = 0;
      let sockets = 0;
      const tab = await session.openObject('Document', name, {
        prepare: async tab => {
          tab.on('websocket', () => sockets++);
          await tab.route(/createToken|inspection\/tokens/, route => {
            tokens++;
            const body = route.request().postData();
            return route.continue({ postData: config.host === 'functions' ? JSON.stringify({ ...JSON.parse(body), ttl: 10 }) : body.replace(/ttl=\d+/, 'ttl=10') });
          });
        },
      });
      await until(() => tokens >= 3, 'tokens are renewed');
      await sync.update(name, '{"v":1}');
      await showsData(tab, '1');
      assert.equal(sockets, 1, 'one connection lives through all of them');
    },
  },
  {
    name: 'live: without a permission to subscribe the page shows that, and polls for changes',
    async run(session) {
      assert.ok(LOCKED_SERVICE, 'LOCKED_SERVICE is set');
      const name = unique('locked');
      const { sid } = (await sync.call('GET', '', undefined, LOCKED_SERVICE)).body ?? {};
      await sync.call('POST', '', { AclEnabled: true }, sid);
      await sync.create('Document', name, { Data: '{"v":0}' }, sid);
      const tab = await session.open(`${encodeURIComponent(config.host === 'functions' ? 'locked' : sid)}/documents/${name}`);
      await tab.waitForSelector('.note:has-text("may not subscribe")');
      await sync.update(name, '{"v":1}', sid);
      await showsData(tab, '1');
      await edit(tab, '{"v":2}');
      await tab.keyboard.press('Control+s');
      await showsData(tab, '2');
      await sync.create('Map', name, {}, sid);
      for (const key of ['a', 'b']) await sync.call('POST', `/Maps/${name}/Items`, { Key: key, Data: '{"v":0}' }, sid);
      await tab.evaluate(path => { location.hash = `#/${path}`; }, `${encodeURIComponent(config.host === 'functions' ? 'locked' : sid)}/maps/${name}`);
      await showsRows(tab, ['a', 'b']);
      await sync.call('POST', `/Maps/${name}/Items`, { Key: 'ab', Data: '{"v":1}' }, sid);
      await sync.call('DELETE', `/Maps/${name}/Items/b`, undefined, sid);
      await showsRows(tab, ['a', 'ab']);
    },
  },
];
