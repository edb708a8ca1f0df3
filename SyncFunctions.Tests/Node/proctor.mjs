// The sample "proctor" in a real browser: a student's tab and two extensions' tabs hand each other actions.
//
//   BROWSER=/usr/bin/chromium API_URL=http://127.0.0.1:7071 PAGE_PORT=8080 node proctor.mjs

import assert from 'node:assert/strict';
import { address, drive } from './pages.mjs';

await drive(async ({ open, picture }) => {
  const student = await open(address('proctor/'));
  const extension = await open(address('proctor/extension.html'));
  const taken = ({ tab }) => tab.locator('#taken li strong').allTextContents();
  const count = ({ tab }, n) => tab.waitForFunction(n => document.querySelectorAll('#taken li').length === n, n);
  const step = ({ tab }, text) => tab.waitForFunction(text => document.querySelector('#step').textContent === text, text);

  // A request, and its answer.
  await student.tab.click('#start');
  await step(student, 'under way');
  await step(extension, 'under way');
  assert.match(await student.tab.textContent('#message'), /Pat is with you/);
  assert.deepEqual([await taken(student), await taken(extension)], [['startSession'], ['startSession']]);

  // From the extension to the student.
  await extension.tab.fill('#text', 'Ten minutes left');
  await extension.tab.click('#tell button');
  await student.tab.waitForFunction(() => document.querySelector('#message').textContent === 'Ten minutes left');

  // Without a listener actions stay; with one again they come in order.
  await extension.tab.uncheck('#listen');
  await student.tab.fill('#answer', 'Because ∑ of all parts is the whole');
  await student.tab.click('#finish');
  await extension.tab.waitForFunction(() => document.querySelector('#waiting').textContent === '2');
  await picture(student.tab, extension.tab);
  assert.deepEqual(await taken(extension), ['startSession']);
  await extension.tab.check('#listen');
  await step(student, 'ended');
  assert.deepEqual(await taken(extension), ['startSession', 'saveRecording', 'stopSession']);
  await extension.tab.waitForFunction(() => document.querySelector('#waiting').textContent === '0');
  assert.match(await extension.tab.textContent('#data'), /∑ of all parts/);

  // Each action goes to one of two extensions.
  const other = await open(address('proctor/extension.html'));
  await other.tab.waitForSelector('#state[data-state="connected"]');
  for (let n = 0; n < 4; n += 1) await student.tab.click('#start');
  await count(student, 1 + 1 + 4);
  const all = [...await taken(extension), ...await taken(other)];
  assert.equal(all.filter(action => action === 'startSession').length, 5);

  assert.deepEqual([student.errors, extension.errors, other.errors], [[], [], []]);
});
