// Downloads and uploads objects, and exports, imports or empties the whole service.

import { isAbort, labels } from '../backends/backend.js';
import { downloadObjects, save } from '../transfer/download.js';
import { create, lookUp, read } from '../transfer/upload.js';
import { isolated } from '../text/visible.js';
import { button, fill, h, uniqueId } from '../ui/dom.js';
import { withProgress } from '../ui/progress.js';

/** @typedef {import('../context.js').Context} Context */
/** @typedef {import('../transfer/upload.js').NewObject} NewObject */

const maximumFile = 64 * 1024 * 1024;
const maximumSnapshot = 32 * 1024 * 1024;
const stateTexts = Object.freeze({ new: 'new', taken: 'name is taken', nameless: 'has no name: left out' });

/** @param {Context} context @returns {import('../context.js').View} */
export function transferView(context) {
  const { backend } = context;
  const element = h('div', { class: 'view' }, h('div', { class: 'head' }, h('h1', null, 'Transfer')),
    h('div', { class: 'sheet' }, download(context), upload(context), backend.exportService ? service(context) : null));
  return { element, dispose() {} };
}

/** @param {Context} context */
function download(context) {
  const { selection, events, signal } = context;
  const place = h('div');
  const show = () => {
    const { objects } = selection;
    fill(place, objects.length === 0
      ? h('p', { class: 'quiet' }, 'Select objects in the navigation (Space, or the box before a name) to list them here. You can also download a single object from its own page.')
      : h('div', { class: 'stack' }, h('ul', null, objects.map(({ kind, id }) => h('li', null, h('span', { class: 'quiet' }, `${labels[kind][0]} `), h('span', { class: 'mono' }, isolated(id))))),
        h('div', { class: 'inline' }, button(`Download ${objects.length}`, () => downloadObjects(context, objects), { class: 'primary' }), button('Clear the selection', () => selection.clear()))));
  };
  events.on('selection', show, signal);
  show();
  return h('section', null, h('h2', null, 'Download'), place);
}

/** @param {Context} context */
function upload(context) {
  const { signal, backend, events, dialogs, toast, fail } = context;
  const place = h('div', { class: 'stack' });
  const id = uniqueId();
  const input = h('input', { type: 'file', accept: '.json,application/json', id, on: { change: preview } });

  async function preview() {
    const file = input.files?.[0];
    if (!file) return;
    try {
      if (file.size > maximumFile) throw new Error('The file is larger than 64 MiB.');
      const objects = read(await file.text());
      /** @type {(keyof typeof stateTexts)[]} */ const states = [];
      for (const object of objects) states.push(await lookUp(backend, object, signal));
      show(objects, states);
    } catch (error) {
      if (!isAbort(error)) fill(place, h('p', { class: 'problem', role: 'alert' }, error instanceof Error ? error.message : String(error)));
    }
  }

  /** @param {NewObject[]} objects @param {(keyof typeof stateTexts)[]} states */
  function show(objects, states) {
    const hasTaken = states.includes('taken');
    const choiceId = uniqueId();
    const conflict = h('select', { id: choiceId }, h('option', { value: 'skip' }, 'leave them as they are'), h('option', { value: 'replace' }, 'replace them'));
    fill(place, h('table', null,
      h('caption', { class: 'visually-hidden' }, 'Objects in the file'),
      h('thead', null, h('tr', null, ['Kind', 'Name', 'Items', ''].map(name => h('th', { scope: 'col' }, name || h('span', { class: 'visually-hidden' }, 'State'))))),
      h('tbody', null, objects.map(({ kind, uniqueName, items }, i) => h('tr', null,
        h('td', null, labels[kind][0]), h('td', { class: 'mono' }, uniqueName === null ? '' : isolated(uniqueName)), h('td', null, items.length ? items.length.toLocaleString() : ''),
        h('td', { class: 'quiet' }, stateTexts[states[i]]))))),
    h('div', { class: 'inline' },
      hasTaken ? h('div', { class: 'field' }, h('label', { for: choiceId }, 'Objects whose name is taken'), conflict) : null,
      button('Create', () => run(objects, conflict.value === 'replace' ? 'replace' : 'skip'), { class: 'primary' })));
  }

  /** @param {NewObject[]} objects @param {'skip' | 'replace'} onConflict */
  async function run(objects, onConflict) {
    try {
      const counts = await withProgress(dialogs, 'Creating', (progress, given) => create(backend, objects, onConflict, progress, given));
      events.emit('objects');
      toast(counts ? summary(counts) : 'Cancelled. Some objects were already created.');
      input.value = '';
      fill(place);
    } catch (error) {
      events.emit('objects');
      fail(error);
    }
  }
  return h('section', null, h('h2', null, 'Upload'), h('p', { class: 'quiet' }, 'Choose a downloaded file. Its objects are listed before anything is created.'),
    h('div', { class: 'field' }, h('label', { for: id }, 'File'), input), place);
}

