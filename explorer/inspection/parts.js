// The parts of the inspection views.

import { codeView } from '../editor/code.js';
import { format } from '../json/format.js';
import { tokenize } from '../json/tokens.js';
import { isolated, visible } from '../text/visible.js';
import { copyText } from '../ui/copy.js';
import { button, fill, h, icon } from '../ui/dom.js';

/** @typedef {import('../context.js').Context} Context */

const milliseconds = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23' });

/** Formats a time of day, to the millisecond. @param {string} iso */
export const formatTime = iso => milliseconds.format(new Date(iso));

/** Formats a number of bytes. @param {number} bytes */
export const formatBytes = bytes => (bytes < 1024 ? `${bytes} B` : bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`);

/** Formats a duration. @param {number | null} duration milliseconds */
export const formatTook = duration => (duration === null ? '' : duration < 1000 ? `${duration < 10 ? duration.toFixed(1) : Math.round(duration)} ms` : `${(duration / 1000).toFixed(1)} s`);

/**
 * A status, marked by a shape in addition to its colour.
 * @param {number | string} status
 * @param {'good' | 'bad' | 'warn'} tone
 */
export const statusMark = (status, tone) => h('span', { class: `status-mark ${tone}` }, String(status));

/** @param {number | null} status */
export const toneOf = status => (status === null || status >= 500 ? 'bad' : status >= 400 ? 'warn' : 'good');

/**
 * Names and values; those that are `null` or empty are left out.
 * @param {[string, Node | string | number | null | undefined][]} pairs
 */
export function facts(pairs) {
  return h('dl', { class: 'facts compact' }, pairs.filter(([, value]) => value !== null && value !== undefined && value !== '').flatMap(([name, value]) =>
    [h('dt', null, name), h('dd', null, typeof value === 'string' ? isolated(value) : value)]));
}

/** Text in a monospaced font, with its own text direction. @param {string} text */
export const mono = text => h('span', { class: 'mono' }, isolated(text));

/**
 * Shows a text unchanged, or JSON with one line for each member.
 * @param {string} text
 * @param {string} label
 */
export function paper(text, label) {
  const isJson = /^\s*[{[]/.test(text) && !tokenize(text).fault;
  return h('div', { class: 'paper' }, isJson ? codeView(format(text), label) : h('pre', { class: 'shown code', tabIndex: 0, role: 'region', 'aria-label': label }, visible(text)));
}

/**
 * A part of an entry with a heading.
 * @param {string} title
 * @param {...(import('../ui/dom.js').Child)} children
 */
export const section = (title, ...children) => h('section', { class: 'part' }, h('h3', null, title), children);

/**
 * A button that puts a text on the clipboard.
 * @param {Context} context
 * @param {string} label
 * @param {() => string} text
 */
export function copyButton({ toast }, label, text) {
  const element = button(label, () => copyText(toast, text()), { class: 'copy' });
  element.prepend(icon('copy'));
  return element;
}

/**
 * Several texts of which one is shown, with a button that copies it.
 * @param {Context} context
 * @param {string} label
 * @param {[string, string][]} texts their labels and contents
 */
export function choiceOfTexts(context, label, texts) {
  const code = h('pre', { class: 'shown code', tabIndex: 0, role: 'region', 'aria-label': label });
  let shown = texts[0][1];
  const choices = texts.map(([name, text]) => button(name, () => show(text)));
  const element = h('div', { class: 'stack' },
    h('div', { class: 'editor-bar' }, h('div', { class: 'segments', role: 'group', 'aria-label': label }, choices), h('span', { class: 'spring' }), copyButton(context, 'Copy', () => shown)),
    h('div', { class: 'paper' }, code));
  show(shown);
  return element;

  /** @param {string} text */
  function show(text) {
    shown = text;
    fill(code, visible(text));
    choices.forEach((choice, i) => choice.setAttribute('aria-pressed', String(texts[i][1] === text)));
  }
}

/** @type {Promise<{ host: string, backend: string, realtime: string }> | null} */ let configuration = null;

/** The emulator's realtime address, and the origin of its REST API. */
export async function addresses() {
  configuration ??= fetch(new URL('../config.json', import.meta.url), { cache: 'no-store' }).then(response => response.json());
  const { realtime } = await configuration;
  const rest = new URL(realtime);
  rest.protocol = rest.protocol === 'wss:' ? 'https:' : 'http:';
  return { realtime, rest: rest.origin };
}
