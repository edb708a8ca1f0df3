// A message stream: messages as they arrive, and a form to publish one. Sync does not store messages, so earlier ones are not shown.

import { isAbort } from '../backends/backend.js';
import { paint } from '../editor/code.js';
import { format } from '../json/format.js';
import { lint, size } from '../json/tokens.js';
import { isolated } from '../text/visible.js';
import { button, fill, h } from '../ui/dom.js';

/** @typedef {{ date: Date, data: string }} Message */

const maximumMessage = 4 * 1024;
const maximumKept = 500;
const maximumShown = 200;

/**
 * @param {import('../context.js').Context} context
 * @param {import('../backends/backend.js').SyncObject} object
 * @param {boolean} isReadOnly
 */
export function streamPanel({ backend, fail, announce, guard }, object, isReadOnly) {
  /** @type {Message[]} */ let messages = [];
  let isPaused = false;
  let waiting = 0;
  let sent = '';
  let scheduled = 0;
  const log = h('div', { class: 'log', role: 'log', 'aria-label': 'Messages', tabIndex: 0 });
  const filter = h('input', { type: 'search', placeholder: 'Filter', 'aria-label': 'Show messages with this text', on: { input: schedule } });
  const pause = button('Pause', () => {
    isPaused = !isPaused;
    if (!isPaused) waiting = 0;
    schedule();
  });
  const count = h('span', { class: 'quiet spring' });

  const input = h('textarea', { class: 'code', 'aria-label': 'Message', rows: '4', spellcheck: 'false', value: '{}', on: { input: check, keydown: (/** @type {KeyboardEvent} */ event) => {
    if ((event.key === 's' || event.key === 'Enter') && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      publish();
    }
  } } });
  const fault = h('div', { class: 'lint', 'aria-live': 'polite' });
  const meter = h('span', { class: 'meter' });
  const send = button('Publish', publish, { class: 'primary', title: 'Ctrl Enter' });
  const element = h('div', { class: 'panel' },
    isReadOnly ? null : h('div', { class: 'stack publish' }, input, h('div', { class: 'editor-bar' }, meter, h('span', { class: 'spring' }), button('Format', () => {
      input.value = format(input.value);
      check();
    }), send), fault),
    h('div', { class: 'editor-bar' }, h('h2', null, 'Messages'), count, h('div', { class: 'field' }, filter), pause, button('Clear', () => {
      messages = [];
      waiting = 0;
      schedule();
    })), log);
  check();
  schedule();

  function check() {
    const { fault: found, bytes } = lint(input.value, maximumMessage);
    fault.textContent = found ? `Line ${found.line}, column ${found.column}: ${found.message}` : '';
    meter.textContent = `${bytes.toLocaleString()} / ${maximumMessage.toLocaleString()} bytes`;
    meter.classList.toggle('over', bytes > maximumMessage);
    send.disabled = found !== null;
    guard.set(input, input.value.trim() !== '{}' && size(input.value) > 2 && input.value !== sent);
  }

  async function publish() {
    if (send.disabled) return;
    send.disabled = true;
    try {
      await backend.publish(object.id, input.value);
      sent = input.value;
      announce('Published.');
    } catch (error) {
      if (!isAbort(error)) fail(error);
    } finally {
      check();
    }
  }

  function schedule() {
    scheduled ||= requestAnimationFrame(() => {
      scheduled = 0;
      pause.textContent = isPaused ? `Resume${waiting ? ` (${waiting} new)` : ''}` : 'Pause';
      pause.setAttribute('aria-pressed', String(isPaused));
      const shown = messages.slice(0, messages.length - (isPaused ? waiting : 0)).filter(({ data }) => data.includes(filter.value));
      count.textContent = messages.length ? `${shown.length} of the last ${messages.length}` : '';
      fill(log, shown.length ? shown.slice(-maximumShown).reverse().map(row) : h('p', { class: 'empty' }, 'New messages are shown here. Sync does not store earlier messages.'));
    });
  }

  /** @param {Message} message */
  function row({ date, data }) {
    const text = h('span', null);
    paint(text, data, part => [isolated(part)]);
    return h('div', { class: 'log-row' }, h('time', { datetime: date.toISOString() }, date.toLocaleTimeString()), text);
  }

  return {
    element,
    /** @param {import('../realtime/events.js').Change} change */
    take(change) {
      if (change.type !== 'message') return;
      messages.push({ date: new Date(), data: change.data });
      if (isPaused) waiting++;
      if (messages.length > maximumKept) messages = messages.slice(-maximumKept);
      waiting = Math.min(waiting, messages.length);
      schedule();
    },
    refresh() {},
    select: () => false,
    dispose() {
      guard.set(input, false);
      cancelAnimationFrame(scheduled);
    },
  };
}
