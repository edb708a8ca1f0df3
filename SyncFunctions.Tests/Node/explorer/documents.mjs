// Documents: shown, edited byte by byte, saved under their revision.

import assert from 'node:assert/strict';
import { answer, edit, link, shownData, showsData, sync, toast, unique, until } from './support.mjs';

/** What the functions take, too: blanks, numbers that JavaScript does not hold, and escapes. */
const exact = '{ "a" : 1e400,"b":12345678901234567890 , "e":  "\\u0041",\n\t"c":1.0, "d":[ ] }';

async function conflict(session, choice, inspect) {
  const name = unique('conflict');
  await sync.create('Document', name, { Data: '{"v":"base"}' });
  const tab = await session.openObject('Document', name);
  await showsData(tab, 'base');
  await edit(tab, '{"v":"mine"}');
  await sync.update(name, '{"v":"theirs"}');
  await tab.waitForSelector('.note.alert:has-text("Changed in the meantime")');
  await tab.click('button:text-is("Save")');
  await tab.waitForSelector('dialog[open] .diff-line.added');
  assert.match(await tab.textContent('dialog[open] .diff'), /"theirs"[^]*"mine"/);
  await answer(tab, choice);
  await inspect(tab, `/Documents/${name}`);
}

export const scenarios = [
  {
    name: 'documents: shown exactly, and with a line for each member',
    async run(session) {
      const name = unique('exact');
      await sync.create('Document', name, { Data: exact });
      const tab = await session.openObject('Document', name);
      await showsData(tab, '1e400');
      assert.deepEqual((await shownData(tab)).split('\n'), ['{', '  "a": 1e400,', '  "b": 12345678901234567890,', '  "e": "\\u0041",', '  "c": 1.0,', '  "d": []', '}']);
      await tab.click('button:text-is("Exact")');
      assert.equal(await tab.textContent('.paper pre.shown'), exact);
      assert.match(await tab.textContent('.meter'), new RegExp(`^${exact.length} / 16,384 bytes`));
    },
  },
  {
    name: 'documents: an edit is saved byte by byte',
    async run(session) {
      const name = unique('edit');
      await sync.create('Document', name, { Data: exact });
      const tab = await session.openObject('Document', name);
      await showsData(tab, '1e400');
      const next = exact.replace('1.0', '1.00,"é":"😀"');
      await edit(tab, next);
      await tab.keyboard.press('Control+s');
      await tab.waitForSelector('button[data-key="e"]');
      assert.equal(await sync.data(`/Documents/${name}`), next);
    },
  },
  {
    name: 'documents: editing and saving without a change leaves the data as it is',
    async run(session) {
      const name = unique('untouched');
      await sync.create('Document', name, { Data: exact });
      const tab = await session.openObject('Document', name);
      await showsData(tab, '1e400');
      await tab.click('button[data-key="e"]');
      await tab.keyboard.press('Control+s');
      await tab.waitForSelector('button[data-key="e"]');
      const { body } = await sync.get('Document', name);
      assert.equal(body.revision, '0');
      assert.equal(await sync.data(`/Documents/${name}`), exact);
    },
  },
  {
    name: 'documents: format and compact keep how numbers and strings are spelled',
    async run(session) {
      const name = unique('format');
      await sync.create('Document', name, { Data: exact });
      const tab = await session.openObject('Document', name);
      await showsData(tab, '1e400');
      await edit(tab);
      await tab.click('button:text-is("Compact")');
      const compact = '{"a":1e400,"b":12345678901234567890,"e":"\\u0041","c":1.0,"d":[]}';
      assert.equal(await tab.inputValue('.paper textarea'), compact);
      await tab.click('button:text-is("Format")');
      assert.equal((await tab.inputValue('.paper textarea')).replace(/\s/g, ''), compact);
      await tab.click('button:text-is("Compact")');
      await tab.click('button:text-is("Save")');
      await tab.waitForSelector('button[data-key="e"]');
      assert.equal(await sync.data(`/Documents/${name}`), compact);
    },
  },
  {
    name: 'documents: invalid data is not saved, and the place of the error is shown',
    async run(session) {
      const name = unique('lint');
      await sync.create('Document', name, { Data: '{"v":1}' });
      const tab = await session.openObject('Document', name);
      await showsData(tab, '1');
      await edit(tab, '{"v":1,\n "w":01}');
      for (const [text, fault] of [
        ['{"v":1,\n "w":01}', 'Line 2, column 6'], ['[1]', 'must be an object'], ['{"a":1,}', 'extra comma'], ['', 'no value'],
        [`{"a":"${'x'.repeat(16_384)}"}`, '8 bytes too large'],
      ]) {
        await tab.fill('.paper textarea', text);
        await tab.waitForFunction(fault => document.querySelector('.lint').textContent.includes(fault), fault);
        await tab.keyboard.press('Control+s');
      }
      await tab.waitForSelector('.meter.over');
      assert.equal(await sync.data(`/Documents/${name}`), '{"v":1}');
      await tab.keyboard.press('Escape');
      await answer(tab, 'Discard');
      await showsData(tab, '1');
    },
  },
  { name: 'documents: a conflict, and mine is kept', run: session => conflict(session, 'Keep mine', async (tab, path) => {
    await showsData(tab, 'mine');
    assert.equal(await sync.data(path), '{"v":"mine"}');
  }) },
  { name: 'documents: a conflict, and theirs is taken', run: session => conflict(session, 'Take theirs', async (tab, path) => {
    await showsData(tab, 'theirs');
    assert.equal(await sync.data(path), '{"v":"theirs"}');
  }) },
  { name: 'documents: a conflict, and editing continues', run: session => conflict(session, 'Keep editing', async (tab, path) => {
    assert.equal(await tab.inputValue('.paper textarea'), '{"v":"mine"}');
    assert.equal(await sync.data(path), '{"v":"theirs"}');
    await tab.click('button:text-is("Show difference")');
    await answer(tab, 'Keep mine');
    await until(async () => await sync.data(path) === '{"v":"mine"}', 'mine is saved');
  }) },
  {
    name: 'documents: a change while one edits can be loaded or ignored',
    async run(session) {
      const name = unique('news');
      await sync.create('Document', name, { Data: '{"v":0}' });
      const tab = await session.openObject('Document', name);
      await showsData(tab, '0');
      await edit(tab, '{"v":"typed"}');
      await sync.update(name, '{"v":1}');
      await tab.click('.note.alert button:text-is("Ignore")');
      assert.equal(await tab.isHidden('.note.alert'), true);
      assert.equal(await tab.inputValue('.paper textarea'), '{"v":"typed"}');
      await sync.update(name, '{"v":2}');
      await tab.click('.note.alert button:text-is("Load")');
      await showsData(tab, '2');
    },
  },
  {
    name: 'documents: what is typed is not lost by a link, by going back, or by a removal',
    async run(session) {
      const [name, other] = [unique('typed'), unique('typed')];
      for (const each of [name, other]) await sync.create('Document', each, { Data: '{"v":0}' });
      const tab = await session.openObject('Document', other);
      await tab.evaluate(path => { location.hash = `#/${path}`; }, link('Document', name));
      await tab.waitForSelector(`main h1:has-text("${name}")`);
      await showsData(tab, '0');
      await edit(tab, '{"v":"typed"}');
      await tab.goBack();
      await answer(tab, 'Cancel');
      assert.equal(await tab.inputValue('.paper textarea'), '{"v":"typed"}');
      assert.match(tab.url(), new RegExp(name));
      assert.equal(await tab.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true }))), true);
      await sync.call('DELETE', `/Documents/${name}`);
      await tab.waitForSelector('.note.alert:has-text("Your text is still here")');
      assert.equal(await tab.inputValue('.paper textarea'), '{"v":"typed"}');
      await tab.evaluate(path => { location.hash = `#/${path}`; }, link('Document', other));
      await answer(tab, 'Leave');
      await tab.waitForSelector(`main h1:has-text("${other}")`);
    },
  },
  {
    name: 'documents: an expiry is set, counts down, stays when data is saved, and is cleared',
    async run(session) {
      const name = unique('ttl');
      await sync.create('Document', name, { Data: '{"v":0}' });
      const tab = await session.openObject('Document', name);
      await tab.click('button[aria-label="Set an expiry"]');
      await tab.fill('dialog[open] input', 'soon');
      await answer(tab, 'Save');
      await tab.waitForSelector('dialog[open] .fault:has-text("90s")');
      await tab.fill('dialog[open] input', '1h 30m');
      await answer(tab, 'Save');
      await tab.waitForSelector('.expiry:has-text("1h 29m")');
      await edit(tab, '{"v":1}');
      await tab.keyboard.press('Control+s');
      await tab.waitForSelector('button[data-key="e"]');
      const { body } = await sync.get('Document', name);
      assert.ok(Date.parse(body.date_expires) > Date.now() + 5_300_000, 'the expiry stays');
      await tab.click('button[aria-label="Change the expiry"]');
      await tab.fill('dialog[open] input', '');
      await answer(tab, 'Save');
      await tab.waitForSelector('.expiry:has-text("Never expires")');
      assert.equal((await sync.get('Document', name)).body.date_expires, null);
    },
  },
  {
    name: 'documents: one is created, and a name that is taken is said at its field',
    async run(session) {
      const name = unique('created');
      const tab = await session.open();
      await tab.click('button:text-is("New document")');
      await tab.fill('dialog[open] .field:has-text("Unique name") input', name);
      await tab.fill('dialog[open] textarea', '{"n": 1.50}');
      await tab.fill('dialog[open] .field:has-text("Expires in") input', '10m');
      await answer(tab, 'Create');
      await showsData(tab, '1.50');
      await tab.waitForSelector('.expiry:has-text("9m")');
      await tab.waitForSelector(`nav [aria-current="page"]:has-text("${name}")`);
      assert.equal(await sync.data(`/Documents/${name}`), '{"n": 1.50}');
      await tab.click('nav [aria-label="New document"]');
      await tab.fill('dialog[open] .field:has-text("Unique name") input', name);
      await answer(tab, 'Create');
      await tab.waitForSelector('dialog[open] .problem:not([hidden]), dialog[open] .fault:not(:empty)');
      await tab.fill('dialog[open] textarea', '{"n": }');
      await answer(tab, 'Create');
      await tab.waitForSelector('dialog[open] .fault:has-text("column 7")');
    },
  },
  {
    name: 'documents: a removal is undone',
    async run(session) {
      const name = unique('removed');
      await sync.create('Document', name, { Data: exact, Ttl: 3600 });
      await sync.call('POST', `/Documents/${name}/Permissions/alice`, { Read: true, Write: true, Manage: false });
      const tab = await session.openObject('Document', name);
      await tab.click('main button:text-is("Delete")');
      await toast(tab, 'Deleted');
      assert.equal(await sync.exists('Document', name), false);
      await tab.click('.toast button:text-is("Undo")');
      await showsData(tab, '1e400');
      assert.equal(await sync.data(`/Documents/${name}`), exact);
      const { body } = await sync.call('GET', `/Documents/${name}/Permissions/alice`);
      assert.deepEqual([body.read, body.write, body.manage], [true, true, false]);
      assert.ok(Date.parse((await sync.get('Document', name)).body.date_expires) < Date.now() + 3_601_000);
    },
  },
];
