// The sample "observer" in a real browser: a tab makes up a call, and another one sees its snapshots.
//
//   BROWSER=/usr/bin/chromium API_URL=http://127.0.0.1:7071 PAGE_PORT=8080 node observer.mjs

import assert from 'node:assert/strict';
import { address, drive } from './pages.mjs';

await drive(async ({ open, picture }) => {
  const page = address('observer/', { every: 50 });
  const [maker, viewer] = [await open(page), await open(page)];
  const rows = ({ tab }, least) => tab.waitForFunction(least => parseInt(document.querySelector('#rows').textContent, 10) >= least, least);

  // A call that one makes up is seen by both, snapshot by snapshot.
  await maker.tab.click('#start:enabled');
  await viewer.tab.click('#calls button');
  await Promise.all([rows(maker, 40), rows(viewer, 40)]);
  for (const { tab } of [maker, viewer]) {
    assert.match(await tab.textContent('#plot title'), /alice: [\d.]+ ms, bob: [\d.]+ ms/);
    assert.deepEqual(await tab.$$eval('#plot polyline', lines => lines.map(line => line.getAttribute('points').split(' ').length >= 20)), [true, true]);
    await tab.waitForFunction(() => document.querySelectorAll('#statistics tbody tr').length === 2);
  }
  const cells = await viewer.tab.$$eval('#statistics tbody tr', lines => lines.map(line => [...line.cells].map(cell => cell.textContent)));
  assert.deepEqual(cells.map(([client]) => client), ['alice', 'bob']);
  for (const [, count, mean, p50, p95, p99] of cells) {
    assert.ok(Number(count) >= 1 && Number(p50) <= Number(p95) && Number(p95) <= Number(p99) && Number(mean) > 0, `${[count, mean, p50, p95, p99]}`);
  }

  // A job of the app's own goes through all rows, as both tabs see.
  await viewer.tab.click('#job:enabled');
  for (const { tab } of [maker, viewer]) {
    await tab.waitForFunction(() => /^summarize completed, \d+ rows mean [\d.]+, alice [\d.]+, bob [\d.]+$/.test(document.querySelector('#jobs li')?.textContent.trim()));
  }
  await picture(maker.tab, viewer.tab);

  // Jobs are started, canceled and forgotten, whatever runs them: here ones that stay under way.
  const jobs = [];
  const job = (state, progress) => ({ jobId: `${jobs.length}`, type: 'summarize', state, progress, createdAt: `2026-01-0${jobs.length + 1}T00:00:00Z` });
  const answers = {
    startJob: ({ type, input }) => {
      assert.deepEqual([type, Object.keys(input)], ['summarize', ['listName', 'path', 'groupBy']]);
      jobs.push(job('active', 100));
      return { jobId: jobs.at(-1).jobId };
    },
    getJob: ({ jobId }) => jobs.find(job => job.jobId === jobId),
    listJobs: () => ({ items: jobs, nextPageToken: null }),
    cancelJob: ({ jobId }) => Object.assign(answers.getJob({ jobId }), { state: 'canceled' }),
    cleanJobs: ({ state }) => {
      jobs.splice(0, jobs.length, ...jobs.filter(job => job.state !== state));
      return { removed: 1 };
    },
  };
  await viewer.tab.route(url => Object.hasOwn(answers, url.pathname.split('/').at(-1)), route => route.fulfill({
    json: answers[new URL(route.request().url()).pathname.split('/').at(-1)](route.request().postDataJSON()), headers: { 'Access-Control-Allow-Origin': '*' },
  }));
  const listed = texts => viewer.tab.waitForFunction(
    texts => JSON.stringify([...document.querySelectorAll('#jobs li')].map(line => line.textContent.trim())) === JSON.stringify(texts), texts);
  await viewer.tab.click('#job:enabled');
  await listed(['summarize active, 100 rows ×']);
  await viewer.tab.click('#jobs .remove');
  await listed(['summarize canceled, 100 rows']);
  jobs.push({ ...job('completed', 150), output: { count: 150 } });
  await listed(['summarize completed, 150 rows {"count":150}', 'summarize canceled, 100 rows']);
  await viewer.tab.click('#clean:enabled');
  await listed(['summarize canceled, 100 rows']);

  // It ends for both, and counts among those that have ended.
  await maker.tab.click('#end:enabled');
  for (const { tab } of [maker, viewer]) {
    await tab.waitForFunction(() => document.querySelectorAll('#calls li').length === 0);
    await tab.waitForFunction(() => document.querySelector('#ended').textContent.startsWith('1 ended'));
  }

  assert.deepEqual([maker.errors, viewer.errors], [[], []]);
  for (const { tab } of [maker, viewer]) assert.equal(await tab.isHidden('#problem'), true, await tab.textContent('#problem'));
});
