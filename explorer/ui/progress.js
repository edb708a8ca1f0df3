// Shows the progress of a long operation that can be cancelled.

import { isAbort } from '../backends/backend.js';
import { button, h } from './dom.js';

/**
 * Runs an operation while a dialog shows its progress.
 * @template T
 * @param {import('./dialogs.js').Dialogs} dialogs
 * @param {string} title
 * @param {(progress: (text: string, part?: number) => void, signal: AbortSignal) => Promise<T>} run `part` is from 0 to 1
 * @returns {Promise<T | null>} `null` if it was cancelled
 */
export async function withProgress(dialogs, title, run) {
  const given = new AbortController();
  const text = h('p', { role: 'status' });
  const bar = h('progress', { 'aria-label': title });
  /** @type {() => void} */ let close = () => undefined;
  const shown = dialogs.open((done, dialog) => {
    close = () => done(null);
    dialog.addEventListener('cancel', () => given.abort());
    return { title, content: [h('div', { class: 'stack' }, text, bar, h('div', { class: 'buttons' }, button('Cancel', () => given.abort())))] };
  });
  shown.then(() => given.abort());
  try {
    return await run((note, part) => {
      text.textContent = note;
      if (part !== undefined) bar.value = part;
    }, given.signal);
  } catch (error) {
    if (isAbort(error)) return null;
    throw error;
  } finally {
    close();
  }
}
