// Shows the expiry as a countdown, with a button to change it.

import { button, h } from '../ui/dom.js';
import { formatDate, formatDuration, readTtl } from '../ui/time.js';

/**
 * @param {import('../context.js').Context} context
 * @param {string | null} date ISO 8601; `null` for never
 * @param {((ttl: number) => Promise<void>) | null} set `null` if it cannot be changed
 */
export function expiry({ dialogs, announce }, date, set) {
  const text = date === null ? 'Never expires' : `Expires in ${formatDuration((Date.parse(date) - Date.now()) / 1000)}`;
  return h('span', { class: 'expiry', title: date === null ? null : formatDate(date) }, text, ' ', set && button(date === null ? 'Set' : 'Change', () => dialogs.form({
    title: 'Expiry',
    text: date === null ? 'It is kept until it is removed.' : `It expires on ${formatDate(date)}.`,
    action: 'Save',
    fields: [{ name: 'ttl', label: 'Expires in', value: date === null ? '' : formatDuration((Date.parse(date) - Date.now()) / 1000), placeholder: 'never', hint: 'From now: seconds, or for example 10m, 2h, 7d. Leave it empty for never.' }],
    submit: async ({ ttl }) => {
      const seconds = readTtl(ttl);
      await set(seconds);
      announce(seconds ? `Expires in ${formatDuration(seconds)}.` : 'Never expires.');
    },
  }), { class: 'link', 'aria-label': date === null ? 'Set an expiry' : 'Change the expiry' }));
}
