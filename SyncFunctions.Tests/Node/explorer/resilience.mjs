// When calls fail: for a while, for good, or because there are too many.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { edit, isLive, showsData, sync, toast, unique } from './support.mjs';

const { EMULATOR, DOTNET = 'dotnet' } = process.env;

function freePort() {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** An emulator of its own, which can be killed. */
async function emulator(port, folder) {
  const process = spawn(DOTNET, [EMULATOR, '--Emulator:Port', String(port), '--Emulator:DataFile', join(folder, 'sync.db')], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve, reject) => {
    process.stdout.on('data', text => { if (String(text).includes('Sync emulator')) resolve(undefined); });
    process.once('exit', code => reject(new Error(`the emulator ended: ${code}`)));
  });
  return process;
}

async function kill(process) {
  const gone = new Promise(resolve => { process.once('exit', resolve); });
  process.kill('SIGKILL');
  await gone;
}

export const scenarios = [
  {
    name: 'resilience: the emulator is killed under the page, and started again',
    host: 'emulator',
    async run(session) {
      assert.ok(EMULATOR, 'EMULATOR is set');
      const folder = await mkdtemp(join(tmpdir(), 'explorer-'));
      const port = await freePort();
      let process = await emulator(port, folder);
      try {
        const page = `http://127.0.0.1:${port}/`;
        const headers = { Authorization: `Basic ${btoa(`AC${'0'.repeat(32)}:0123456789abcdef0123456789abcdef`)}` };
        const put = (path, data) => fetch(`${page}v1/Services/default/Documents${path}`, { method: 'POST', headers, body: new URLSearchParams(path ? { Data: data } : { UniqueName: 'doc', Data: data }) });
        await put('', '{"v":0}');
        const tab = await session.open('default/documents/doc', { page });
        await showsData(tab, '0');
        await isLive(tab);
        await edit(tab, '{"v":"typed"}');
        await kill(process);
        await tab.waitForSelector('.banner:not([hidden]):has-text("cannot be reached")');
        await tab.click('button:text-is("Save")');
        await toast(tab, 'Not saved');
        process = await emulator(port, folder);
        await put('/doc', '{"v":"other"}');
        await tab.waitForSelector('.note.alert:has-text("Changed in the meantime")', { timeout: 30_000 });
        await tab.waitForFunction(() => document.querySelector('.banner').hidden);
        await isLive(tab);
        assert.equal(await tab.inputValue('.paper textarea'), '{"v":"typed"}');
        await put('/doc', '{"v":"live again"}');
        await tab.click('.note.alert button:text-is("Load")');
        await showsData(tab, 'live again');
      } finally {
        await kill(process);
        await rm(folder, { recursive: true });
      }
    },
  },
  {
    name: 'resilience: the network goes and comes back',
    async run(session) {
      const name = unique('network');
      await sync.create('Document', name, { Data: '{"v":0}' });
      const tab = await session.openObject('Document', name);
      await showsData(tab, '0');
      await tab.route(url => !url.pathname.endsWith('.js'), route => route.abort('internetdisconnected'));
      await tab.waitForSelector('.banner:not([hidden]):has-text("Retrying in")');
      await tab.click('.banner button:text-is("Retry now")');
      await sync.update(name, '{"v":1}');
      await tab.unroute(url => !url.pathname.endsWith('.js'));
      await tab.unrouteAll();
      await tab.waitForFunction(() => document.querySelector('.banner').hidden);
      await showsData(tab, '1');
    },
  },
  {
    name: 'resilience: if throttled, it waits for as long as the server requests',
    async run(session) {
      const name = unique('throttled');
      await sync.create('Document', name, { Data: '{"v":0}' });
      const times = [];
      const tab = await session.openObject('Document', name);
      await showsData(tab, '0');
      await tab.route(/updateDocument|\/Documents\/[^/]+$/, (route, request) => {
        if (request.method() !== 'POST' || request.url().includes('getDocument')) return route.continue();
        times.push(Date.now());
        return times.length === 1 ? route.fulfill({ status: 429, headers: { 'Retry-After': '1' }, json: { status: 429, title: 'Too Many Requests', detail: 'slowly', message: 'slowly' } }) : route.continue();
      });
      await edit(tab, '{"v":1}');
      await tab.keyboard.press('Control+s');
      await toast(tab, 'Sync throttles');
      await showsData(tab, '1');
      assert.ok(times[1] - times[0] >= 950, `${times[1] - times[0]} ms`);
    },
  },
  {
    name: 'resilience: a refusal is shown in its own words, and what was typed stays',
    async run(session) {
      const name = unique('refused');
      await sync.create('Document', name, { Data: '{"v":0}' });
      const tab = await session.openObject('Document', name);
      await showsData(tab, '0');
      await edit(tab, '{"v":1}');
      await tab.route(/updateDocument|\/Documents\//, route => route.fulfill({ status: 400, json: { status: 400, title: 'Bad Request', detail: 'data is not liked.', message: 'data is not liked.', parameter: 'data' } }));
      await tab.keyboard.press('Control+s');
      await tab.waitForSelector('.lint:has-text("data is not liked.")');
      assert.equal(await tab.inputValue('.paper textarea'), '{"v":1}');
    },
  },
];
