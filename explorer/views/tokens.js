// Access tokens: create one for an identity, decode and check one, and try one on the server.

import { BackendError, isAbort } from '../backends/backend.js';
import { addresses, copyButton, facts, paper, section, statusMark } from '../inspection/parts.js';
import { readToken } from '../inspection/token.js';
import { Link } from '../realtime/link.js';
import { isolated } from '../text/visible.js';
import { button, fill, h, uniqueId } from '../ui/dom.js';
import { FieldError } from '../ui/dialogs.js';
import { everySecond, formatDate, formatDuration, readTtl } from '../ui/time.js';

/** @typedef {import('../context.js').Context} Context */

const longestLife = 86_400;
const defaultLife = '1h';

/** @param {Context} context @returns {import('../context.js').View} */
export function tokensView(context) {
  const reader = readerOf(context);
  const element = h('div', { class: 'view tokens-view' },
    h('div', { class: 'head' }, h('h1', null, 'Tokens'), h('p', { class: 'quiet' }, 'Realtime clients sign in with access tokens. A token that you paste here is not stored, and not sent anywhere unless you try it.')),
    h('div', { class: 'sheet tokens' }, maker(context, reader.read), reader.element));
  return { element, dispose: reader.dispose };
}

/**
 * The form that creates a token.
 * @param {Context} context
 * @param {(token: string) => void} read
 */
function maker({ backend, signal, fail }, read) {
  const identity = field('Identity', h('input', { value: 'alice', autocomplete: 'off', spellcheck: 'false', maxlength: 256 }), ['identity']);
  const life = field('Valid for', h('input', { value: defaultLife, autocomplete: 'off', spellcheck: 'false' }), ['ttl'], 'Such as 90s or 2h; at most 24h');
  const grants = backend.createGrantToken ? grantFields() : null;
  const action = h('button', { type: 'submit', class: 'primary' }, 'Create token');
  const form = h('form', { class: 'stack', novalidate: true, on: { submit: make } },
    h('div', { class: 'inline' }, identity.element, life.element), grants?.element ?? h('p', { class: 'hint' }, 'The token is for Sync, in the selected service.'), h('div', null, action));
  return h('section', null, h('h2', null, 'Create a token'), form);

  /** @param {Event} event */
  async function make(event) {
    event.preventDefault();
    const fields = [identity, life, ...(grants?.fields ?? [])];
    fields.forEach(each => each.say(''));
    action.disabled = true;
    try {
      const seconds = readTtl(life.input.value);
      if (seconds < 1 || seconds > longestLife) throw new FieldError('ttl', 'The minimum is 1s, the maximum 24h.');
      if (!identity.input.value) throw new FieldError('identity', 'A token needs an identity.');
      const { token } = backend.createGrantToken && grants
        ? await backend.createGrantToken({ identity: identity.input.value, ttl: seconds, ...grants.values() }, signal)
        : await backend.createToken(identity.input.value, seconds, signal);
      read(token);
    } catch (error) {
      const parameter = error instanceof FieldError ? error.field : error instanceof BackendError ? error.parameter : null;
      const at = fields.find(({ parameters }) => parameter !== null && parameters.includes(parameter));
      if (at && error instanceof Error) at.say(error.message);
      else if (!isAbort(error)) fail(error);
    } finally {
      action.disabled = false;
    }
  }
}

/** The grants that a token can have, with their parameters. */
function grantFields() {
  const chat = field('Conversations service', h('input', { placeholder: 'IS…', spellcheck: 'false', autocomplete: 'off', class: 'mono' }), ['chatServiceSid'], 'Default: the app\'s');
  const room = field('Room', h('input', { spellcheck: 'false', autocomplete: 'off' }), ['room'], 'Default: any');
  const application = field('TwiML application', h('input', { placeholder: 'AP…', spellcheck: 'false', autocomplete: 'off', class: 'mono' }), ['outgoingApplicationSid'], 'Default: none, for incoming calls only');
  const kinds = [{ name: 'sync', label: 'Sync', more: null }, { name: 'chat', label: 'Conversations', more: chat }, { name: 'video', label: 'Video', more: room }, { name: 'voice', label: 'Voice', more: application }];
  const boxes = kinds.map(({ name, label, more }) => {
    const box = h('input', { type: 'checkbox', id: uniqueId(), checked: name === 'sync', on: { change: () => { if (more) more.element.hidden = !box.checked; } } });
    if (more) more.element.hidden = true;
    return { name, box, row: h('div', { class: 'field check' }, h('label', { for: box.id }, label), box) };
  });
  const fields = [chat, room, application];
  const element = h('fieldset', { class: 'grants' }, h('legend', null, 'Grants'), boxes.map(({ row }) => row), h('div', { class: 'inline' }, fields.map(each => each.element)));
  return {
    element,
    fields,
    values() {
      const names = boxes.filter(({ box }) => box.checked).map(({ name }) => name);
      if (!names.length) throw new Error('Choose at least one grant.');
      const given = (/** @type {string} */ name, /** @type {ReturnType<typeof field>} */ { input }) => (names.includes(name) && input.value ? input.value : undefined);
      return { grants: names, chatServiceSid: given('chat', chat), room: given('video', room), outgoingApplicationSid: given('voice', application), incomingAllow: names.includes('voice') || undefined };
    },
  };
}

