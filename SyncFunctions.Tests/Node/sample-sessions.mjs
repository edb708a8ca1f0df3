// The sample of sessions in a real browser: a host and a guest in two tabs, from the schedule to the end.
//
//   BROWSER=/usr/bin/chromium API_URL=http://127.0.0.1:7071 PAGE_PORT=8080 node sample-sessions.mjs
//
// The functions send browsers to http://127.0.0.1:PAGE_PORT/sessions/ (Sessions__JoinUrl), and let its pages call them (Cors__AllowedOrigins).

import assert from 'node:assert/strict';
import { sdk } from './clients/sessions.js';
import { address, API_URL as api, drive } from './pages.mjs';

const text = (tab, selector, expected) => tab.locator(selector).filter({ hasText: expected, visible: true }).first().waitFor();

const participantOf = door => new URL(door).hash.split('=')[1];

/** Schedules a session on the page, and returns its participants' links to the functions and to the page's door. */
async function schedule(tab, name, start) {
  await tab.fill('input[name=session_name]', name);
  if (start) await tab.fill('input[name=start]', start);
  await tab.click('#new button');
  const card = tab.locator('.card').filter({ hasText: name });
  await card.waitFor();
  const links = await card.locator('a').evaluateAll(anchors => anchors.map(({ href }) => href));
  const [[hostDoor, guestDoor], [host, guest]] = [true, false].map(isDoor => links.filter(link => link.includes('#') === isDoor));
  return { card, host, hostDoor, guest, guestDoor };
}

await drive(async ({ open: openPage, picture }) => {
  const opened = [];
  const open = async url => {
    const page = await openPage(url, { viewport: { width: 720, height: 400 }, locale: 'en-GB', timezoneId: 'Europe/Berlin' });
    opened.push(page);
    return page.tab;
  };

  const office = await open(address('sessions/'));
  await text(office, '#none', 'No session yet');
  const now = await schedule(office, 'Consultation');
  await text(office, '.card', '· open');

  // The functions send the host into the room, and the guest into the lobby.
  const host = await open(now.host);
  await text(host, '#me', 'You are host');
  await text(host, '#state', 'connected');
  assert.equal(new URL(host.url()).hash, '', 'no token stays in the address');
  const guest = await open(now.guest);
  await text(guest, '#door-title', 'You are in the lobby');
  await text(host, '#waiting', 'Alice');
  await host.click('#waiting button');
  await text(guest, '#me', 'You are guest');
  await text(guest, '#title', 'Consultation');
  await text(guest, '#participants', 'Dr. Who');
  await text(host, '#nobody', 'No one is waiting.');

  // Both share the notes.
  await guest.fill('#note', 'I have had a headache since Monday.');
  await text(host, '#note-by', 'last changed by the guest');
  assert.equal(await host.inputValue('#note'), 'I have had a headache since Monday.');
  await host.fill('#note', 'I have had a headache since Monday.\n\nRest, and plenty of water. Next visit in a week.');
  await text(guest, '#note-by', 'last changed by the host');

  // Another guest is added in the meantime, and enters.
  const { sessions } = sdk('', '', { endpoint: api });
  const { session_id } = await sessions.getParticipant(participantOf(now.hostDoor)).run();
  const bob = await open((await sessions.addParticipant(session_id, { display_name: 'Bob' }).run()).entry_url);
  await text(bob, '#door-title', 'You are in the lobby');
  await text(host, '#waiting', 'Bob');
  await picture(host, guest);

  // A guest who was admitted comes back without waiting.
  const again = await open(now.guest);
  await text(again, '#me', 'You are guest');
  await text(again, '#title', 'Consultation');

  // After the session its room is closed for everyone in it, and their links stop working.
  await now.card.locator('button').click();
  await text(office, '.card', '· canceled');
  for (const tab of [host, guest, again, bob]) await text(tab, '#door-title', 'The session is over');
  await text(await open(now.hostDoor), '#door-title', 'The session is over');

  // Before the start the door is closed, and opens by itself.
  const later = await schedule(office, 'Follow-up', '2039-01-31T09:00');
  const early = await open(later.hostDoor);
  await text(early, '#door-text', 'at 09:00');
  const followUp = await sessions.getParticipant(participantOf(later.hostDoor)).run();
  await sessions.updateSession(followUp.session_id, { start_time: new Date() }).run();
  await text(early, '#me', 'You are host');
  await text(await open(`${later.guestDoor}0`), '#door-title', 'This link does not work');
  assert.deepEqual(opened.flatMap(({ errors }) => errors), []);
});
