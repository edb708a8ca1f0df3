// The permissions of an object: a row for each identity, a column for each right.

import { isAbort } from '../backends/backend.js';
import { isolated } from '../text/visible.js';
import { FieldError } from '../ui/dialogs.js';
import { button, fill, h, iconButton } from '../ui/dom.js';

/** @typedef {import('../backends/backend.js').Permission} Permission */

const rights = /** @type {const} */ (['read', 'write', 'manage']);
const maximumIdentity = 256;

/**
 * @param {import('../context.js').Context} context
 * @param {import('../backends/backend.js').SyncObject} object
 */
export function permissionsPanel({ backend, dialogs, signal, fail, toast, announce, events }, object) {
  const note = h('p', { class: 'note' });
  const place = h('div');
  const element = h('div', { class: 'panel' }, note,
    h('div', null, button('Add identity', () => add(), { 'data-key': 'n', title: 'n' })), place);
  backend.getService(signal).then(({ aclEnabled }) => {
    note.textContent = aclEnabled
      ? 'Permissions are enforced in this service: an access token can only do what its identity is allowed to do here.'
      : 'Permissions are not enforced in this service (its ACL is off): every access token may do everything. The permissions are stored, and apply when the ACL is on.';
  }).catch(error => { if (!isAbort(error)) fail(error); });
  load();
  events.on('recovered', load, signal);

  async function load() {
    try {
      show(await backend.listPermissions(object.kind, object.id, signal));
    } catch (error) {
      if (!isAbort(error)) fail(error);
    }
  }

  /** @param {Permission[]} permissions */
  function show(permissions) {
    fill(place, permissions.length === 0 ? h('p', { class: 'empty' }, 'No identity has a permission.') : h('table', null,
      h('thead', null, h('tr', null, h('th', { scope: 'col' }, 'Identity'), rights.map(right => h('th', { scope: 'col', class: 'check' }, right[0].toUpperCase() + right.slice(1))), h('th', null, h('span', { class: 'visually-hidden' }, 'Remove')))),
      h('tbody', null, permissions.map(row))));
  }

  /** @param {Permission} permission */
  function row(permission) {
    const boxes = rights.map(right => h('input', {
      type: 'checkbox', checked: permission[right], 'aria-label': `${permission.identity}: ${right}`, on: { change: (/** @type {Event} */ event) => set(permission, right, /** @type {HTMLInputElement} */ (event.target)) },
    }));
    return h('tr', null, h('th', { scope: 'row', class: 'mono' }, isolated(permission.identity)), boxes.map(box => h('td', { class: 'check' }, box)),
      h('td', null, iconButton('trash', `Remove ${permission.identity}`, () => remove(permission))));
  }

  /** @param {Permission} permission @param {typeof rights[number]} right @param {HTMLInputElement} box */
  async function set(permission, right, box) {
    box.disabled = true;
    try {
      await backend.setPermission(object.kind, object.id, { ...permission, [right]: box.checked }, signal);
      permission[right] = box.checked;
      announce(`${permission.identity} ${box.checked ? 'may' : 'may not'} ${right}.`);
    } catch (error) {
      box.checked = permission[right];
      if (!isAbort(error)) fail(error);
    } finally {
      box.disabled = false;
      box.focus();
    }
  }

  async function add() {
    await dialogs.form({
      title: 'Add identity',
      action: 'Add',
      fields: [
        { name: 'identity', label: 'Identity', hint: 'The identity in the access tokens.' },
        ...rights.map(right => ({ name: right, label: right[0].toUpperCase() + right.slice(1), type: /** @type {const} */ ('checkbox'), value: String(right === 'read') })),
      ],
      submit: async ({ identity, read, write, manage }) => {
        if (identity === '' || identity.length > maximumIdentity) throw new FieldError('identity', `An identity has 1 to ${maximumIdentity} characters.`);
        await backend.setPermission(object.kind, object.id, { identity, read: read === 'true', write: write === 'true', manage: manage === 'true' }, signal);
        await load();
      },
    });
  }

  /** @param {Permission} permission */
  async function remove(permission) {
    try {
      await backend.removePermission(object.kind, object.id, permission.identity, signal);
      await load();
      toast(`Removed the permission of ${permission.identity}.`, {
        duration: 10_000,
        action: { label: 'Undo', run: () => backend.setPermission(object.kind, object.id, permission).then(load).catch(fail) },
      });
    } catch (error) {
      if (!isAbort(error)) fail(error);
    }
  }

  return { element, dispose() {} };
}
