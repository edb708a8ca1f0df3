// Objects as a whole, and who may do what with them.

import assert from 'node:assert/strict';
import { answer, config, numberedList, sync, toast, unique, until } from './support.mjs';

export const scenarios = [
  {
    name: 'objects: a map is renamed with its items, their expiry and the permissions',
    async run(session) {
      const [name, next] = [unique('old'), unique('new name/ü')];
      await sync.create('Map', name, { Ttl: 7200 });
      for (let n = 0; n < 60; n++) await sync.setItem(name, `key ${n}`, `{"n": ${n}.0}`, n ? {} : { ItemTtl: 3600 });
      await sync.call('POST', `/Maps/${name}/Permissions/alice`, { Read: true, Write: false, Manage: false });
      const before = await sync.items('Map', name);
      const tab = await session.openObject('Map', name);
      await tab.click('button:text-is("Rename …")');
      await tab.fill('dialog[open] .field:has-text("New name") input', next);
      await answer(tab, 'Copy');
      await toast(tab, 'Renamed');
      await tab.waitForSelector(`main h1:has-text("${next}")`);
      assert.equal(await sync.exists('Map', name), false);
      const after = await sync.items('Map', next);
      assert.deepEqual(after.map(({ key, data }) => [key, data]), before.map(({ key, data }) => [key, data]));
      assert.ok(after.find(({ key }) => key === 'key 0').date_expires);
      assert.ok((await sync.get('Map', next)).body.date_expires);
      assert.equal((await sync.call('GET', `/Maps/${encodeURIComponent(next)}/Permissions/alice`)).body.read, true);
    },
  },
  {
    name: 'objects: a copy whose source changes in the meantime is removed again',
    async run(session) {
      const [name, next] = [unique('moving'), unique('moved')];
      await numberedList(name, 30);
      const tab = await session.openObject('List', name);
      // The last item is changed once it was copied.
      let copied = 0;
      await tab.route(/addListItem|\/Items$/, async route => {
        const response = await route.fetch();
        if (route.request().method() === 'POST' && ++copied === 30) await sync.updateItem('List', name, '0', '{"n":"changed"}');
        await route.fulfill({ response });
      });
      await tab.click('button:text-is("Rename …")');
      await tab.fill('dialog[open] .field:has-text("New name") input', next);
      await answer(tab, 'Copy');
      await toast(tab, 'was changed while it was copied');
      assert.deepEqual([await sync.exists('List', name), await sync.exists('List', next)], [true, false]);
    },
  },
  {
    name: 'objects: a list with a hundred items can be restored, and one with more asks for its name',
    async run(session) {
      const [few, many] = [unique('hundred'), unique('more')];
      await numberedList(few, 100);
      await numberedList(many, 101);
      const tab = await session.openObject('List', few);
      await tab.click('main button:text-is("Delete")');
      await toast(tab, 'Deleted');
      await tab.click('.toast button:text-is("Undo")');
      await tab.waitForSelector(`main h1:has-text("${few}")`);
      await until(async () => (await sync.items('List', few)).length === 100, 'its items are back');
      const other = await session.openObject('List', many);
      await other.click('main button:text-is("Delete")');
      await other.fill('dialog[open] input', many);
      await answer(other, 'Delete');
      await toast(other, 'Deleted');
      assert.equal(await sync.exists('List', many), false);
    },
  },
  {
    name: 'objects: what has no name is shown, and can be deleted',
    async run(session) {
      const { sid } = (await sync.call('POST', '/Documents', { Data: '{"anonymous":1.0}' })).body;
      const tab = await session.openObject('Document', sid);
      await tab.waitForSelector('.paper:has-text("1.0")');
      const canEdit = await tab.locator('button[data-key="e"]:visible').count();
      assert.equal(canEdit, config.host === 'emulator' ? 1 : 0);
      await tab.click('main button:text-is("Delete")');
      if (config.host === 'functions') {
        await tab.fill('dialog[open] input', sid);
        await answer(tab, 'Delete');
      }
      await toast(tab, 'Deleted');
      assert.equal(await sync.exists('Document', sid), false);
    },
  },
  {
    name: 'objects: permissions as a matrix',
    async run(session) {
      const name = unique('permissions');
      await sync.create('Map', name);
      await sync.call('POST', `/Maps/${name}/Permissions/alice`, { Read: true, Write: false, Manage: false });
      const permission = async identity => {
        const { status, body } = await sync.call('GET', `/Maps/${name}/Permissions/${encodeURIComponent(identity)}`);
        return status === 200 ? [body.read, body.write, body.manage] : null;
      };
      const tab = await session.openObject('Map', name, { tab: 'permissions' });
      await tab.waitForSelector('.note:has-text("not enforced")');
      await tab.check('input[aria-label="alice: write"]');
      await until(async () => (await permission('alice'))[1], 'alice may write');
      await tab.click('button:text-is("Add identity")');
      await tab.fill('dialog[open] .field:has-text("Identity") input', 'bob/ü');
      await tab.check('dialog[open] .field:has-text("Manage") input');
      await answer(tab, 'Add');
      await tab.waitForSelector('tr:has-text("bob/ü")');
      assert.deepEqual(await permission('bob/ü'), [true, false, true]);
      await tab.click('button[aria-label="Remove bob/ü"]');
      await tab.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
      assert.equal(await permission('bob/ü'), null);
      await tab.click('.toast button:text-is("Undo")');
      await until(async () => (await permission('bob/ü'))?.[2], 'bob is back');
    },
  },
];
