// Schedules sessions, and is the page behind their entry links: a door before the start, a lobby for guests, and a room with shared notes.
// In the address: ?api= the address of the functions. After the #: nothing for the schedule, participantId= for the door, token=, role=, expires= and
// sessionId= for the room. Browsers do not send the part after the # to a server.

import { connect, FunctionError, Functions } from '../clients/functions.js';
import { join, NotOpenError, sdk } from '../clients/sessions.js';

const api = new URLSearchParams(location.search).get('api') ?? 'http://127.0.0.1:7071';
// Here anyone who opens the page may schedule and admit. A real page would call its back end, which knows the signed-in user and has the function key.
const { sessions } = sdk('', '', { endpoint: api });
const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
const lookEvery = 2000;

const $ = id => document.getElementById(id);

function show(view) {
  for (const id of ['schedule', 'door', 'room']) $(id).hidden = id !== view;
}

function report(error) {
  console.error(error);
  $('problem').textContent = error.message;
  $('problem').hidden = false;
}

/** Makes an element. Texts are always set as text, never as HTML. */
function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' });
const span = (start, end) => `${day.format(new Date(start))}, ${time.format(new Date(start))} – ${time.format(new Date(end))}`;

// ---- schedule

async function openSchedule() {
  const form = $('new');
  const now = new Date();
  form.elements.start.value = new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  form.addEventListener('submit', event => {
    event.preventDefault();
    const { session_name, start, minutes, host, guest } = Object.fromEntries(new FormData(form));
    const start_time = new Date(start);
    const end_time = new Date(start_time.getTime() + minutes * 60_000);
    const participants = [{ display_name: host, role: 'host' }, { display_name: guest, role: 'guest' }];
    sessions.createSession({ session_name, start_time, end_time, participants }).run().then(listSessions).catch(report);
  });
  show('schedule');
  await listSessions();
}

async function listSessions() {
  const { content } = await sessions.getSessions({ start_time: new Date(Date.now() - 24 * 3_600_000), page_size: 20, include_canceled: true }).run();
  $('sessions').replaceChildren(...content.map(card));
  $('none').hidden = content.length > 0;
  $('problem').hidden = true;
}

function card({ session_id, session_name, start_time, end_time, canceled_time, participants }) {
  const now = Date.now();
  const state = canceled_time ? 'canceled' : now < Date.parse(start_time) ? 'scheduled' : now < Date.parse(end_time) ? 'open' : 'over';
  const isLive = state === 'open' || state === 'scheduled';
  const cancel = element('button', {
    className: 'remove', textContent: '×', ariaLabel: `Cancel “${session_name}”`, onclick: () => sessions.cancelSession(session_id).run().then(listSessions).catch(report),
  });
  return element('li', { className: 'card' },
    element('div', { className: 'line' }, element('strong', { textContent: session_name ?? 'Session' }), ...isLive ? [cancel] : []),
    element('p', { className: 'hint', textContent: `${span(start_time, end_time)} · ${state}` }),
    ...isLive ? participants.map(participant => links(participant, state)) : []);
}

/** The entry link of a participant, and a link to this page's door, which opens at the start. */
const links = ({ participant_id, display_name, role, entry_url }, state) => element('div', { className: 'line' },
  element('span', { textContent: display_name ?? role }),
  element('span', {},
    ...state === 'open' ? [link(entry_url, `Enter as ${role.toLowerCase()}`), ' · '] : [],
    link(`${location.pathname}${location.search}#participantId=${participant_id}`, 'Door')));

const link = (href, textContent) => element('a', { href, textContent, target: '_blank', rel: 'noopener noreferrer' });

// ---- door

/** Waits at the door until the session has begun, and in the lobby until the guest is admitted. */
async function openDoor(participantId) {
  show('door');
  const entryUrl = `${api}/api/join/${participantId}`;
  const tell = (title, text, hint = '') => {
    $('door-title').textContent = title;
    $('door-text').textContent = text;
    $('door-hint').textContent = hint;
  };
  tell('One moment', 'Looking for your session.');
  for (;;) {
    try {
      const entry = await join(entryUrl);
      if (entry) return await openRoom({ ...entry, sessionId: entry.session.sessionId });
      tell('You are in the lobby', 'The host knows that you are here, and will let you in.', 'This page continues automatically.');
    } catch (error) {
      if (error instanceof NotOpenError) {
        const { opens } = error;
        tell('You are early', `The session opens on ${day.format(opens)} at ${time.format(opens)}.`, 'This page continues automatically.');
      } else if (error instanceof FunctionError && error.status === 410) {
        return tell('The session is over', 'It has ended, or was canceled.');
      } else if (error instanceof FunctionError && error.status === 404) {
        return tell('This link does not work', 'It is not complete, or you are no longer one of the participants.');
      } else {
        throw error;
      }
    }
    await pause(lookEvery);
  }
}

