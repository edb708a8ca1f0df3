// The view of one object: what it is, what can be done with it, and its data, items or messages.

import { labels } from '../backends/backend.js';
import { kindOfView } from '../router.js';
import { isolated } from '../text/visible.js';
import { fill, h } from '../ui/dom.js';
import { codeView } from '../editor/code.js';
import { format } from '../json/format.js';

/** @param {import('../context.js').Context} context @returns {import('../context.js').View} */
export function objectView(context) {
  const { backend, route, signal, fail } = context;
  const kind = kindOfView[route.view];
  const id = /** @type {string} */ (route.name);
  const body = h('div', { class: 'panel' });
  const element = h('div', { class: 'view' }, h('div', { class: 'head' }, h('p', { class: 'crumb' }, labels[kind][1]), h('h1', null, isolated(id))), body);
  backend.getObject(kind, id, signal).then(object => {
    if (object.data !== null) fill(body, h('div', { class: 'paper' }, codeView(format(object.data))));
  }).catch(fail);
  return { element, dispose() {} };
}
