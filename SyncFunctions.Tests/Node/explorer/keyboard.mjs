// The page without a pointing device, and on a narrow one.

import assert from 'node:assert/strict';
import { answer, link, numberedList, showsData, showsRows, sync, unique } from './support.mjs';

const focused = tab => tab.evaluate(() => document.activeElement.textContent || document.activeElement.getAttribute('aria-label'));

export const scenarios = [
  {
    name: 'keyboard: an object is found, opened, edited and saved',
    async run(session) {
      const name = unique('keys');
      await sync.create('Document', name, { Data: '{"v":0}' });
      const tab = await session.open();
      await tab.waitForSelector('nav .kind');
      await tab.keyboard.press('/');
      assert.equal(await focused(tab), 'Filter objects by name');
      await tab.keyboard.type(name.toUpperCase());
      await tab.waitForSelector(`nav .object:has-text("${name}")`);
      await tab.keyboard.press('ArrowDown');
      await tab.keyboard.press('Enter');
      await showsData(tab, '0');
      await tab.evaluate(() => document.activeElement.blur());
      await tab.keyboard.press('e');
      await tab.keyboard.press('Control+a');
      await tab.keyboard.type('{"v":1}');
      await tab.keyboard.press('Control+s');
      await showsData(tab, '1');
      await tab.evaluate(() => document.activeElement.blur());
      await tab.keyboard.press('e');
      await tab.keyboard.press('Escape');
      await tab.waitForSelector('button[data-key="e"]');
      assert.equal(await sync.data(`/Documents/${name}`), '{"v":1}');
    },
  },
  {
    name: 'keyboard: the tree opens, closes and is walked',
    async run(session) {
      await sync.create('Map', unique('tree'));
      const tab = await session.open();
      await tab.waitForSelector('nav .kind');
      await tab.keyboard.press('g');
      await tab.keyboard.press('m');
      await tab.waitForFunction(() => document.activeElement.textContent.startsWith('Maps'));
      await tab.waitForSelector('nav .object');
      await tab.keyboard.press('ArrowRight');
      await tab.waitForFunction(() => document.activeElement.getAttribute('aria-level') === '2');
      await tab.keyboard.press('End');
      await tab.keyboard.press('Home');
      assert.match(await focused(tab), /^Documents/);
      await tab.keyboard.press('ArrowRight');
      await tab.waitForSelector('[aria-expanded="true"]:has-text("Documents")');
      await tab.keyboard.press('ArrowLeft');
      await tab.waitForSelector('[aria-expanded="false"]:has-text("Documents")');
      await tab.keyboard.press('n');
      await tab.waitForSelector('dialog[open] h2:has-text("New document")');
      await tab.keyboard.press('Escape');
      await tab.keyboard.press('?');
      await tab.waitForSelector('dialog[open] h2:has-text("Keyboard")');
      await answer(tab, 'Close');
    },
  },
  {
    name: 'keyboard: a table is walked, and a row opened and closed',
    async run(session) {
      const name = unique('table');
      await numberedList(name, 5);
      const tab = await session.openObject('List', name);
      await showsRows(tab, ['0', '1', '2', '3', '4']);
      await tab.focus('[role=grid]');
      for (const key of ['End', 'ArrowUp', 'ArrowUp', 'ArrowDown']) await tab.keyboard.press(key);
      await tab.keyboard.press('Enter');
      await tab.waitForURL(new RegExp(`/lists/${name}/3$`));
      await tab.waitForSelector('.detail h2 bdi:text-is("3")');
      await tab.click('.detail button[data-key="e"]');
      await tab.keyboard.press('Escape');
      await tab.keyboard.press('Escape');
      await tab.waitForFunction(() => document.activeElement.getAttribute('role') === 'grid');
    },
  },
  {
    name: 'narrow: at 400 px everything fits, and the navigation is a drawer',
    async run(session) {
      const name = unique('narrow-with-a-rather-long-name-that-must-not-widen-the-page');
      await sync.create('Map', name);
      await sync.setItem(name, 'key', `{"v":"${'wide '.repeat(100)}"}`);
      const tab = await session.openObject('Map', name, { viewport: { width: 400, height: 800 } });
      const fits = () => tab.evaluate(() => [document.documentElement, document.querySelector('main')].every(element => element.scrollWidth <= element.clientWidth));
      await showsRows(tab, ['key']);
      assert.equal(await fits(), true);
      await tab.click('.grid-space [role=row]');
      await showsData(tab, 'wide');
      assert.equal(await fits(), true);
      await tab.click('button[aria-label="Navigation"]');
      await tab.click('nav .others a:text-is("Transfer")');
      await tab.waitForSelector('h1:text-is("Transfer")');
      assert.equal(await fits(), true);
      await tab.evaluate(path => { location.hash = `#/${path}`; }, link('Map', name, undefined, 'permissions'));
      await tab.waitForSelector('.panel .note');
      assert.equal(await fits(), true);
      assert.equal(await tab.isVisible('nav .filter'), false);
    },
  },
  {
    name: 'theme: it follows the system until one is chosen, and that is kept',
    async run(session) {
      const tab = await session.open('', { colorScheme: 'dark' });
      await tab.waitForSelector('nav .kind');
      const back = () => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const dark = await back();
      await tab.click('button[aria-label="Theme: system"]');
      await tab.waitForSelector('button[aria-label="Theme: light"]');
      assert.notEqual(await back(), dark);
      await tab.reload();
      await tab.waitForSelector('button[aria-label="Theme: light"]');
      assert.notEqual(await back(), dark);
      await tab.click('button[aria-label="Theme: light"]');
      await tab.waitForSelector('button[aria-label="Theme: dark"]');
      assert.equal(await back(), dark);
    },
  },
];
