// Lists and maps: tables of any length, filters, single items.

import assert from 'node:assert/strict';
import { answer, config, edit, link, numberedList, rowTexts, showsData, showsRows, sync, toast, unique, until } from './support.mjs';

const keys = ['a', 'b', 'ba', 'bb', 'c'];

async function map(name, values = keys) {
  await sync.create('Map', name);
  for (const key of values) await sync.setItem(name, key, JSON.stringify({ key, n: values.indexOf(key) }));
}

export const scenarios = [
  {
    name: 'items: a long list is read as one scrolls, with few rows in the document',
    async run(session) {
      const name = unique('long');
      await numberedList(name, 240);
      const tab = await session.openObject('List', name);
      await tab.waitForSelector('.grid-space [role=row]');
      assert.ok((await rowTexts(tab)).length < 50);
      await tab.focus('[role=grid]');
      for (let presses = 0; presses < 20 && !(await tab.textContent('.grid-foot')).includes('of 240'); presses++) {
        await tab.keyboard.press('End');
        await tab.waitForTimeout(50);
      }
      await tab.keyboard.press('End');
      await tab.waitForFunction(() => [...document.querySelectorAll('.grid-space .key')].some(cell => cell.textContent === '239'));
      assert.ok((await rowTexts(tab)).length < 50);
      assert.equal(await tab.getAttribute('[role=grid]', 'aria-rowcount'), '241');
      await tab.keyboard.press('Home');
      await tab.waitForFunction(() => [...document.querySelectorAll('.grid-space .key')].some(cell => cell.textContent === '0'));
    },
  },
  {
    name: 'items: from an index, in either order',
    async run(session) {
      const name = unique('order');
      await numberedList(name, 6);
      const tab = await session.openObject('List', name);
      await showsRows(tab, ['0', '1', '2', '3', '4', '5']);
      await tab.fill('.tools input >> nth=0', '3');
      await showsRows(tab, ['3', '4', '5']);
      await tab.selectOption('.tools select', 'desc');
      await showsRows(tab, ['3', '2', '1', '0']);
      await tab.fill('.tools input >> nth=0', 'x');
      await tab.waitForSelector('.tools input[aria-invalid="true"]');
    },
  },
  {
    name: 'items: the keys with a beginning, in either order, and live',
    async run(session) {
      const name = unique('prefix');
      await map(name);
      const tab = await session.openObject('Map', name);
      await showsRows(tab, keys);
      await tab.fill('.tools input >> nth=0', 'b');
      await showsRows(tab, ['b', 'ba', 'bb']);
      await tab.selectOption('.tools select', 'desc');
      await showsRows(tab, ['bb', 'ba', 'b']);
      await sync.setItem(name, 'bab', '{}');
      await sync.setItem(name, 'd', '{}');
      await showsRows(tab, ['bb', 'bab', 'ba', 'b']);
    },
  },
  {
    name: 'items: a condition, its fault at its field, and changes that meet it',
    host: 'functions',
    async run(session) {
      const name = unique('where');
      await map(name);
      const tab = await session.openObject('Map', name);
      await showsRows(tab, keys);
      const where = tab.locator('.tools .grow input');
      await where.fill('n >= 2');
      await showsRows(tab, ['ba', 'bb', 'c']);
      await where.fill('n >= two');
      await tab.waitForSelector('.tools .fault:has-text("character 6")');
      await where.fill('n >= 3');
      await showsRows(tab, ['bb', 'c']);
      await sync.updateItem('Map', name, 'a', '{"n":9}');
      await showsRows(tab, ['a', 'bb', 'c']);
      await sync.updateItem('Map', name, 'c', '{"n":0}');
      await showsRows(tab, ['a', 'bb']);
    },
  },
  {
    name: 'items: those whose data has a text',
    host: 'emulator',
    async run(session) {
      const name = unique('text');
      await map(name);
      const tab = await session.openObject('Map', name);
      await tab.fill('.tools .grow input', '"key":"b');
      await showsRows(tab, ['b', 'ba', 'bb']);
    },
  },
  {
    name: 'items: one is opened, edited under its revision, and closed',
    async run(session) {
      const name = unique('item');
      await map(name);
      const tab = await session.openObject('Map', name);
      await tab.click('.grid-space [role=row]:has(.key bdi:text-is("ba"))');
      await tab.waitForURL(new RegExp(`/maps/${name}/ba$`));
      await showsData(tab, 'ba');
      await edit(tab, '{"key":"ba","n":1e400}');
      await tab.keyboard.press('Control+s');
      await tab.waitForSelector('button[data-key="e"]');
      assert.equal(await sync.data(`/Maps/${name}/Items/ba`), '{"key":"ba","n":1e400}');
      await tab.waitForSelector('.grid-space [role=row]:has(.key bdi:text-is("ba")) .data:has-text("1e400")');
      await tab.keyboard.press('Escape');
      await tab.waitForFunction(() => !document.querySelector('.detail'));
    },
  },
  {
    name: 'items: two explorers edit one item, and nothing is lost',
    async run(session) {
      const name = unique('two');
      await map(name);
      const tabs = [await session.openObject('Map', name, { key: 'a' }), await session.openObject('Map', name, { key: 'a' })];
      for (const [i, tab] of tabs.entries()) {
        await showsData(tab, 'key');
        await edit(tab, `{"by":"explorer ${i}"}`);
      }
      await tabs[0].click('button:text-is("Save")');
      await tabs[1].waitForSelector('.note.alert:has-text("Changed in the meantime")');
      await tabs[1].click('button:text-is("Save")');
      await tabs[1].waitForSelector('dialog[open] .diff:has-text("explorer 0")');
      await answer(tabs[1], 'Keep mine');
      for (const tab of tabs) await showsData(tab, 'explorer 1');
      assert.equal(await sync.data(`/Maps/${name}/Items/a`), '{"by":"explorer 1"}');
    },
  },
  {
    name: 'items: one is made and its expiry set, in a map and in a list',
    async run(session) {
      const [mapName, listName] = [unique('made'), unique('made')];
      await map(mapName, ['a']);
      await numberedList(listName, 1);
      const tab = await session.openObject('Map', mapName);
      await showsRows(tab, ['a']);
      await tab.keyboard.press('n');
      await tab.fill('dialog[open] .field:has-text("Key") input', 'a');
      await answer(tab, 'Create');
      await tab.waitForSelector('dialog[open] .fault:not(:empty), dialog[open] .problem:not([hidden])');
      await tab.fill('dialog[open] .field:has-text("Key") input', 'a/b ?#ü');
      await tab.fill('dialog[open] .field:has-text("Expires in") input', '2h');
      await answer(tab, 'Create');
      await tab.waitForSelector('.detail .expiry:has-text("1h 59m")');
      await showsRows(tab, ['a', 'a/b ?#ü']);
      await tab.click('.detail button[aria-label="Change the expiry"]');
      await tab.fill('dialog[open] input', '1d');
      await answer(tab, 'Save');
      await tab.waitForSelector('.detail .expiry:has-text("23h")');

      await tab.evaluate(path => { location.hash = `#/${path}`; }, link('List', listName));
      await showsRows(tab, ['0']);
      await tab.click('main button:text-is("New item")');
      await tab.fill('dialog[open] textarea', '{"n":1}');
      await answer(tab, 'Create');
      await showsRows(tab, ['0', '1']);
      assert.equal(await sync.data(`/Lists/${listName}/Items/1`), '{"n":1}');
    },
  },
  {
    name: 'items: a removal by the Delete key is undone',
    async run(session) {
      const name = unique('undo');
      await map(name);
      await sync.call('POST', `/Maps/${name}/Items/b`, { Data: '{"n":1e400}', ItemTtl: 3600 });
      const tab = await session.openObject('Map', name);
      await showsRows(tab, keys);
      await tab.focus('[role=grid]');
      await tab.keyboard.press('ArrowDown');
      await tab.keyboard.press('Delete');
      await showsRows(tab, ['a', 'ba', 'bb', 'c']);
      await tab.click('.toast button:text-is("Undo")');
      await showsRows(tab, keys);
      assert.equal(await sync.data(`/Maps/${name}/Items/b`), '{"n":1e400}');
      assert.ok((await sync.call('GET', `/Maps/${name}/Items/b`)).body.date_expires);
    },
  },
  {
    name: 'items: a list item that was removed comes back at the end',
    async run(session) {
      const name = unique('again');
      await numberedList(name, 3);
      const tab = await session.openObject('List', name, { key: '1' });
      await tab.click('.detail button:text-is("Delete")');
      await showsRows(tab, ['0', '2']);
      await tab.click('.toast button:text-is("Undo")');
      const text = await (await toast(tab, 'Restored as item')).textContent();
      await showsRows(tab, ['0', '2', /item (\d+)/.exec(text)[1]]);
    },
  },
  {
    name: 'items: a few are cleared with a click, and many only after typing the name',
    async run(session) {
      const [few, many] = [unique('few'), unique('many')];
      await map(few);
      await numberedList(many, 60);
      const tab = await session.openObject('Map', few);
      await showsRows(tab, keys);
      await tab.click('main button:text-is("Clear …")');
      await answer(tab, 'Remove');
      await showsRows(tab, []);
      await tab.evaluate(path => { location.hash = `#/${path}`; }, link('List', many));
      await tab.waitForSelector('.grid-space .key bdi:text-is("0")');
      await tab.click('main button:text-is("Clear …")');
      await answer(tab, 'Remove');
      await tab.waitForSelector('dialog[open] .fault:has-text("This is not")');
      await tab.fill('dialog[open] input', many);
      await answer(tab, 'Remove');
      await toast(tab, 'Removed 60 items');
      await until(async () => (await sync.items('List', many)).length === 0, 'the list is empty');
    },
  },
  {
    name: 'items: an address leads to an item, also if it is not there',
    async run(session) {
      const name = unique('address');
      await map(name, ['a key/with?all#of %25 it']);
      const tab = await session.openObject('Map', name, { key: 'a key/with?all#of %25 it' });
      await showsData(tab, '"n": 0');
      await tab.evaluate(path => { location.hash = `#/${path}`; }, link('Map', name, 'nothing'));
      await tab.waitForSelector('.detail:has-text("There is no such item")');
      await tab.evaluate(path => { location.hash = `#/${path}`; }, link('Map', unique('nowhere')));
      await tab.waitForSelector('.empty:has-text("There is no such map")');
      assert.equal(config.backend, 'emulator');
    },
  },
];
