// Message streams: published to, and watched.

import assert from 'node:assert/strict';
import { isLive, sync, unique } from './support.mjs';

export const scenarios = [
  {
    name: 'streams: a message is published and seen, by this page and by another',
    async run(session) {
      const name = unique('stream');
      await sync.create('Stream', name);
      const [publisher, watcher] = [await session.openObject('Stream', name), await session.openObject('Stream', name)];
      await publisher.waitForTimeout(300);
      await publisher.fill('textarea[aria-label="Message"]', '{"n": 1e400}');
      await publisher.keyboard.press('Control+Enter');
      for (const tab of [publisher, watcher]) await tab.waitForSelector('.log-row:has-text("1e400")');
      await publisher.fill('textarea[aria-label="Message"]', `{"v":"${'x'.repeat(4096)}"}`);
      await publisher.waitForSelector('.lint:has-text("8 bytes too large")');
      assert.equal(await publisher.isDisabled('button:text-is("Publish")'), true);
      await publisher.fill('textarea[aria-label="Message"]', '{}');
    },
  },
  {
    name: 'streams: the log pauses, filters, and keeps a bounded number',
    async run(session) {
      const name = unique('log');
      await sync.create('Stream', name);
      const tab = await session.openObject('Stream', name);
      await isLive(tab);
      const publish = data => sync.call('POST', `/Streams/${name}/Messages`, { Data: data });
      await tab.waitForTimeout(300);
      for (const n of [1, 2, 3]) await publish(`{"n":${n}}`);
      await tab.waitForFunction(() => document.querySelectorAll('.log-row').length === 3);
      await tab.fill('input[aria-label="Show messages with this text"]', '"n":2');
      await tab.waitForFunction(() => document.querySelectorAll('.log-row').length === 1);
      await tab.fill('input[aria-label="Show messages with this text"]', '');
      await tab.click('button:text-is("Pause")');
      await publish('{"n":4}');
      await tab.waitForSelector('button:text-is("Resume (1 new)")');
      assert.equal(await tab.locator('.log-row').count(), 3);
      await tab.click('button:text-is("Resume (1 new)")');
      await tab.waitForFunction(() => document.querySelectorAll('.log-row').length === 4);
      for (let batch = 0; batch < 13; batch++) await Promise.all(Array.from({ length: 40 }, () => publish('{"many":1}')));
      await tab.waitForSelector('.quiet:has-text("of the last 500")');
      assert.equal(await tab.locator('.log-row').count(), 200);
    },
  },
];
