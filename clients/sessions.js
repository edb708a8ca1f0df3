// Scheduled sessions with participants, by the functions of this app: methods that make requests, which `run()` sends. Names are in snake case and
// dates are of RFC 1123.

import { FunctionError, Functions } from './functions.js';

/** @typedef {string | Date} Time a date and time of RFC 1123 or ISO 8601, with its offset, or a `Date` */
/** @typedef {'HOST' | 'GUEST'} Role */

/**
 * @typedef {object} ParticipantFields
 * @property {string} [display_name] up to 256 characters
 * @property {string} [picture] up to 2048 characters
 * @property {string} [role] `host` or `guest`, in any case; a guest if it is left out
 * @property {string} [state] a text of your own, of up to 64 characters
 */

/**
 * @typedef {object} SessionUpdate
 * @property {string} [session_name] up to 256 characters
 * @property {Time} [start_time]
 * @property {Time} [end_time] after the start
 * @property {string} [picture] up to 2048 characters
 */

/** @typedef {SessionUpdate & { start_time: Time, end_time: Time, participants?: ParticipantFields[] }} NewSession */

/**
 * @typedef {object} SessionsQuery
 * @property {number} [page] from 0; 0 if it is left out
 * @property {number} [page_size] 1 to 200; 50 if it is left out
 * @property {Time} [start_time] the earliest start
 * @property {Time} [end_time] the latest start, which is included
 * @property {boolean} [include_canceled] whether canceled sessions are among them
 * @property {boolean} [deleted_participants] whether removed participants are shown
 * @property {string} [state] a state that a participant must be in
 * @property {'forward' | 'backwards'} [order] by start; forward if it is left out
 */

/**
 * @typedef {object} Participant
 * @property {string} participant_id
 * @property {string} session_id
 * @property {string} client_id the SID of the Sync service
 * @property {string} [display_name]
 * @property {Role} role
 * @property {string} [picture]
 * @property {string} [state]
 * @property {string} entry_url
 * @property {string} [waiting_since] since when a guest waits to be admitted
 * @property {string} [admitted_at]
 * @property {string} [deleted_at]
 */

/**
 * @typedef {object} Session
 * @property {string} session_id
 * @property {string} team_id the SID of the Sync service
 * @property {string} client_id the same
 * @property {string} [session_name]
 * @property {string} start_time
 * @property {string} end_time
 * @property {string} [picture]
 * @property {string} [canceled_time]
 * @property {string} revision how often it has changed
 * @property {Participant[]} participants
 */

/** @typedef {{ content: Session[], more: boolean, page: number, page_size: number }} SessionsPage */
/** @typedef {{ ok: true }} Done */

/**
 * @typedef {object} Entry
 * @property {Role} role
 * @property {string} token an access token for Sync, and for the Video room of the session
 * @property {string} expires
 * @property {{ sessionId: string, sessionName: string | null, startTime: string, endTime: string, picture: string | null,
 *   participants: { displayName: string | null, role: Role, picture: string | null }[] }} session
 */

const maximumPage = 100;
const maximumPageSize = 200;
const dates = new Set(['start_time', 'end_time', 'canceled_time', 'waiting_since', 'admitted_at', 'deleted_at']);

/**
 * A request, which is sent by `run()`, and anew by each `run()`.
 * @template T
 */
export class SessionRequest {
  /** @type {(parameters: Record<string, any>, options: { signal?: AbortSignal }) => Promise<T>} */
  #send;
  /** @type {Record<string, any>} */
  #parameters;

  /**
   * @param {(parameters: Record<string, any>, options: { signal?: AbortSignal }) => Promise<T>} send
   * @param {Record<string, any>} [parameters]
   */
  constructor(send, parameters = {}) {
    this.#send = send;
    this.#parameters = parameters;
  }

  /**
   * Makes the same request with further parameters.
   * @param {Record<string, any>} parameters
   * @returns {SessionRequest<T>}
   */
  query(parameters) {
    return new SessionRequest(this.#send, { ...this.#parameters, ...parameters });
  }

  /**
   * Sends it.
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<T>}
   * @throws {FunctionError} the app refused it, or failed
   */
  async run(options = {}) {
    return this.#send(this.#parameters, options);
  }
}

/** The sessions of an app. */
export class Sessions {
  #functions;
  #service;
  /** Where the pages begin that were read last. @type {{ query: string, tokens: (string | undefined)[] }} */
  #walk = { query: '', tokens: [undefined] };