/** @param {Context} context */
function service(context) {
  const { backend, dialogs, events, toast, fail } = context;
  const fileId = uniqueId();
  const conflictId = uniqueId();
  const file = h('input', { type: 'file', id: fileId, accept: '.ndjson,application/x-ndjson' });
  const conflict = h('select', { id: conflictId }, ['fail', 'skip', 'replace'].map(value => h('option', { value }, { fail: 'stop', skip: 'skip it', replace: 'replace it' }[value])));
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true });

  async function exportAll() {
    try {
      const snapshot = await withProgress(dialogs, 'Exporting', (progress, given) => {
        progress('Exporting the whole service');
        return /** @type {NonNullable<typeof backend.exportService>} */ (backend.exportService)(given);
      });
      if (snapshot) save(snapshot, `${backend.service.replace(/[^\w.-]+/g, '_')}.ndjson`);
    } catch (error) {
      fail(error);
    }
  }

  async function importAll() {
    const chosen = file.files?.[0];
    problem.hidden = true;
    try {
      if (!chosen) throw new Error('Choose a file first: an export of a service.');
      if (chosen.size > maximumSnapshot) throw new Error('The file is larger than 32 MiB. Import it with a job.');
      const counts = await withProgress(dialogs, 'Importing', (progress, given) => {
        progress(chosen.name);
        return /** @type {NonNullable<typeof backend.importService>} */ (backend.importService)(chosen, conflict.value, given);
      });
      toast(counts ? summary(counts) : 'Cancelled. Some objects were already imported.');
      file.value = '';
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : String(error);
      problem.hidden = false;
    }
    events.emit('objects');
  }

  async function reset() {
    if (!await dialogs.confirm({
      title: 'Remove everything in the service?', text: 'All documents, lists, maps and streams are removed, with their items and permissions. This cannot be undone.', action: 'Remove all', isDanger: true,
      typed: backend.service,
    })) return;
    try {
      const counts = await withProgress(dialogs, 'Removing all', (progress, given) => {
        progress(backend.service);
        return /** @type {NonNullable<typeof backend.resetService>} */ (backend.resetService)(backend.service, given);
      });
      if (counts) toast(summary(counts));
    } catch (error) {
      fail(error);
    }
    events.emit('objects');
  }
  return h('section', null, h('h2', null, `The service ${backend.service}`),
    h('p', { class: 'quiet' }, 'The whole content of the service with permissions, as lines of JSON.'),
    h('div', { class: 'inline' }, button('Export', exportAll)),
    h('div', { class: 'inline' }, h('div', { class: 'field' }, h('label', { for: fileId }, 'Export to import'), file),
      h('div', { class: 'field' }, h('label', { for: conflictId }, 'If a name is taken'), conflict), button('Import', importAll)),
    problem,
    backend.resetService ? h('div', { class: 'inline' }, button('Remove all …', reset, { class: 'danger' })) : null);
}

/** @param {{ [count: string]: number }} counts */
function summary(counts) {
  const words = Object.entries(counts).filter(([, count]) => count > 0).map(([what, count]) => `${count.toLocaleString()} ${what.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)}`);
  return words.length ? `Done: ${words.join(', ')}.` : 'Done: there was nothing to do.';
}
