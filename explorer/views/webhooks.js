// The emulator's most recent webhook deliveries, with their responses. A delivery can be sent again.

import { isAbort } from '../backends/backend.js';
import { facts, formatTime, formatTook, mono, paper, section, statusMark, toneOf } from '../inspection/parts.js';
import { logView } from '../inspection/log.js';
import { isolated } from '../text/visible.js';
import { button, fill, h } from '../ui/dom.js';

/** @typedef {import('../backends/backend.js').Delivery} Delivery */
/** @typedef {import('../backends/backend.js').Inspection} Inspection */

/** @param {import('../context.js').Context} context @returns {import('../context.js').View} */
export function webhooksView(context) {
  const inspection = /** @type {Inspection} */ (context.backend.inspection);
  const view = logView(context, {
    title: 'Webhooks',
    lead: 'Deliveries to the webhooks of the services, and their responses.',
    empty: 'No deliveries match this filter. A service sends webhooks if its WebhookUrl is set.',
    filters: [{ name: 'status', label: 'Response', choices: [['2xx', '2xx, success'], ['4xx', '4xx, refused'], ['5xx', '5xx, failed'], ['none', 'None']] }],
    columns: [
      { name: 'Time', className: 'time' }, { name: 'State', className: 'status-cell' }, { name: 'Event', className: 'type' }, { name: 'To', className: 'data' },
      { name: 'Response', className: 'answer' }, { name: 'Took', className: 'number' },
    ],
    read: inspection.deliveries,
    isUnsettled: ({ state }) => state === 'pending',
    fill([time, state, type, url, answer, took], delivery) {
      time.textContent = formatTime(delivery.time);
      fill(state, stateMark(delivery));
      type.textContent = delivery.eventType.replaceAll('_', ' ');
      fill(url, delivery.repeats === null ? null : h('span', { class: 'tag' }, 'again'), isolated(delivery.url ?? ''));
      answer.textContent = delivery.status === null ? (delivery.error === null ? '' : 'none') : String(delivery.status);
      took.textContent = formatTook(delivery.duration);
    },
    titleOf: delivery => delivery.eventType.replaceAll('_', ' '),
    detail: delivery => details(delivery, send),
  });

  /** @param {Delivery} delivery @param {HTMLButtonElement} action */
  async function send(delivery, action) {
    action.disabled = true;
    try {
      const again = await inspection.sendDelivery(delivery.id, context.signal);
      context.toast(again.state === 'delivered' ? 'Sent again and accepted.' : again.state === 'pending' ? 'Sent again. No response yet.' : 'Sent again but not accepted.', { isError: again.state === 'dropped' });
      await view.choose(again.id);
    } catch (error) {
      if (!isAbort(error)) context.fail(error);
    } finally {
      action.disabled = false;
    }
  }
  return view;
}

/** @param {Delivery} delivery */
const stateMark = ({ state }) => statusMark(state, /** @type {const} */ ({ pending: 'warn', delivered: 'good', dropped: 'bad' })[state]);

/** @param {Delivery} delivery @param {(delivery: Delivery, action: HTMLButtonElement) => void} send */
function details(delivery, send) {
  const again = button('Send again', () => send(delivery, again));
  return h('div', { class: 'stack' },
    h('div', { class: 'actions' }, again),
    delivery.error === null ? null : h('p', { class: 'problem' }, isolated(delivery.error)),
    facts([
      ['State', stateMark(delivery)], ['To', delivery.url === null ? null : mono(delivery.url)], ['Attempts', delivery.attempts], ['Repeat', delivery.repeats === null ? null : `repeats delivery ${delivery.repeats}`],
      ['Service', mono(delivery.serviceSid)], ['Signature', delivery.signature === null ? null : mono(delivery.signature)],
      ['Started', formatTime(delivery.time)], ['Last attempt', delivery.duration === null ? null : `took ${formatTook(delivery.duration)}`],
    ]),
    section('Form', h('div', { class: 'stack tight' }, [...new URLSearchParams(delivery.body)].map(([name, value]) => (/^\s*\{/.test(value)
      ? h('div', { class: 'stack tight' }, h('h4', null, name), paper(value, name))
      : h('p', { class: 'pair' }, h('span', null, name), mono(value)))))),
    section('Body as sent', paper(delivery.body, 'Body')),
    delivery.status === null ? null : section('Response', h('p', null, statusMark(delivery.status, toneOf(delivery.status))), delivery.answer ? paper(delivery.answer, 'Response') : h('p', { class: 'quiet' }, 'Empty')));
}
