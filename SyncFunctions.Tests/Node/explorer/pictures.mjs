// Pictures for the documentation.

import { join } from 'node:path';
import { Session, SCREENSHOTS, edit, showsData, showsRows, sync } from './support.mjs';

const people = [
  ['+15550100', 'Ann Lee', 'available', 3], ['+15550111', 'Marcus Webb', 'busy', 12], ['+15550123', 'Sofia Rossi', 'available', 7], ['+15550137', 'Kenji Tanaka', 'offline', 0],
  ['+15550142', 'Priya Nair', 'busy', 21], ['+15550158', 'Lars Holm', 'available', 5], ['+15550164', 'Amara Okafor', 'busy', 9], ['+15550179', 'João Silva', 'offline', 2],
];

async function fill() {
  for (const [name, data] of [['settings', '{"greeting":"Welcome to Owl Shoes","openingHours":{"from":"09:00","to":"18:00"},"holidays":["2027-01-01","2027-05-01"],"maximumWait":90,"recordCalls":true,"fallback":null}'], ['queue-sales', '{"waiting":4}'], ['queue-support', '{"waiting":11}']]) {
    await sync.create('Document', name, { Data: data });
  }
  await sync.create('Map', 'agents');
  await sync.create('Map', 'phonebook');
  for (const [key, name, status, calls] of people) await sync.setItem('agents', key, JSON.stringify({ name, status, calls, skills: ['sales', 'returns'].slice(0, 1 + (calls % 2)) }), { ItemTtl: 3600 + calls * 600 });
  await sync.create('List', 'calls');
  for (let n = 0; n < 60; n++) await sync.addItem('calls', JSON.stringify({ from: `+1555${String(700 + n * 37).padStart(4, '0')}`, status: n % 5 ? 'completed' : 'busy', seconds: (n * 53) % 240, agent: people[n % people.length][1] }));
  await sync.create('Stream', 'announcements');
}

/** Takes them, at the end, when no scenario adds to what they show. */
export async function takePictures() {
  await fill();
  const session = new Session();
  const shoot = (tab, name) => tab.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  const viewport = { width: 1200, height: 760 };

  const light = await session.openObject('Map', 'agents', { key: '+15550142', viewport });
  await showsData(light, 'Priya');
  await showsRows(light, people.map(([key]) => key));
  await sync.updateItem('Map', 'agents', '+15550123', '{"name":"Sofia Rossi","status":"busy","calls":8,"skills":["sales","returns"]}');
  await light.waitForSelector('.grid-row.flash');
  await light.mouse.move(0, 0);
  await shoot(light, 'items-light');

  const dark = await session.openObject('Document', 'settings', { viewport, colorScheme: 'dark' });
  await showsData(dark, 'Welcome');
  await shoot(dark, 'document-dark');
  await edit(dark, '{"greeting":"Welcome back","openingHours":{"from":"08:00","to":"18:00"},"maximumWait":90,"recordCalls":true,"fallback":null}');
  await sync.update('settings', '{"greeting":"Welcome to Owl Shoes","openingHours":{"from":"09:00","to":"20:00"},"maximumWait":60,"recordCalls":true,"fallback":null}');
  await dark.click('button:text-is("Show difference")');
  await dark.waitForSelector('dialog[open] .diff-line.added');
  await shoot(dark, 'conflict-dark');

  const narrow = await session.openObject('List', 'calls', { viewport: { width: 400, height: 760 } });
  await narrow.waitForSelector('.grid-space [role=row]');
  await shoot(narrow, 'narrow');

  const inspected = await session.open('requests', { viewport });
  await inspected.fill('input[type=search][placeholder=Documents]', 'settings');
  await sync.update('settings', '{"greeting":"Welcome to Owl Shoes","maximumWait":60}');
  await sync.get('Document', 'settings-of-another');
  await inspected.waitForSelector('.grid-space [role=row]:has-text("settings-of-another")');
  await inspected.click('.grid-space [role=row]:has-text("Documents/settings"):has-text("POST")');
  await inspected.waitForSelector('.detail .part:has-text("Repeat this request") pre');
  await shoot(inspected, 'requests-light');

  const tokens = await session.open('tokens', { viewport, colorScheme: 'dark' });
  const claims = { iss: `SK${'0'.repeat(32)}`, sub: `AC${'0'.repeat(32)}`, exp: Math.floor(Date.now() / 1000) - 60, grants: { identity: 'Sofia Rossi', chat: {} } };
  const parts = [{ alg: 'HS256', cty: 'twilio-fpa;v=1', typ: 'JWT' }, claims].map(part => Buffer.from(JSON.stringify(part)).toString('base64url'));
  await tokens.fill('textarea.token', `${parts.join('.')}.c2lnbmF0dXJl`);
  await tokens.waitForSelector('.findings .bad');
  await shoot(tokens, 'tokens-dark');
  await session.close();
}
