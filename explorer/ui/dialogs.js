// Modal dialogs.

import { BackendError, isAbort } from '../backends/backend.js';
import { button, fill, h, uniqueId } from './dom.js';

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} label
 * @property {string} [hint]
 * @property {string} [value]
 * @property {'text' | 'password' | 'number' | 'checkbox'} [type]
 * @property {string[]} [parameters] the parameters whose errors are shown at this field
 * @property {HTMLElement & { value: string }} [control] replaces the input
 * @property {string} [placeholder]
 * @property {boolean} [isRequired]
 */

/**
 * @typedef {object} FormOptions
 * @property {string} title
 * @property {string} [text]
 * @property {Field[]} fields
 * @property {string} action the label of the button
 * @property {(values: { [name: string]: string }) => Promise<void> | void} submit may throw: the dialog then stays open and shows the error
 * @property {boolean} [isDanger]
 * @property {boolean} [isWide]
 */

/**
 * @typedef {object} Dialogs
 * @property {(options: { title: string, text: string, action: string, isDanger?: boolean, typed?: string }) => Promise<boolean>} confirm
 * asks for confirmation; with `typed`, the user must type that text first
 * @property {(options: FormOptions) => Promise<boolean>} form whether it was submitted
 * @property {<T>(build: (close: (result: T | null) => void, dialog: HTMLDialogElement) => { title: string, content: (Node | string)[], isWide?: boolean }) => Promise<T | null>} open
 */

/** @type {Dialogs['open']} */
function open(build) {
  return new Promise(resolve => {
    const titleId = uniqueId();
    const dialog = h('dialog', { 'aria-labelledby': titleId });
    /** @type {any} */ let result = null;
    const { title, content, isWide } = build(answer => {
      result = answer;
      dialog.close();
    }, dialog);
    if (isWide) dialog.classList.add('wide');
    fill(dialog, h('h2', { id: titleId }, title), ...content);
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
    /** @type {HTMLElement | null} */ (dialog.querySelector('[autofocus]') ?? dialog.querySelector('input, textarea, button.primary, button'))?.focus();
  });
}

/** @type {Dialogs['form']} */
async function form({ title, text, fields, action, submit, isDanger = false, isWide = false }) {
  return await open((close, dialog) => {
    const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
    const submitButton = h('button', { type: 'submit', class: isDanger ? 'danger primary' : 'primary' }, action);
    const controls = fields.map(field => ({ field, ...controlOf(field) }));
    const element = h('form', {
      method: 'dialog', novalidate: true, on: {
        submit: async (/** @type {Event} */ event) => {
          event.preventDefault();
          problem.hidden = true;
          for (const { input, fault } of controls) {
            fault.textContent = '';
            input.removeAttribute('aria-invalid');
          }
          submitButton.disabled = true;
          try {
            await submit(Object.fromEntries(controls.map(({ field, input }) => [
              field.name, input instanceof HTMLInputElement && input.type === 'checkbox' ? String(input.checked) : /** @type {HTMLInputElement} */ (input).value,
            ])));
            close(true);
          } catch (error) {
            if (!isAbort(error)) show(error);
          } finally {
            submitButton.disabled = false;
          }
        },
      },
    }, text ? h('p', null, text) : null, controls.map(({ row }) => row), problem,
    h('div', { class: 'buttons' }, button('Cancel', () => close(null)), submitButton));

    /** @param {unknown} error */
    function show(error) {
      const message = error instanceof Error ? error.message : String(error);
      const parameter = error instanceof BackendError ? error.parameter : error instanceof FieldError ? error.field : null;
      const at = controls.find(({ field }) => parameter !== null && (field.name === parameter || field.parameters?.includes(parameter)));
      if (at) {
        at.fault.textContent = message;
        at.input.setAttribute('aria-invalid', 'true');
        at.input.focus();
      } else {
        problem.textContent = message;
        problem.hidden = false;
      }
    }
    dialog.addEventListener('keydown', event => event.stopPropagation());
    return { title, content: [element], isWide };
  }) === true;
}

/** An error in a field that the page itself found. */
export class FieldError extends Error {
  /** @param {string} field @param {string} message */
  constructor(field, message) {
    super(message);
    this.field = field;
  }
}

/** @param {Field} field */
function controlOf(field) {
  const id = uniqueId();
  const hintId = uniqueId();
  const fault = h('span', { class: 'fault', id: hintId, role: 'alert' });
  const input = field.control ?? h('input', {
    type: field.type ?? 'text', value: field.type === 'checkbox' ? '' : field.value ?? '', checked: field.type === 'checkbox' && field.value === 'true', placeholder: field.placeholder,
    autocomplete: 'off', spellcheck: 'false', required: field.isRequired, inputmode: field.type === 'number' ? 'numeric' : null,
  });
  input.id = id;
  input.setAttribute('aria-describedby', hintId);
  const row = h('div', { class: field.type === 'checkbox' ? 'field check' : 'field' }, h('label', { for: id }, field.label), input, fault, field.hint ? h('span', { class: 'hint' }, field.hint) : null);
  return { row, input, fault };
}

/** @type {Dialogs['confirm']} */
async function confirm({ title, text, action, isDanger = false, typed }) {
  return form({
    title, text, action, isDanger,
    fields: typed === undefined ? [] : [{ name: 'typed', label: `Type ${typed} to confirm` }],
    submit: values => {
      if (typed !== undefined && values.typed !== typed) throw new FieldError('typed', `This is not ${typed}.`);
    },
  });
}

/** @type {Dialogs} */
export const dialogs = { confirm, form, open };