/** The section in which a token is checked and tried. @param {Context} context */
function readerOf(context) {
  const { backend, signal, fail, announce } = context;
  /** @type {string[]} */ let serviceSids = [];
  const input = h('textarea', { class: 'code token', id: uniqueId(), rows: '4', spellcheck: 'false', autocomplete: 'off', placeholder: 'eyJ…', on: { input: () => show() } });
  const result = h('div', { class: 'stack' });
  const outcome = h('div', { role: 'status' });
  const tryIt = button('Try it', attempt, { title: 'Signs in to the realtime server with it, and disconnects', disabled: true });
  const clear = button('Clear', () => {
    input.value = '';
    show();
    input.focus();
  });
  const life = h('span', null);
  /** @type {Date | null} */ let expires = null;
  const element = h('section', null, h('h2', null, 'Check a token'),
    h('div', { class: 'field wide' }, h('label', { for: input.id }, 'Access token'), input),
    h('div', { class: 'actions' }, tryIt, copyButton(context, 'Copy', () => input.value.trim()), clear), outcome, result);

  backend.listServices(signal).then(services => {
    serviceSids = services.map(({ sid }) => sid);
    show();
  }, fail);
  everySecond(tick, signal);

  function show() {
    fill(outcome);
    const token = input.value.trim();
    tryIt.disabled = token === '';
    expires = null;
    if (token === '') {
      fill(result);
      return;
    }
    const { header, payload, identity, grants, expires: end, begins, findings } = readToken(token, { now: new Date(), serviceSids: serviceSids.filter(sid => /^IS/.test(sid)) });
    expires = end;
    tick();
    const faults = findings.filter(({ isGood }) => isGood === false);
    fill(result,
      facts([['Identity', identity], ['Grants', grants.join(', ')], ['Expires', end && h('span', null, `${formatDate(end.toISOString())}, `, life)], ['Not before', begins && formatDate(begins.toISOString())]]),
      section(faults.length ? 'Why Sync would refuse it' : 'No problems found', h('ul', { class: 'findings' }, findings
        .toSorted((one, other) => rank(one.isGood) - rank(other.isGood))
        .map(({ isGood, text, code }) => h('li', { class: isGood === null ? 'neutral' : isGood ? 'good' : 'bad' }, isolated(text), code === undefined ? null : h('span', { class: 'tag' }, `error ${code}`))))),
      header === null ? null : section('Header', paper(header, 'Header')),
      payload === null ? null : section('Payload', paper(payload, 'Payload')));
  }

  function tick() {
    if (!expires) return;
    const left = (expires.getTime() - Date.now()) / 1000;
    life.textContent = left > 0 ? `in ${formatDuration(left)}` : 'expired';
  }

  async function attempt() {
    const token = input.value.trim();
    tryIt.disabled = true;
    fill(outcome, h('p', { class: 'quiet' }, 'Signing in …'));
    /** @type {Link | null} */ let link = null;
    const stop = () => link?.close();
    signal.addEventListener('abort', stop);
    try {
      const { realtime } = await addresses();
      link = new Link(realtime, { onEvent: () => undefined, onTokenEnds: () => undefined });
      await link.open(token, null);
      answer(statusMark('accepted', 'good'), 'The server accepts it.');
    } catch (error) {
      if (signal.aborted) return;
      const code = /** @type {{ code?: number }} */ (error).code;
      answer(statusMark('refused', 'bad'), `${error instanceof Error ? error.message : String(error)}${code === undefined ? '' : ` (error ${code})`}`);
    } finally {
      signal.removeEventListener('abort', stop);
      link?.close();
      tryIt.disabled = input.value.trim() === '';
    }

    /** @param {HTMLElement} mark @param {string} text */
    function answer(mark, text) {
      if (input.value.trim() !== token) return;
      fill(outcome, h('p', { class: 'outcome' }, mark, ' ', isolated(text)));
      announce(text);
    }
  }

  return {
    element,
    /** @param {string} token */
    read(token) {
      input.value = token;
      show();
      announce('The token was created, and is decoded below.');
    },
    dispose() {
      input.value = '';
    },
  };
}

/** @param {boolean | null} isGood */
const rank = isGood => (isGood === false ? 0 : isGood === null ? 1 : 2);

/**
 * A labelled input with a place for its error.
 * @param {string} label
 * @param {HTMLInputElement} input
 * @param {string[]} parameters the parameters whose errors are shown at this field
 * @param {string} [hint]
 */
function field(label, input, parameters, hint) {
  input.id = uniqueId();
  const fault = h('span', { class: 'fault', role: 'alert', id: uniqueId() });
  input.setAttribute('aria-describedby', fault.id);
  return {
    element: h('div', { class: 'field' }, h('label', { for: input.id }, label), input, fault, hint ? h('span', { class: 'hint' }, hint) : null),
    input,
    parameters,
    /** @param {string} text */
    say(text) {
      fault.textContent = text;
      if (text) input.setAttribute('aria-invalid', 'true');
      else input.removeAttribute('aria-invalid');
    },
  };
}
