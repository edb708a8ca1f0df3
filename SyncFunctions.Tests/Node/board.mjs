// The sample "board" in a real browser: two tabs share a note, a log, who is here, and reactions.
//
//   BROWSER=/usr/bin/chromium API_URL=http://127.0.0.1:7071 SYNC_URL=http://127.0.0.1:7072 PAGE_PORT=8080 node board.mjs

import assert from 'node:assert/strict';
import { address, drive } from './pages.mjs';

const sync = `${process.env.SYNC_URL.replace(/^http/, 'ws').replace(/\/+$/, '')}/v3/wsconnect`;

await drive(async ({ open, picture }) => {
  const [alice, bob] = await Promise.all(['alice', 'bob'].map(identity => open(address('board/', { identity, sync }))));
  for (const { tab } of [alice, bob]) await tab.waitForSelector('#people li:nth-child(2)');

  await alice.tab.fill('#note', 'Lunch is at noon. ∑');
  await bob.tab.waitForFunction(() => document.querySelector('#note').value === 'Lunch is at noon. ∑');
  assert.equal(await bob.tab.textContent('#note-by'), 'last changed by alice');

  for (const [{ tab }, entry] of [[alice, 'First'], [bob, 'Second']]) {
    await tab.fill('#entry', entry);
    await tab.press('#entry', 'Enter');
    await Promise.all([alice, bob].map(({ tab: other }) => other.waitForSelector(`#log li:has-text("${entry}")`)));
  }
  await bob.tab.click('[data-reaction="🎉"]');
  await alice.tab.waitForSelector('#reactions li:has-text("🎉 bob")');
  await picture(alice.tab, bob.tab);

  await bob.tab.click('[aria-label="Remove “First”"]');
  await alice.tab.waitForFunction(() => document.querySelectorAll('#log li').length === 1);
  assert.deepEqual([alice.errors, bob.errors], [[], []]);
});
