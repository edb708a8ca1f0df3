// Shows a banner if the server cannot be reached, and retries automatically.

import { button, fill, h } from './ui/dom.js';
import { delay } from './backends/http.js';

const longestPause = 15;

export class Connection {
  /** The banner. */
  element = h('div', { class: 'banner', role: 'alert', hidden: true });
  /** @type {AbortController | null} */ #trying = null;
  /** @type {() => Promise<unknown>} */ #probe;
  #onRecovered;

  /**
   * @param {() => Promise<unknown>} probe a call that succeeds if the others can
   * @param {() => void} onRecovered
   */
  constructor(probe, onRecovered) {
    this.#probe = probe;
    this.#onRecovered = onRecovered;
  }

  /** Whether the server cannot be reached. */
  get isLost() {
    return this.#trying !== null;
  }

  /** Called if a call has no response. */
  lost(/** @type {string} */ reason) {
    if (!this.#trying) this.#retry(reason);
  }

  /** Called if a call has a response. */
  reached() {
    if (!this.#trying) return;
    this.#trying.abort();
    this.#trying = null;
    this.element.hidden = true;
    this.#onRecovered();
  }

  /**
   * Called if the user was asked for credentials and gave none.
   * @param {() => void} resume
   */
  decline(resume) {
    this.#trying?.abort();
    this.#trying = null;
    fill(this.element, h('strong', null, 'The data cannot be read without a key.'), button('Enter the key', () => {
      this.element.hidden = true;
      resume();
      this.#onRecovered();
    }));
    this.element.hidden = false;
  }

  /** @param {string} reason */
  async #retry(reason) {
    const trying = this.#trying = new AbortController();
    for (let pause = 1; !trying.signal.aborted; pause = Math.min(pause * 2, longestPause)) {
      await this.#wait(reason, pause, trying.signal);
      if (trying.signal.aborted) return;
      this.#say(reason, 'Retrying …');
      // Its outcome is reported by reached() and lost().
      await this.#probe().catch(() => undefined);
    }
  }

  /** @param {string} reason @param {number} seconds @param {AbortSignal} signal */
  async #wait(reason, seconds, signal) {
    const sooner = new AbortController();
    const end = AbortSignal.any([signal, sooner.signal]);
    const text = h('span', { class: 'quiet' });
    fill(this.element, h('strong', null, reason), ' ', text, button('Retry now', () => sooner.abort()));
    this.element.hidden = false;
    try {
      for (let left = seconds; left > 0; left--) {
        text.textContent = `Retrying in ${left} s.`;
        await delay(1000, end);
      }
    } catch {
      // The user retries now, or the wait was cancelled.
    }
  }

  /** @param {string} reason @param {string} text */
  #say(reason, text) {
    fill(this.element, h('strong', null, reason), ' ', h('span', { class: 'quiet' }, text));
  }
}