  /**
   * @param {Functions} functions
   * @param {string} [service] the key of the Sync service that the sessions are in
   */
  constructor(functions, service) {
    this.#functions = functions;
    this.#service = service;
  }

  /**
   * Schedules a session.
   * @param {NewSession} session
   * @returns {SessionRequest<Session>}
   */
  createSession(session) {
    return this.#request('createSession', session);
  }

  /**
   * Gets a session with its participants; with `.query({ deleted_participants: true })` also those that were removed.
   * @param {string} sessionId
   * @returns {SessionRequest<Session>}
   */
  getSession(sessionId) {
    return this.#request('getSession', { session_id: sessionId });
  }

  /**
   * Gets a page of the sessions, by their starts. A page that follows the one that was read last takes no longer than the first.
   * @param {SessionsQuery} [query]
   * @returns {SessionRequest<SessionsPage>}
   */
  getSessions(query = {}) {
    return new SessionRequest((parameters, options) => this.#page(/** @type {SessionsQuery} */ (parameters), options), query);
  }

  /**
   * Changes a session.
   * @param {string} sessionId
   * @param {SessionUpdate} update
   * @returns {SessionRequest<Session>}
   */
  updateSession(sessionId, update) {
    return this.#request('updateSession', { ...update, session_id: sessionId });
  }

  /**
   * Cancels a session, which is final.
   * @param {string} sessionId
   * @returns {SessionRequest<Done>}
   */
  cancelSession(sessionId) {
    return this.#request('cancelSession', { session_id: sessionId }, done);
  }

  /**
   * Cancels a session: another name of `cancelSession`.
   * @param {string} sessionId
   * @returns {SessionRequest<Done>}
   */
  deleteSession(sessionId) {
    return this.cancelSession(sessionId);
  }

  /**
   * Gets all participants of a session.
   * @param {string} sessionId
   * @returns {SessionRequest<Participant[]>}
   */
  getSessionParticipants(sessionId) {
    return this.#request('getParticipants', { session_id: sessionId });
  }

  /**
   * Adds a participant to a session.
   * @param {string} sessionId
   * @param {ParticipantFields} participant
   * @returns {SessionRequest<Participant>}
   */
  addParticipant(sessionId, participant) {
    return this.#request('addParticipant', { ...participant, session_id: sessionId });
  }

  /**
   * Gets a participant.
   * @param {string} participantId
   * @returns {SessionRequest<Participant>}
   */
  getParticipant(participantId) {
    return this.#request('getParticipant', { participant_id: participantId });
  }

  /**
   * Changes a participant.
   * @param {string} participantId
   * @param {ParticipantFields} update
   * @returns {SessionRequest<Participant>}
   */
  updateParticipant(participantId, update) {
    return this.#request('updateParticipant', { ...update, participant_id: participantId });
  }

  /**
   * Lets a guest in.
   * @param {string} participantId
   * @returns {SessionRequest<Participant>}
   */
  admitParticipant(participantId) {
    return this.#request('admitParticipant', { participant_id: participantId });
  }

  /**
   * Removes a participant, whose entry link then leads nowhere.
   * @param {string} participantId
   * @returns {SessionRequest<Done>}
   */
  deleteParticipant(participantId) {
    return this.#request('removeParticipant', { participant_id: participantId }, done);
  }

  /**
   * @param {string} name
   * @param {object} parameters
   * @param {(result: any) => any} [shape]
   * @returns {SessionRequest<any>}
   */
  #request(name, parameters, shape = snake) {
    return new SessionRequest(async (given, options) => {
      const { deletedParticipants, ...rest } = /** @type {any} */ (camel(given));
      return shape(await this.#functions.call(name, { ...rest, includeRemoved: deletedParticipants, service: this.#service }, options));
    }, /** @type {Record<string, any>} */ (parameters));
  }

  /**
   * @param {SessionsQuery} query
   * @param {{ signal?: AbortSignal }} options
   * @returns {Promise<SessionsPage>}
   */
  async #page({ page = 0, page_size = 50, ...query }, options) {
    if (!Number.isInteger(page) || page < 0) throw new RangeError('page must be a whole number from 0 on.');
    if (!Number.isInteger(page_size) || page_size < 1 || page_size > maximumPageSize) {
      throw new RangeError(`page_size must be a whole number from 1 to ${maximumPageSize}.`);
    }
    const { start_time, end_time, include_canceled, deleted_participants, state, order = 'forward' } = query;
    if (order !== 'forward' && order !== 'backwards') throw new RangeError('order must be forward or backwards.');
    const first = {
      ...camel({ from: start_time, to: end_time, state }), includeCanceled: include_canceled, includeRemoved: deleted_participants,
      order: order === 'forward' ? 'asc' : 'desc',
    };
    const key = JSON.stringify([first, page_size]);
    const walk = this.#walk.query === key && page > 0 ? this.#walk : { query: key, tokens: [undefined] };
    this.#walk = walk;

    /** @type {Session[]} */
    let content = [];
    /** @type {string | null | undefined} */
    let token;
    for (let at = Math.min(page, walk.tokens.length - 1); at <= page; at++) {
      content = [];
      token = walk.tokens[at];
      // Pages of the function may come short. Never more is read than the page has room for, so that the next one begins where this one ends.
      do {
        const read = await this.#read(first, token, Math.min(page_size - content.length, maximumPage), options);
        content.push(...read.items);
        token = read.nextPageToken;
      } while (token && content.length < page_size);
      if (!token) return { content: at === page ? content : [], more: false, page, page_size };
      walk.tokens[at + 1] = token;
    }
    return { content, more: await this.#hasMore(first, token, options), page, page_size };
  }

  /**
   * @param {object} first
   * @param {string | null | undefined} token
   * @param {{ signal?: AbortSignal }} options
   */
  async #hasMore(first, token, options) {
    while (token) {
      const read = await this.#read(first, token, maximumPage, options);
      if (read.items.length > 0) return true;
      token = read.nextPageToken;
    }
    return false;
  }

