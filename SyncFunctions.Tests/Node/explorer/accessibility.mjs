// No violation that axe-core finds, on any view, in either theme.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { edit, link, numberedList, showsData, sync, unique } from './support.mjs';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function check(tab, what) {
  // The page's policy lets nothing in but its own files: axe comes by the debugger.
  await tab.evaluate(axe);
  const { violations } = await tab.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  assert.deepEqual(violations.map(({ id, nodes }) => `${what}: ${id}: ${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary.slice(0, 200)}`).join(' | ')}`), []);
}

export const scenarios = ['light', 'dark'].flatMap(colorScheme => [
  {
    name: `axe: objects, ${colorScheme}`,
    async run(session) {
      const name = unique('axe');
      await sync.create('Document', name, { Data: '{"s":"text","n":1,"w":true,"u":"\u202e"}', Ttl: 3600 });
      await numberedList(name, 30);
      await sync.create('Map', name);
      await sync.setItem(name, 'key', '{"v":1}', { ItemTtl: 3600 });
      await sync.call('POST', `/Maps/${name}/Permissions/alice`, { Read: true, Write: true, Manage: false });
      await sync.create('Stream', name);
      const tab = await session.openObject('Document', name, { colorScheme, reducedMotion: 'reduce' });
      await showsData(tab, 'text');
      await check(tab, 'document');
      await edit(tab, '{"v":}');
      await sync.update(name, '{"s":"other"}');
      await tab.waitForSelector('.note.alert');
      await check(tab, 'editor');
      await tab.click('button:text-is("Show difference")');
      await check(tab, 'difference');
      await tab.click('dialog[open] button:text-is("Take theirs")');
      for (const [path, selector] of [
        [link('List', name), '.grid-space [role=row]'], [link('Map', name, 'key'), '.detail .paper pre'], [link('Map', name, undefined, 'permissions'), 'table'], [link('Stream', name), '.log'],
      ]) {
        await tab.evaluate(path => { location.hash = `#/${path}`; }, path);
        await tab.waitForSelector(`main ${selector}`);
        await check(tab, path);
      }
    },
  },
  {
    name: `axe: other views and dialogs, ${colorScheme}`,
    async run(session) {
      const tab = await session.open('', { colorScheme, reducedMotion: 'reduce' });
      await tab.waitForSelector('.facts dd');
      await check(tab, 'home');
      const views = await tab.$$eval('nav .others a', links => links.map(({ hash }) => hash));
      assert.ok(views.includes('#/transfer'));
      for (const view of views) {
        await tab.evaluate(hash => { location.hash = hash; }, view);
        await tab.waitForSelector('main h1');
        await check(tab, view);
      }
      await tab.click('nav [aria-label="New document"]');
      await check(tab, 'new document');
      await tab.keyboard.press('Escape');
      await tab.keyboard.press('?');
      await tab.waitForSelector('dialog[open] .keys');
      await check(tab, 'help');
      await tab.keyboard.press('Escape');
      await tab.setViewportSize({ width: 400, height: 800 });
      await tab.click('button[aria-label="Navigation"]');
      await check(tab, 'drawer');
    },
  },
  {
    name: `axe: details of the inspection views, ${colorScheme}`,
    async run(session) {
      const name = unique('axe');
      await sync.create('Document', name, { Data: '{"a":1}' });
      const tab = await session.open('requests', { colorScheme, reducedMotion: 'reduce' });
      await tab.click('.grid-space [role=row]:has-text("REST"), .grid-space [role=row]:has-text("Documents")');
      await tab.waitForSelector('.detail .facts');
      await check(tab, 'request');
      await tab.evaluate(() => { location.hash = '#/events'; });
      await tab.fill('input[placeholder="an object"]', name);
      await tab.click(`.grid-space [role=row]:has-text("${name}")`);
      await tab.waitForSelector('.detail .paper');
      await check(tab, 'event');
      await tab.evaluate(() => { location.hash = '#/tokens'; });
      await tab.click('button:text-is("Create token")');
      await tab.waitForSelector('.findings .good');
      await check(tab, 'token');
      await tab.fill('textarea.token', 'a.b.c');
      await tab.click('button:text-is("Try it")');
      await tab.waitForSelector('.outcome');
      await check(tab, 'refused token');
    },
  },
]);
