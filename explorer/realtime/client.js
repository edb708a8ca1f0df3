// Receives changes in realtime through one connection, with a token that is renewed. After a reconnection, the server sends the events that were missed.

import { BackendError, isAbort } from '../backends/backend.js';
import { delay } from '../backends/http.js';
import { readEvent } from './events.js';
import { Link } from './link.js';

/** @typedef {import('../backends/backend.js').Kind} Kind */
/** @typedef {import('./events.js').Change} Change */
/** @typedef {{ token: string, expires: string }} Token */

/**
 * The state of the connection. `off`: it cannot be made, for the given reason.
 * @typedef {{ name: 'connecting' | 'live' | 'offline' | 'off', reason: string }} State
 */

/**
 * @typedef {object} Subscription
 * @property {Kind} kind
 * @property {string} sid
 * @property {number | null} lastEventId
 * @property {Set<(change: Change) => void>} listeners
 * @property {number} correlation that of the current request
 * @property {Change | null} outcome the outcome of the request
 */

const tokenLife = 3600;
/** The fraction of a token's lifetime after which it is renewed. */
const renewedAfter = 0.6;
const noticeMargin = 1000;
const shortestPause = 250;
const longestPause = 30_000;

export class RealtimeClient {
  /** @type {State} */ state = { name: 'connecting', reason: '' };
  /** @type {Map<string, Subscription>} */ #subscriptions = new Map();
  /** @type {Set<(state: State) => void>} */ #watchers = new Set();
  /** @type {Link | null} */ #link = null;
  /** @type {AbortController} */ #running = new AbortController();
  /** @type {AbortController | null} */ #pause = null;
  #url;
  #createToken;
  #correlation = Date.now();
  #renewal = 0;
  #renewAt = 0;
  #continuation = /** @type {string | null} */ (null);

  /**
   * @param {string} url
   * @param {(ttl: number, signal: AbortSignal) => Promise<Token>} createToken
   */
  constructor(url, createToken) {
    this.#url = url;
    this.#createToken = createToken;
    addEventListener('online', () => this.#pause?.abort());
  }

  /** Connects, or reconnects for another service. */
  start() {
    this.#running.abort();
    this.#link?.close();
    this.#subscriptions.clear();
    this.#continuation = null;
    this.#running = new AbortController();
    this.#run(this.#running.signal);
  }

  /** Retries now, if it waits for a retry. */
  retry() {
    this.#pause?.abort();
    if (this.state.name === 'off') this.start();
  }

  /**
   * Calls back with the state, now and whenever it changes.
   * @param {(state: State) => void} watcher
   * @param {AbortSignal} [signal]
   */
  watch(watcher, signal) {
    this.#watchers.add(watcher);
    signal?.addEventListener('abort', () => this.#watchers.delete(watcher));
    watcher(this.state);
  }

  /**
   * Subscribes to an object, until the signal ends it. The first change is `established`. It is repeated each time the connection is restored.
   * @param {Kind} kind
   * @param {string} sid
   * @param {(change: Change) => void} listener
   * @param {AbortSignal} signal
   */
  subscribe(kind, sid, listener, signal) {
    let subscription = this.#subscriptions.get(sid);
    if (!subscription) {
      subscription = { kind, sid, lastEventId: null, listeners: new Set(), correlation: 0, outcome: null };
      this.#subscriptions.set(sid, subscription);
      this.#establish([subscription]);
    } else if (subscription.outcome) {
      listener(subscription.outcome);
    }
    const { listeners } = subscription;
    listeners.add(listener);
    signal.addEventListener('abort', () => {
      listeners.delete(listener);
      if (listeners.size || this.#subscriptions.get(sid)?.listeners !== listeners) return;
      this.#subscriptions.delete(sid);
      this.#link?.request('POST', '/v4/Subscriptions', {
        event_protocol_version: 4, action: 'cancel', correlation_id: ++this.#correlation, requests: [{ object_sid: sid, object_type: kind }],
      }).catch(() => undefined);
    });
  }

  /** @param {AbortSignal} signal */
  async #run(signal) {
    for (let failures = 0; !signal.aborted; failures++) {
      this.#become(failures < 2 ? 'connecting' : 'offline', '');
      const reason = await this.#connect(signal, () => { failures = 0; });
      if (signal.aborted) return;
      if (reason.isFinal) {
        this.#become('off', reason.text);
        return;
      }
      if (failures > 0) this.#become('offline', reason.text);
      await this.#wait(Math.min(shortestPause * 2 ** failures, longestPause) * (0.8 + Math.random() * 0.4), signal);
    }
  }

