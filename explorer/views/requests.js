// The emulator's most recent requests, and code that repeats one.

import { addresses, choiceOfTexts, facts, formatBytes, formatTime, formatTook, mono, paper, section, statusMark, toneOf } from '../inspection/parts.js';
import { logView } from '../inspection/log.js';
import { csharp, curl, node } from '../inspection/snippets.js';
import { isolated } from '../text/visible.js';
import { fill, h } from '../ui/dom.js';

/** @typedef {import('../backends/backend.js').SeenRequest} SeenRequest */
/** @typedef {import('../backends/backend.js').Inspection} Inspection */

/** The prefix of nearly all paths, which is left out. */
const service = /^\/v\d\/Services\/[^/?]+\//;

/** @param {import('../context.js').Context} context @returns {import('../context.js').View} */
export function requestsView(context) {
  const inspection = /** @type {Inspection} */ (context.backend.inspection);
  return logView(context, {
    title: 'Requests',
    lead: 'The most recent requests, by REST and through realtime connections.',
    empty: 'No requests match these filters.',
    filters: [
      { name: 'path', label: 'Path contains', placeholder: 'Documents' },
      { name: 'status', label: 'Status', choices: [['2xx', '2xx, success'], ['4xx', '4xx, refused'], ['5xx', '5xx, failed'], '400', '401', '403', '404', '409', '412', '429'] },
      { name: 'method', label: 'Method', choices: ['GET', 'POST', 'DELETE'] },
      { name: 'via', label: 'Via', choices: [['rest', 'REST'], ['realtime', 'Realtime']] },
    ],
    columns: [
      { name: 'Time', className: 'time' }, { name: 'Status', className: 'status-cell' }, { name: 'Method', className: 'method' }, { name: 'Path', className: 'data' },
      { name: 'Caller', className: 'caller' }, { name: 'Took', className: 'number' },
    ],
    read: inspection.requests,
    fill([time, status, method, path, caller, took], request) {
      time.textContent = formatTime(request.time);
      fill(status, statusMark(request.status, toneOf(request.status)));
      method.textContent = request.method;
      fill(path, request.via === 'realtime' ? h('span', { class: 'tag' }, 'realtime') : null, isolated(shorten(request.path)));
      fill(caller, callerOf(request));
      took.textContent = formatTook(request.duration);
    },
    titleOf: request => `${request.method} ${shorten(request.path)}`,
    detail: request => details(context, request),
  });
}

/** @param {SeenRequest} request */
function callerOf({ caller, via }) {
  const sids = /** @type {{ [prefix: string]: string }} */ ({ AC: 'account', SK: 'API key' });
  return via === 'rest' && caller !== null ? sids[caller.slice(0, 2)] ?? caller : isolated(caller ?? '');
}

/** @param {string} path */
const shorten = path => path.replace(service, '');

/** @param {import('../context.js').Context} context @param {SeenRequest} request */
function details(context, request) {
  const code = h('div', { class: 'stack' });
  if (request.via === 'rest') showCode(context, request, code);
  return h('div', { class: 'stack' },
    request.code === null ? null : h('p', { class: 'problem' }, isolated(request.message ?? ''), ' ',
      h('a', { href: `https://www.twilio.com/docs/api/errors/${request.code}`, target: '_blank', rel: 'noreferrer' }, `Error ${request.code}`)),
    facts([
      ['Status', statusMark(request.status, toneOf(request.status))], ['Path', mono(request.path)], ['Via', request.via === 'rest' ? 'REST' : 'a realtime connection'],
      ['Caller', request.caller === null ? 'none: the credentials were refused' : mono(request.caller)], ['If-Match', request.ifMatch === null ? null : mono(request.ifMatch)],
      ['Time', `${formatTime(request.time)}, took ${formatTook(request.duration)}`], ['Response', formatBytes(request.responseSize)],
    ]),
    request.form === null ? null : section('Form', h('div', { class: 'stack' }, Object.entries(request.form).map(([name, value]) => h('div', { class: 'stack tight' },
      h('h4', null, isolated(name)), paper(value, name))))),
    request.body === null ? null : section('Body', paper(request.body, 'Body')),
    request.isCut ? h('p', { class: 'note' }, 'Only the first 20 KiB are kept.') : null,
    request.via === 'rest' ? section('Repeat this request', code) : h('p', { class: 'quiet' }, 'Realtime clients send these requests through their connection.'));
}

/** @param {import('../context.js').Context} context @param {SeenRequest} request @param {HTMLElement} place */
async function showCode(context, request, place) {
  if (request.isCut) {
    fill(place, h('p', { class: 'quiet' }, 'Only part of the form is kept, so it cannot be repeated.'));
    return;
  }
  try {
    const { rest } = await addresses();
    fill(place, choiceOfTexts(context, 'Code', [['curl', curl(request, rest)], ['Node.js', node(request, rest)], ['C#', csharp(request, rest)]]),
      h('p', { class: 'hint' }, 'Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN. The emulator prints its credentials at start.'));
  } catch (error) {
    context.fail(error);
  }
}
