// The start page of a service, if no object is open.

import { kinds, labels } from '../backends/backend.js';
import { fill, h, button } from '../ui/dom.js';
import { createObjectDialog } from './create.js';

/** @param {import('../context.js').Context} context @returns {import('../context.js').View} */
export function homeView(context) {
  const { backend, signal, fail } = context;
  const facts = h('dl', { class: 'facts' });
  const element = h('div', { class: 'home' },
    h('h1', null, 'Sync Explorer'),
    h('p', { class: 'lead' }, 'View and edit the data in Sync, live.'),
    h('div', { class: 'home-actions' }, kinds.map(kind => button(`New ${labels[kind][0]}`, () => createObjectDialog(context, kind)))),
    facts,
    h('p', { class: 'quiet' }, 'Press ', h('kbd', null, '/'), ' to find an object, and ', h('kbd', null, '?'), ' for all shortcuts.'));

  backend.getService(signal).then(service => fill(facts,
    h('dt', null, 'Service'), h('dd', null, service.friendlyName || backend.service),
    h('dt', null, 'SID'), h('dd', { class: 'mono' }, service.sid),
    h('dt', null, 'Permissions'), h('dd', null, service.aclEnabled ? 'are enforced for access tokens' : 'are not enforced: every access token may do everything'))).catch(fail);
  return { element, dispose() {} };
}
