// The client of sessions: what its page in docs shows, step by step, and what a caller can see of it besides.
//
//   API_URL=http://127.0.0.1:7071 KEY=… node sessions.mjs
//
// Exits with 0 if all is well, else with 1.

import assert from 'node:assert/strict';
import sdkByDefault, { join, NotOpenError, sdk } from './clients/sessions.js';
import { FunctionError } from './clients/functions.js';
import { describe, fail } from './running.mjs';

const { API_URL: endpoint, KEY: key } = process.env;
if (!endpoint || !key) fail('not set: API_URL or KEY');

const api = sdk('my_api_key', key, { endpoint });
const inMinutes = minutes => new Date(Date.now() + minutes * 60_000);
const refusedWith = status => error => error instanceof FunctionError && error.status === status;

async function quickstart() {
  const session = {
    session_name: 'A test session with Dr. Who',
    start_time: 'Wed, 08 Jun 2016 13:34:00 GMT',
    end_time: 'Wed, 08 Jun 2016 13:44:00 GMT',
    picture: 'http://www.fillmurray.com/200/300',
    participants: [],
  };
  const request = api.sessions.createSession(session);
  const created = await request.run();
  const { session_id, team_id, client_id, revision, ...rest } = created;
  assert.deepEqual(rest, session);
  assert.match(session_id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.equal(team_id, client_id);
  assert.equal(revision, '0');
  assert.notEqual((await request.run()).session_id, session_id, 'each run is a request');

  const host = { display_name: 'Dr. Who', role: 'host', picture: 'http://fillmurray.com/200/300', state: 'test-state' };
  const added = await api.sessions.addParticipant(session_id, host).run();
  const { participant_id, entry_url, ...fields } = added;
  assert.deepEqual(fields, { ...host, role: 'HOST', session_id, client_id });
  assert.equal(entry_url, `${new URL(endpoint).origin}/api/join/${participant_id}`);

  const read = await api.sessions.getSession(session_id).run();
  assert.deepEqual(read, { ...created, revision: '1', participants: [added] });
}

async function lifecycle() {
  const { sessions } = api;
  const start = inMinutes(10);
  const session = await sessions.createSession({ session_name: 'test', start_time: start, end_time: inMinutes(20).toISOString() }).run();
  assert.equal(session.start_time, start.toUTCString());
  const host = await sessions.addParticipant(session.session_id, { display_name: 'Dr. Who', role: 'Host' }).run();
  const guest = await sessions.addParticipant(session.session_id, { display_name: 'Alice', role: 'guest' }).run();
  assert.deepEqual([host.role, guest.role], ['HOST', 'GUEST']);
  await assert.rejects(join(host.entry_url), error => error instanceof NotOpenError && error.status === 403 && error.opens.getTime() === start.getTime());

  assert.deepEqual((await sessions.getSession(session.session_id).run()).participants, [host, guest]);
  const promoted = await sessions.updateParticipant(guest.participant_id, { role: 'HOST', display_name: 'New Display Name' }).run();
  assert.deepEqual([promoted.role, promoted.display_name], ['HOST', 'New Display Name']);
  const update = { start_time: inMinutes(600).toUTCString(), end_time: inMinutes(1200).toUTCString(), picture: 'example' };
  const updated = await sessions.updateSession(session.session_id, update).run();
  assert.deepEqual([updated.start_time, updated.end_time, updated.picture, updated.participants.length], [...Object.values(update), 2]);
  assert.deepEqual(await sessions.getSessionParticipants(session.session_id).run(), updated.participants);
  assert.deepEqual(await sessions.getParticipant(host.participant_id).run(), host);

  assert.deepEqual(await sessions.deleteParticipant(guest.participant_id).run(), { ok: true });
  assert.equal((await sessions.getSession(session.session_id).run()).participants.length, 1);
  const withDeleted = await sessions.getSession(session.session_id).query({ deleted_participants: true }).run();
  assert.deepEqual(withDeleted.participants.map(({ deleted_at }) => Date.parse(deleted_at) > 0), [false, true]);
  await assert.rejects(sessions.getParticipant(guest.participant_id).run(), refusedWith(404));

  assert.deepEqual(await sessions.deleteSession(session.session_id).run(), { ok: true });
  await assert.rejects(sessions.getSession(session.session_id).run(), refusedWith(410));
  await assert.rejects(sessions.cancelSession(session.session_id).run(), refusedWith(410));
  const range = { start_time: update.start_time, end_time: update.start_time };
  assert.deepEqual((await sessions.getSessions(range).run()).content, []);
  const [canceled] = (await sessions.getSessions({ ...range, include_canceled: true }).run()).content;
  assert.deepEqual([canceled.session_id, canceled.participants.length], [session.session_id, 1]);
  assert.equal(new Date(canceled.canceled_time).toUTCString(), canceled.canceled_time);
  const [all] = (await sessions.getSessions({ ...range, include_canceled: true, deleted_participants: true }).run()).content;
  assert.equal(all.participants.length, 2);
}

async function entry() {
  const { sessions } = api;
  const session = await sessions.createSession({
    start_time: inMinutes(-1), end_time: inMinutes(60), participants: [{ role: 'host', display_name: 'Dr. Who' }, { display_name: 'Alice' }],
  }).run();
  const [host, guest] = session.participants;
  const entered = await join(host.entry_url);
  assert.deepEqual([entered.role, entered.session.sessionId, entered.token.split('.').length], ['HOST', session.session_id, 3]);
  assert.equal(await join(guest.entry_url), null);
  assert.ok(Date.parse((await sessions.getParticipant(guest.participant_id).run()).waiting_since));
  assert.ok(Date.parse((await sessions.admitParticipant(guest.participant_id).run()).admitted_at));
  assert.equal((await join(guest.entry_url)).role, 'GUEST');
  await sessions.cancelSession(session.session_id).run();
  await assert.rejects(join(host.entry_url), refusedWith(410));
  await assert.rejects(join(`${host.entry_url}0`), refusedWith(404));
}

async function pages() {
  const { sessions } = api;
  const at = minute => new Date(Date.UTC(2040, 0, 1, 9, minute)).toUTCString();
  for (let minute = 0; minute < 10; minute++) {
    const { session_id } = await sessions.createSession({
      session_name: `${minute}`, start_time: at(minute), end_time: at(59), participants: [{ state: minute % 3 === 0 ? 'third' : 'other' }],
    }).run();
    if (minute === 4) await sessions.cancelSession(session_id).run();
  }
  const range = { start_time: at(0), end_time: at(9) };
  const read = async query => {
    const { content, more, page, page_size } = await sessions.getSessions({ ...range, ...query }).run();
    return [content.map(({ session_name }) => session_name).join(''), more, page, page_size];
  };
  assert.deepEqual(await read({}), ['012356789', false, 0, 50]);
  assert.deepEqual(await read({ page_size: 4 }), ['0123', true, 0, 4]);
  assert.deepEqual(await read({ page_size: 4, page: 1 }), ['5678', true, 1, 4]);
  assert.deepEqual(await read({ page_size: 4, page: 2 }), ['9', false, 2, 4]);
  assert.deepEqual(await read({ page_size: 4, page: 3 }), ['', false, 3, 4]);
  assert.deepEqual(await read({ page_size: 3, page: 2 }), ['789', false, 2, 3], 'not the previous page, but read again');
  assert.deepEqual(await read({ page_size: 3, page: 1 }), ['356', true, 1, 3]);
  assert.deepEqual(await read({ page_size: 2, state: 'third' }), ['03', true, 0, 2]);
  assert.deepEqual(await read({ page_size: 2, state: 'third', page: 1 }), ['69', false, 1, 2]);
  assert.deepEqual(await read({ page_size: 200, order: 'backwards', include_canceled: true }), ['9876543210', false, 0, 200]);
  assert.deepEqual(await read({ start_time: at(3), end_time: new Date(at(5)) }), ['35', false, 0, 50]);
  for (const query of [{ page: -1 }, { page: 0.5 }, { page_size: 0 }, { page_size: 201 }, { order: 'down' }]) {
    await assert.rejects(sessions.getSessions(query).run(), RangeError);
  }
  assert.equal(typeof (await sessions.getSessions().run()).more, 'boolean');
}

async function refusals() {
  const { sessions } = api;
  const bad = { start_time: 'Wed, 08 Jun 2016 13:34:00 GMT', end_time: 'tomorrow' };
  await assert.rejects(sessions.createSession(bad).run(), error => refusedWith(400)(error) && error.parameter === 'endTime' && /RFC 1123/.test(error.message));
  const participants = [{ role: 'host' }, { role: 'king' }];
  await assert.rejects(
    sessions.createSession({ ...bad, end_time: 'Wed, 08 Jun 2016 13:44:00 GMT', participants }).run(),
    error => refusedWith(400)(error) && error.parameter === 'participants[1].role');
  await assert.rejects(sdkByDefault('my_api_key', 'wrong', { endpoint }).sessions.getSessions({}).run(), refusedWith(401));
  await assert.rejects(sdk('my_api_key', key, { endpoint, service: 'none' }).sessions.getSessions({}).run(), refusedWith(400));
  await assert.rejects(sessions.getSessions({}).run({ signal: AbortSignal.abort() }), { name: 'AbortError' });
}

try {
  for (const run of [quickstart, lifecycle, entry, pages, refusals]) {
    await run();
    console.log(run.name);
  }
} catch (error) {
  console.error(describe(error), error.stack);
  process.exitCode = 1;
}
