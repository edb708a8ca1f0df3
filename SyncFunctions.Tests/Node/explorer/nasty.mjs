// Data and names that would disturb a careless page.

import assert from 'node:assert/strict';
import { answer, config, edit, showsData, showsRows, sync, unique } from './support.mjs';

/** Data, and what of it must be seen. */
const data = {
  'a script': ['{"v":"</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>"}', '</script>'],
  'control characters and marks': ['{"v":"a\u202eb\u0085c\u200bd","e":"\\u0000"}', '\\u202E'],
  'right-to-left text': ['{"שלום":"مرحبا בעולם","n":1}', 'مرحبا'],
  'sixteen KiB on one line': [`{"v":"${'x'.repeat(16_376)}"}`, 'xxxx'],
  'sixteen KiB of members': [`{${Array.from({ length: 1489 }, (_, n) => `"k${String(n).padStart(4, '0')}":1`).join(',')}}`, 'k1000'],
  'eight thousand levels': [`{"a":${'['.repeat(8000)}${']'.repeat(8000)}}`, '[[['],
  'a member that is called __proto__': ['{"__proto__":{"x":1},"constructor":2}', '__proto__'],
  'a member twice': ['{"a":1,"\\u0061":2,"a":3}', '"a": 3'],
  'emoji and half of one': ['{"v":"👩‍👩‍👧‍👦","w":"\\ud83d"}', '👩'],
};

const unwritable = ['eight thousand levels', 'a member twice', 'emoji and half of one'];

export const scenarios = [
  ...Object.entries(data).map(([what, [text, seen]]) => ({
    name: `nasty: ${what}`,
    async run(session) {
      const name = unique('nasty');
      await sync.create('Document', name, { Data: text });
      const tab = await session.openObject('Document', name);
      await showsData(tab, seen);
      assert.equal(await tab.evaluate(() => window.hacked), undefined);
      const started = Date.now();
      // Another text of the same kind; with one more blank if there is room.
      const next = text.length < 16_384 ? text.replace(/\}$/, ' }') : text.replace(/x"\}$/, 'y"}');
      await edit(tab, next);
      await tab.waitForFunction(() => document.querySelector('.paper pre').textContent.length > 5);
      assert.ok(Date.now() - started < 5000, 'typing is not slow');
      assert.equal(await tab.inputValue('.paper textarea'), next);
      await tab.keyboard.press('Control+s');
      if (config.host === 'functions' && unwritable.includes(what)) {
        // They accept less than Sync does, and the page shows that before it calls them.
        await tab.waitForSelector('.lint:has-text("The functions do not write such data")');
        assert.equal(await sync.data(`/Documents/${name}`), text);
        await tab.keyboard.press('Escape');
        await answer(tab, 'Discard');
      } else {
        await tab.waitForSelector('button[data-key="e"]');
        assert.equal(await sync.data(`/Documents/${name}`), next);
      }
      assert.equal(await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
    },
  })),
  {
    name: 'nasty: names and keys of any characters',
    async run(session) {
      const names = [unique('a/b c?d#e%20f&g=h+i'), unique('<img src=x onerror=window.hacked=1>'), unique('evil\u202etxt.exe'), unique('日本語 שלום 👩‍👧'), `${unique('')}${'ü'.repeat(300)}`];
      for (const name of names) {
        await sync.create('Map', name);
        await sync.setItem(name, name, '{"v":1}');
      }
      for (const name of names) {
        const tab = await session.openObject('Map', name, { key: name });
        await showsData(tab, '"v": 1');
        await tab.waitForSelector('.grid-space [role=row][aria-selected="true"]');
        assert.equal(await tab.evaluate(() => window.hacked), undefined);
        assert.equal(await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
        await tab.context().close();
      }
    },
  },
  {
    name: 'nasty: a preview of items does not break the table',
    async run(session) {
      const name = unique('nasty');
      await sync.create('Map', name);
      const keys = Object.keys(data).sort((one, other) => (one < other ? -1 : 1));
      for (const key of keys) await sync.setItem(name, key, data[key][0]);
      const tab = await session.openObject('Map', name);
      await showsRows(tab, keys);
      assert.equal(await tab.evaluate(() => window.hacked), undefined);
      assert.deepEqual(await tab.$$eval('.grid-space [role=row]', rows => [...new Set(rows.map(row => row.offsetHeight))]), [32]);
    },
  },
];
