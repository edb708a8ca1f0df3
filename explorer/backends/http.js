// Sends all calls: adds credentials, waits if the server throttles, and reports if there is no response.

import { BackendError, UnreachableError } from './backend.js';

const maximumWaits = 3;
const longestWait = 15;

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} text
 * @property {Headers} headers
 */

/**
 * @typedef {object} Credentials
 * @property {() => { [name: string]: string }} headers what to send with each call
 * @property {(signal?: AbortSignal) => Promise<boolean>} ask asks for other credentials after these were refused; false if none are given
 */

/** @typedef {{ onReached: () => void, onLost: (reason: string) => void, onThrottled: (seconds: number) => void, onDeclined: () => void }} Watcher */

export class Http {
  /** Whether the user was asked for credentials and gave none. Then no call is made until {@link resume}. */ isDeclined = false;
  /** @type {Credentials} */ #credentials;
  /** @type {Watcher} */ #watcher;
  /** @type {Promise<boolean> | null} */ #asking = null;

  /**
   * @param {Credentials} credentials
   * @param {Watcher} watcher
   */
  constructor(credentials, watcher) {
    this.#credentials = credentials;
    this.#watcher = watcher;
  }

  /**
   * Makes a call. Repeats it with other credentials if they were refused, and after a delay if it was throttled.
   * @param {string} url
   * @param {{ method?: string, headers?: { [name: string]: string }, body?: string | Blob }} options
   * @param {(answer: Answer) => BackendError} readError
   * @param {AbortSignal} [signal]
   * @returns {Promise<Answer>} the response of a successful call
   */
  async send(url, options, readError, signal) {
    for (let waits = 0; ;) {
      if (this.isDeclined) throw declined();
      const used = this.#credentials.headers();
      const response = await this.#fetch(url, { ...options, headers: { ...options.headers, ...used } }, signal);
      const answer = { status: response.status, text: await this.#read(response, signal), headers: response.headers };
      if (response.ok) {
        this.#watcher.onReached();
        return answer;
      }
      if (response.status === 401) {
        this.#watcher.onReached();
        // Another call may have asked for credentials in the meantime.
        const isOther = JSON.stringify(this.#credentials.headers()) !== JSON.stringify(used);
        if (isOther || await (this.#asking ??= this.#credentials.ask(signal).finally(() => { this.#asking = null; }))) continue;
        this.isDeclined = true;
        this.#watcher.onDeclined();
        throw declined();
      }
      if (response.status === 429 && waits < maximumWaits) {
        const seconds = Math.min(Number(response.headers.get('Retry-After')) || 1, longestWait);
        this.#watcher.onThrottled(seconds);
        await delay(seconds * 1000, signal);
        waits++;
        continue;
      }
      const error = readError(answer);
      if ([502, 503, 504].includes(response.status)) this.#watcher.onLost(error.message);
      else this.#watcher.onReached();
      throw error;
    }
  }

  /** Allows calls again. They may ask for credentials again. */
  resume() {
    this.isDeclined = false;
  }

  /** @param {string} url @param {RequestInit} options @param {AbortSignal} [signal] */
  async #fetch(url, options, signal) {
    try {
      return await fetch(url, { ...options, signal, cache: 'no-store', credentials: 'same-origin', redirect: 'error' });
    } catch (error) {
      throw this.#lost(error, signal);
    }
  }

  /** @param {Response} response @param {AbortSignal} [signal] */
  async #read(response, signal) {
    try {
      return await response.text();
    } catch (error) {
      throw this.#lost(error, signal);
    }
  }

  /** @param {unknown} error @param {AbortSignal} [signal] */
  #lost(error, signal) {
    if (signal?.aborted) return signal.reason instanceof DOMException ? signal.reason : new DOMException('The call was cancelled.', 'AbortError');
    const lost = new UnreachableError(`${location.host} cannot be reached.`);
    this.#watcher.onLost(lost.message);
    lost.cause = error;
    return lost;
  }
}

// A banner already shows it. For callers it is the same as a cancelled call.
const declined = () => new DOMException('No credentials were given.', 'AbortError');

/**
 * Waits.
 * @param {number} milliseconds
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
export function delay(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
    function done() {
      signal?.removeEventListener('abort', stop);
      resolve();
    }
    function stop() {
      clearTimeout(timer);
      reject(signal?.reason);
    }
  });
}