  /**
   * @param {object} first
   * @param {string | undefined} token
   * @param {number} size
   * @param {{ signal?: AbortSignal }} options
   * @returns {Promise<{ items: Session[], nextPageToken: string | null }>}
   */
  async #read(first, token, size, options) {
    const { items, nextPageToken } = await this.#functions.call(
      'getSessions', { ...token ? { pageToken: token } : first, pageSize: size, service: this.#service }, options);
    return { items: snake(items), nextPageToken };
  }
}

/**
 * Makes a client of the sessions.
 * @param {string} apiKey not used: the function key alone says who calls
 * @param {string} keySecret a function key of the app; `''` if none is asked for
 * @param {{ endpoint?: string, service?: string }} [options] `endpoint` is the app's address, `service` the key of a configured Sync service
 * @returns {{ sessions: Sessions }}
 */
export function sdk(apiKey, keySecret, { endpoint = 'http://127.0.0.1:7071', service } = {}) {
  return { sessions: new Sessions(new Functions(endpoint, keySecret || undefined), service) };
}

export default sdk;

/** The session has not begun. */
export class NotOpenError extends FunctionError {
  /** @param {{ detail?: string, opens: string }} problem */
  constructor(problem) {
    super(403, problem);
    this.name = 'NotOpenError';
    /** When it begins. */
    this.opens = new Date(problem.opens);
  }
}

/**
 * Follows an entry link: what a page does for a participant.
 * @param {string} entryUrl
 * @param {{ signal?: AbortSignal }} [options]
 * @returns {Promise<Entry | null>} `null` for a guest who must wait: follow the link again in a few seconds
 * @throws {NotOpenError} the session has not begun
 * @throws {FunctionError} 410 for a session that is over or was canceled, 404 for a link that leads nowhere
 */
export async function join(entryUrl, { signal } = {}) {
  const response = await fetch(entryUrl, { signal, headers: { Accept: 'application/json' }, cache: 'no-store', referrerPolicy: 'no-referrer' });
  const body = await response.json().catch(() => ({}));
  if (response.status === 403 && body.opens) throw new NotOpenError(body);
  if (!response.ok) throw new FunctionError(response.status, body);
  return response.status === 202 ? null : body;
}

/** @returns {Done} */
function done() {
  return { ok: true };
}

/**
 * What a function takes, out of what a caller gives.
 * @param {any} value
 * @returns {any}
 */
function camel(value) {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(camel);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) =>
    [name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase()), camel(member)]));
}

/**
 * What a caller gets, out of what a function answers. What there is none of is left out.
 * @param {any} value
 * @returns {any}
 */
function snake(value) {
  if (Array.isArray(value)) return value.map(snake);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null).map(([name, member]) => {
    const own = name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
    return [own, dates.has(own) ? new Date(member).toUTCString() : snake(member)];
  }));
}