  /** @param {number} milliseconds @param {AbortSignal} signal */
  async #wait(milliseconds, signal) {
    const pause = this.#pause = new AbortController();
    await delay(milliseconds, AbortSignal.any([signal, pause.signal])).catch(() => undefined);
    this.#pause = null;
  }

  /**
   * Opens one connection, and waits until it ends.
   * @param {AbortSignal} signal
   * @param {() => void} onLive
   * @returns {Promise<{ text: string, isFinal: boolean }>} why it ended
   */
  async #connect(signal, onLive) {
    /** @type {Token} */ let token;
    try {
      token = await this.#createToken(tokenLife, signal);
    } catch (error) {
      if (isAbort(error)) return { text: '', isFinal: false };
      // An error of the request (4xx) is final. Throttling, server errors and a missing response are retried.
      const isFinal = error instanceof BackendError && error.status < 500 && error.status !== 429;
      return { text: error instanceof Error ? error.message : String(error), isFinal };
    }
    const link = this.#link = new Link(this.#url, {
      onEvent: (type, correlation, event) => this.#take(type, correlation, event),
      onTokenEnds: () => this.#heedNotice(link, signal),
    });
    const stop = () => link.close();
    signal.addEventListener('abort', stop, { once: true });
    try {
      this.#continuation = await link.open(token.token, this.#continuation);
      onLive();
      this.#become('live', '');
      this.#establish([...this.#subscriptions.values()]);
      this.#planRenewal(link, token, signal);
      return { text: await link.ended, isFinal: false };
    } catch (error) {
      return { text: error instanceof Error ? error.message : String(error), isFinal: false };
    } finally {
      signal.removeEventListener('abort', stop);
      link.close();
      if (this.#link === link) this.#link = null;
    }
  }

  /** @param {Link} link @param {Token} token @param {AbortSignal} signal */
  #planRenewal(link, token, signal) {
    this.#renewAt = performance.now() + lifeOf(token.token) * 1000 * renewedAfter;
    clearTimeout(this.#renewal);
    this.#renewal = window.setTimeout(() => this.#renew(link, signal), this.#renewAt - performance.now());
    link.ended.then(() => { if (this.#link === link || !this.#link) clearTimeout(this.#renewal); });
  }

  // The server's own notice may come early if the token's lifetime is short.
  /** @param {Link} link @param {AbortSignal} signal */
  #heedNotice(link, signal) {
    if (performance.now() > this.#renewAt - noticeMargin) this.#renew(link, signal);
  }

  /** @param {Link} link @param {AbortSignal} signal */
  async #renew(link, signal) {
    try {
      const token = await this.#createToken(tokenLife, signal);
      await link.update(token.token);
      this.#planRenewal(link, token, signal);
    } catch {
      // The connection ends with the old token at the latest, and the next one gets a new token.
    }
  }

  /** @param {Subscription[]} subscriptions */
  #establish(subscriptions) {
    const link = this.#link;
    if (!link?.isOpen || !subscriptions.length) return;
    const correlation = ++this.#correlation;
    for (const subscription of subscriptions) subscription.correlation = correlation;
    link.request('POST', '/v4/Subscriptions', {
      event_protocol_version: 4, action: 'establish', correlation_id: correlation, retried_requests: 0,
      requests: subscriptions.map(({ kind, sid, lastEventId }) => ({ object_sid: sid, object_type: kind, last_event_id: kind === 'stream' ? null : lastEventId })),
    }).then(({ status, body }) => {
      if (status >= 300) for (const subscription of subscriptions) this.#settle(subscription, { type: 'failed', status, message: body?.message ?? `HTTP ${status}` });
    }, () => undefined);
  }

  /** @param {string} type @param {number | null} correlation @param {any} event */
  #take(type, correlation, event) {
    if (type.startsWith('subscription_')) {
      const subscription = this.#subscriptions.get(event?.object_sid);
      if (!subscription || (correlation !== null && correlation !== subscription.correlation)) return;
      if (type === 'subscription_failed') {
        this.#settle(subscription, { type: 'failed', status: event.error?.status ?? 0, message: event.error?.message ?? 'The subscription was refused.' });
      } else if (type === 'subscription_established') {
        if (event.replay_status === 'interrupted') {
          this.#establish([subscription]);
        } else {
          if (typeof event.last_event_id === 'number') subscription.lastEventId = Math.max(subscription.lastEventId ?? -1, event.last_event_id);
          this.#settle(subscription, { type: 'established' });
        }
      }
      return;
    }
    const read = readEvent(type, event);
    const subscription = read && this.#subscriptions.get(read.sid);
    if (!read || !subscription) return;
    if (read.id !== null) {
      if (subscription.lastEventId !== null && read.id <= subscription.lastEventId) return;
      subscription.lastEventId = read.id;
    }
    if (read.change) for (const listener of [...subscription.listeners]) listener(read.change);
  }

  /** @param {Subscription} subscription @param {Change} outcome */
  #settle(subscription, outcome) {
    subscription.outcome = outcome;
    for (const listener of [...subscription.listeners]) listener(outcome);
  }

  /** @param {State['name']} name @param {string} reason */
  #become(name, reason) {
    if (this.state.name === name && this.state.reason === reason) return;
    this.state = { name, reason };
    for (const watcher of [...this.#watchers]) watcher(this.state);
  }
}

/**
 * Reads the lifetime of a token from its own dates, because this machine's clock may be wrong.
 * @param {string} token
 * @returns {number} seconds
 */
function lifeOf(token) {
  try {
    const { exp, nbf, iat } = JSON.parse(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')));
    const life = exp - (iat ?? nbf);
    return life > 0 ? life : tokenLife;
  } catch {
    return tokenLife;
  }
}
