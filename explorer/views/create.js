// The dialog that creates an object.

import { isSid, labels } from '../backends/backend.js';
import { lint } from '../json/tokens.js';
import { viewOfKind } from '../router.js';
import { FieldError } from '../ui/dialogs.js';
import { h } from '../ui/dom.js';
import { readTtl } from '../ui/time.js';

/** @typedef {import('../backends/backend.js').Kind} Kind */
/** @typedef {import('../context.js').Context} Context */

export const maximumData = 16 * 1024;
const maximumName = 320;

/**
 * @param {Context} context
 * @param {Kind} kind
 */
export async function createObjectDialog(context, kind) {
  const { backend, dialogs, navigate, events, announce } = context;
  const [one] = labels[kind];
  const data = h('textarea', { rows: '6', class: 'code', spellcheck: 'false', value: '{}' });
  await dialogs.form({
    title: `New ${one}`,
    action: 'Create',
    fields: [
      {
        name: 'name', label: 'Unique name', parameters: ['docName', 'listName', 'mapName', 'streamName', 'UniqueName'],
        hint: backend.needsNames ? 'Any text of at most 320 characters.' : 'Any text of at most 320 characters. If it is empty, the object only has a SID.',
      },
      ttlField,
      ...(kind === 'document' ? [{ name: 'data', label: 'Data', control: data }] : []),
    ],
    submit: async ({ name, ttl, data: text }) => {
      const uniqueName = checkName(name, !backend.needsNames);
      const seconds = readTtl(ttl);
      if (kind === 'document') checkData(text, maximumData);
      const object = await backend.createObject(kind, { uniqueName, data: kind === 'document' ? text : undefined, ttl: seconds });
      announce(`Created the ${one} ${object.id}.`);
      events.emit('objects');
      navigate({ view: viewOfKind(kind), name: object.id });
    },
  });
}

/** The field for an expiry. */
export const ttlField = Object.freeze({
  name: 'ttl', label: 'Expires in', placeholder: 'never', parameters: ['Ttl', 'ItemTtl'], hint: 'Seconds, or as 10m, 2h, 7d. Empty for never.',
});

/**
 * @param {string} name
 * @param {boolean} isOptional
 * @returns {string | undefined}
 */
export function checkName(name, isOptional) {
  if (name === '' && isOptional) return undefined;
  if (name === '') throw new FieldError('name', 'The functions find objects by their names, so it needs one.');
  if (name.length > maximumName) throw new FieldError('name', `A name has at most ${maximumName} characters; this has ${name.length}.`);
  if (isSid(name)) throw new FieldError('name', 'A name must not look like a SID.');
  return name;
}

/**
 * @param {string} text
 * @param {number} limit
 */
export function checkData(text, limit) {
  const { fault } = lint(text, limit);
  if (fault) throw new FieldError('data', `Line ${fault.line}, column ${fault.column}: ${fault.message}`);
}
