// Objects to files and back.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { answer, config, link, sync, toast, unique } from './support.mjs';

async function download(tab, click) {
  const [file] = await Promise.all([tab.waitForEvent('download'), click()]);
  return readFile(await file.path(), 'utf8');
}

const upload = (tab, text) => tab.setInputFiles('section:has(h2:text-is("Upload")) input[type=file]', { name: 'objects.json', mimeType: 'application/json', buffer: Buffer.from(text) });

export const scenarios = [
  {
    name: 'transfer: a map is downloaded, removed and uploaded, byte by byte',
    async run(session) {
      const name = unique('file');
      await sync.create('Map', name);
      await sync.setItem(name, 'a "key"', '{ "n":1e400, "a":1,"b":2 }', { ItemTtl: 3600 });
      for (let n = 0; n < 110; n++) await sync.setItem(name, `k${n}`, `{"n":${n}.0}`);
      const tab = await session.openObject('Map', name);
      const text = await download(tab, () => tab.click('button:text-is("Download")'));
      assert.ok(text.includes('{"key":"a \\"key\\"","data":{ "n":1e400, "a":1,"b":2 },"dateExpires":"'));
      const before = await sync.items('Map', name);
      await sync.call('DELETE', `/Maps/${name}`);
      await tab.evaluate(() => { location.hash = '#/transfer'; });
      await upload(tab, text);
      await tab.waitForSelector(`tr:has-text("${name}"):has(td:text-is("111")):has(td:text-is("new"))`);
      await tab.click('button:text-is("Create")');
      await toast(tab, '1 created');
      assert.deepEqual((await sync.items('Map', name)).map(({ key }) => key), before.map(({ key }) => key));
      assert.equal(await sync.data(`/Maps/${name}/Items/${encodeURIComponent('a "key"')}`), '{ "n":1e400, "a":1,"b":2 }');
    },
  },
  {
    name: 'transfer: a selection of several kinds, and what is taken is left or replaced',
    async run(session) {
      const name = unique('several');
      await sync.create('Document', name, { Data: '{"v":1}' });
      await sync.create('List', name);
      await sync.addItem(name, '{"v":2}');
      const tab = await session.openObject('Document', name);
      await tab.click(`nav [aria-current="page"] .tick`);
      await tab.evaluate(path => { location.hash = `#/${path}`; }, link('List', name));
      await tab.waitForSelector(`nav [aria-current="page"]:has-text("${name}")`);
      await tab.focus('nav [aria-current="page"]');
      await tab.keyboard.press('Space');
      await tab.click('.selected-bar a:text-is("Transfer")');
      const text = await download(tab, () => tab.click('button:text-is("Download 2")'));
      const kinds = JSON.parse(text).map(({ kind }) => kind);
      assert.deepEqual(kinds, ['document', 'list']);
      await sync.update(name, '{"v":"changed"}');
      for (const [choice, counts, data] of [['skip', '2 skipped', '{"v":"changed"}'], ['replace', '2 replaced', '{"v":1}']]) {
        await upload(tab, text);
        await tab.waitForSelector('tr:has-text("name is taken")');
        await tab.selectOption('.inline:has-text("whose name is taken") select', choice);
        await tab.click('button:text-is("Create")');
        await toast(tab, counts);
        assert.equal(await sync.data(`/Documents/${name}`), data);
      }
    },
  },
  {
    name: 'transfer: a file that cannot be used is refused before anything is created',
    async run(session) {
      const name = unique('bad');
      const tab = await session.open('transfer');
      for (const [text, fault] of [
        ['no json', 'not JSON'], ['[]', 'no objects'], ['[1]', '[0] must be an object'], [`[{"kind":"table"}]`, '[0].kind'],
        [`[{"kind":"document","uniqueName":"${name}","data":{}},{"kind":"document","uniqueName":"x","data":[1]}]`, '[1].data cannot be used'],
        [`[{"kind":"map","uniqueName":"${name}","items":[{"data":{}}]}]`, '[0].items[0].key'],
        [`[{"kind":"list","uniqueName":"${name}","items":[{"data":{},"dateExpires":"soon"}]}]`, '[0].items[0].dateExpires'],
      ]) {
        await upload(tab, text);
        await tab.waitForFunction(fault => document.querySelector('.problem:not([hidden])')?.textContent.includes(fault), fault);
      }
      assert.equal(await sync.exists('Document', name), false);
    },
  },
  {
    name: 'transfer: a service is exported and imported',
    host: 'functions',
    async run(session) {
      const name = unique('whole');
      await sync.create('Document', name, { Data: '{"n":1.0}' });
      const tab = await session.open('transfer');
      const text = await download(tab, () => tab.click('button:text-is("Export")'));
      assert.match(text, /^\{"format":"syncfunctions-snapshot"/);
      assert.ok(text.includes(`"name":"${name}"`));
      await sync.call('DELETE', `/Documents/${name}`);
      const lines = text.split('\n').filter(line => line.includes('"format"') || line.includes(`"name":"${name}"`));
      lines.push('{"kind":"end","documents":1,"lists":0,"listItems":0,"maps":0,"mapItems":0,"streams":0,"permissions":0}', '');
      const section = tab.locator('section:has(button:text-is("Import"))');
      await section.locator('button:text-is("Import")').click();
      await section.locator('.problem:has-text("Choose a file")').waitFor();
      await section.locator('input[type=file]').setInputFiles({ name: 'x.ndjson', mimeType: 'application/x-ndjson', buffer: Buffer.from('{"format":"another"}\n') });
      await section.locator('button:text-is("Import")').click();
      await section.locator('.problem:has-text("line 1")').waitFor();
      await section.locator('input[type=file]').setInputFiles({ name: 'x.ndjson', mimeType: 'application/x-ndjson', buffer: Buffer.from(lines.join('\n')) });
      await section.locator('button:text-is("Import")').click();
      await toast(tab, '1 documents');
      assert.equal(await sync.data(`/Documents/${name}`), '{"n":1.0}');
    },
  },
  {
    name: 'transfer: removing all that a service holds wants its name',
    host: 'functions',
    async run(session) {
      // The call itself would take away what other scenarios work on.
      const tab = await session.open('transfer');
      let confirm;
      await tab.route(/resetService/, route => {
        ({ confirm } = JSON.parse(route.request().postData()));
        return route.fulfill({ json: { documents: 3 } });
      });
      await tab.click('button:text-is("Remove all …")');
      await answer(tab, 'Remove all');
      await tab.waitForSelector('dialog[open] .fault:has-text("This is not")');
      assert.equal(confirm, undefined);
      await tab.fill('dialog[open] input', 'default');
      await answer(tab, 'Remove all');
      await toast(tab, '3 documents');
      assert.equal(confirm, config.host === 'functions' ? 'default' : undefined);
    },
  },
];
