// What the programs that open the samples' pages share: the samples' server, a real browser, and pictures.
//
// Environment: BROWSER, API_URL, PAGE_PORT; SCREENSHOT is where to put a picture, if anywhere.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chromium } from 'playwright-core';
import { describe, fail } from './running.mjs';

export const { BROWSER, API_URL, PAGE_PORT, SCREENSHOT } = process.env;

/** The address of a sample's page, which calls the app. */
export const address = (path, parameters = {}) => `http://127.0.0.1:${PAGE_PORT}/${path}?${new URLSearchParams({ api: API_URL, ...parameters })}`;

/** Opens a page in a tab of its own, and notes its errors. */
async function open(browser, url, options) {
  const context = await browser.newContext({ viewport: { width: 720, height: 760 }, ...options });
  const tab = await context.newPage();
  const errors = [];
  tab.on('pageerror', error => errors.push(error.message));
  await tab.goto(url);
  return { tab, errors };
}

/** One picture of several tabs, side by side. */
async function picture(browser, tabs, path) {
  const shots = await Promise.all(tabs.map(tab => tab.screenshot()));
  const height = Math.max(...tabs.map(tab => tab.viewportSize().height));
  const sheet = await browser.newPage({ viewport: { width: 732 * tabs.length + 12, height: height + 24 } });
  const images = shots.map(shot => `<img width="720" src="data:image/png;base64,${shot.toString('base64')}">`).join('');
  await sheet.setContent(`<style>body { margin: 0; padding: 12px; gap: 12px; background: #c9ced6; display: flex; align-items: start }</style>${images}`);
  await sheet.screenshot({ path });
}

/**
 * Runs a program over pages of the samples, and ends the process: 0 if all is well, else 1.
 * @param run gets how to open a page, and how to take a picture if one is wanted
 */
export async function drive(run) {
  for (const name of ['BROWSER', 'API_URL', 'PAGE_PORT']) if (!process.env[name]) fail(`not set: ${name}`);
  const server = spawn(process.execPath, ['samples/server.mjs'], { env: { ...process.env, PORT: PAGE_PORT }, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(server.stdout, 'data');
  const browser = await chromium.launch({
    executablePath: BROWSER,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const error = await run({
    browser,
    open: (url, options) => open(browser, url, options),
    picture: (...tabs) => SCREENSHOT ? picture(browser, tabs, SCREENSHOT) : undefined,
  }).then(() => undefined, describe);
  await browser.close();
  server.kill();
  if (error !== undefined) console.error(error);
  process.exit(error === undefined ? 0 : 1);
}
