// One WebSocket: sign-in with a token, requests and their replies, and messages that the server sends on its own.

import { decode, encode } from './packets.js';

const replyTimeout = 30_000;
// The server sends a message at least every 30 seconds.
const longestSilence = 90_000;

let requests = 0;

/**
 * @typedef {object} Listeners
 * @property {(type: string, correlation: number | null, event: any) => void} onEvent
 * @property {() => void} onTokenEnds the token expires soon
 */

export class Link {
  isOpen = false;
  /** Resolves to the reason when it has ended. @type {Promise<string>} */ ended;
  /** @type {Map<string, { resolve: (packet: { header: any, payload: any }) => void, reject: (error: Error) => void, timer: number }>} */ #waiting = new Map();
  #socket;
  #listeners;
  #reason = 'The realtime connection was lost.';
  #end = /** @type {(reason: string) => void} */ (() => undefined);
  #silence = 0;

  /** @param {string} url @param {Listeners} listeners */
  constructor(url, listeners) {
    this.#listeners = listeners;
    this.ended = new Promise(resolve => { this.#end = resolve; });
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.addEventListener('message', ({ data }) => this.#receive(data));
    this.#socket.addEventListener('close', () => this.#finish());
  }

  /**
   * Signs in with a token.
   * @param {string} token
   * @param {string | null} continuation the continuation token from the previous connection
   * @returns {Promise<string | null>} the continuation token for the next connection
   */
  async open(token, continuation) {
    await new Promise((resolve, reject) => {
      this.#socket.addEventListener('open', resolve, { once: true });
      this.#socket.addEventListener('close', () => reject(new Error('The realtime server cannot be reached.')), { once: true });
    });
    const { header } = await this.#send({
      method: 'init', token, continuation_token: continuation, tweaks: null, capabilities: ['client_update'],
      metadata: { ver: '1', env: 'browser', type: 'sync', sdk: 'JS', sdkv: 'explorer' },
      registrations: [{ product: 'data_sync', type: 'ers', notification_protocol_version: 0, message_types: ['twilio.sync.event', 'com.twilio.rtd.cds.document', 'com.twilio.rtd.cds.list', 'com.twilio.rtd.cds.map'] }],
    });
    requireSuccess(header);
    this.isOpen = true;
    return header.continuation_token ?? null;
  }

  /**
   * Sends a request to Sync.
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  async request(method, path, body) {
    const { header, payload } = await this.#send({
      method: 'message', active_grant: 'data_sync',
      http_request: { host: 'cds.us1.twilio.com', path, method, params: {}, headers: { 'Content-Type': 'application/json' } },
    }, body);
    requireSuccess(header);
    return { status: /** @type {number} */ (header.http_status?.code ?? 0), body: payload };
  }

  /** Replaces the token. @param {string} token */
  async update(token) {
    const { header } = await this.#send({ method: 'update', token });
    if (header.status?.code >= 300) {
      // A new connection can use a token that this one does not accept.
      this.close();
      requireSuccess(header);
    }
  }

  close() {
    this.#socket.close();
    this.#finish();
  }

  #finish() {
    this.isOpen = false;
    clearTimeout(this.#silence);
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new Error(this.#reason));
    }
    this.#waiting.clear();
    this.#end(this.#reason);
  }

  /**
   * @param {{ [member: string]: unknown }} header
   * @param {object} [payload]
   * @returns {Promise<{ header: any, payload: any }>}
   */
  #send(header, payload) {
    return new Promise((resolve, reject) => {
      if (this.#socket.readyState !== WebSocket.OPEN) {
        reject(new Error(this.#reason));
        return;
      }
      const id = `TM${++requests}`;
      const timer = window.setTimeout(() => {
        this.#reason = 'The realtime server does not answer.';
        this.close();
      }, replyTimeout);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#socket.send(encode({ ...header, id }, payload));
    });
  }

  /** @param {unknown} data */
  #receive(data) {
    this.#listen();
    const packet = data instanceof ArrayBuffer ? decode(data) : null;
    if (!packet) return;
    const { header, payload } = packet;
    if (header.method === 'reply') {
      const waiting = this.#waiting.get(header.id);
      this.#waiting.delete(header.id);
      clearTimeout(waiting?.timer);
      waiting?.resolve(packet);
      return;
    }
    if (this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.send(encode({ method: 'reply', id: header.id, payload_type: 'application/json', status: { code: 200, status: 'OK' } }));
    }
    if (header.method === 'close') {
      this.#reason = header.status?.description ?? this.#reason;
      this.close();
    } else if (header.method === 'client_update' && header.client_update_type === 'token_about_to_expire') {
      this.#listeners.onTokenEnds();
    } else if (header.method === 'notification' && payload) {
      for (const event of payload.events ?? [payload.event]) this.#listeners.onEvent(payload.event_type ?? '', payload.correlation_id ?? null, event);
    }
  }

  #listen() {
    clearTimeout(this.#silence);
    this.#silence = window.setTimeout(() => this.close(), longestSilence);
  }
}

/** @param {any} header */
function requireSuccess(header) {
  if (!(header.status?.code < 300)) {
    throw Object.assign(new Error(header.status?.description ?? 'The realtime server refused the connection.'), { code: header.status?.errorCode });
  }
}