// ---- room

/** Connects with the token, and shares the session's document with the others in the room. */
async function openRoom({ token, role, expires, sessionId, session }) {
  // Otherwise the token would be in the browser's history.
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  show('room');
  $('me').hidden = $('state').hidden = false;
  $('me').replaceChildren('You are ', element('strong', { textContent: role.toLowerCase() }));
  $('until').textContent = `You may stay until ${time.format(new Date(expires))}.`;
  const client = await connect(token, await new Functions(api).realtime());
  const leave = (title, text) => {
    client.shutdown().catch(report);
    $('state').hidden = $('me').hidden = true;
    $('door-title').textContent = title;
    $('door-text').textContent = text;
    $('door-hint').textContent = '';
    show('door');
  };
  client.on('connectionStateChanged', state => {
    $('state').dataset.state = $('state').textContent = state;
  });
  client.on('tokenExpired', () => leave('The session is over', 'Thank you for being here.'));
  const shared = await client.document({ id: `session-${sessionId}`, mode: 'open_existing' });
  shared.on('removed', () => leave('The session is over', 'It was canceled.'));
  shareNote(shared, role);
  if (role === 'HOST') await host(sessionId, shared);
  else showParticipants(session?.participants ?? []);
  setTitle(session?.sessionName ?? shared.data.title);
}

function setTitle(title) {
  if (title) document.title = $('title').textContent = title;
}

function showParticipants(people) {
  $('participants').replaceChildren(...people.map(({ displayName, role }) =>
    element('li', {}, displayName ?? 'Someone', ' ', element('span', { className: 'by', textContent: role.toLowerCase() }))));
}

/** Text is sent after a pause in typing, and changes by others appear. */
function shareNote(shared, role) {
  const display = ({ text = '', by, title }, isLocal) => {
    // The tab's own change is already shown, and the user may have typed more since.
    if (!isLocal && $('note').value !== text) $('note').value = text;
    $('note-by').textContent = by ? `last changed by ${by}` : '';
    setTitle(title);
  };
  display(shared.data);
  shared.on('updated', ({ data, isLocal }) => display(data, isLocal));
  $('note').disabled = false;
  let waiting;
  $('note').addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => shared.update({ text: $('note').value, by: `the ${role.toLowerCase()}` }).catch(report), 200);
  });
}

/** A host sees who is waiting in the lobby, and admits them. */
async function host(sessionId, shared) {
  $('lobby').hidden = false;
  const look = async () => {
    const { session_name, participants } = await sessions.getSession(sessionId).run();
    setTitle(session_name);
    if (session_name && shared.data.title !== session_name) await shared.update({ title: session_name });
    showParticipants(participants.map(({ display_name, role }) => ({ displayName: display_name, role })));
    const waiting = participants.filter(({ waiting_since }) => waiting_since);
    $('nobody').hidden = waiting.length > 0;
    $('waiting').replaceChildren(...waiting.map(({ participant_id, display_name, waiting_since }) => element('li', { className: 'line' },
      element('span', {}, display_name ?? 'Someone', ' ', element('span', { className: 'by', textContent: `since ${time.format(new Date(waiting_since))}` })),
      element('button', { textContent: 'Admit', onclick: () => sessions.admitParticipant(participant_id).run().then(look).catch(report) }))));
  };
  await look();
  const timer = setInterval(() => $('room').hidden ? clearInterval(timer) : look().catch(error => {
    // 410 means that the session was canceled, which its document already shows.
    if (error.status !== 410) report(error);
  }), lookEvery);
}

const { token, participantId, role, expires, sessionId } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
const open = token ? openRoom({ token, role, expires, sessionId }) : participantId ? openDoor(participantId) : openSchedule();
await open.catch(report);
// A link to this page changes only the part after the #, so the page must be reloaded.
window.addEventListener('hashchange', () => location.reload());
