// Scheduled sessions with participants, through the functions of this app. Each method returns a request, which `run()` sends. Names are in snake case, and
// dates are in RFC 1123 form.

import { FunctionError, Functions } from './functions.js';

/** @typedef {string | Date} Time a date and time in RFC 1123 or ISO 8601 form, with an offset, or a `Date` */
/** @typedef {'HOST' | 'GUEST'} Role */

/**
 * @typedef {object} ParticipantFields
 * @property {string} [display_name] up to 256 characters
 * @property {string} [picture] up to 2048 characters
 * @property {string} [role] `host` or `guest`, in any case; the default is `guest`
 * @property {string} [state] a text of your own, up to 64 characters
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
 * @property {number} [page] counted from 0; the default is 0
 * @property {number} [page_size] 1 to 200; the default is 50
 * @property {Time} [start_time] the earliest start
 * @property {Time} [end_time] the latest start, inclusive
 * @property {boolean} [include_canceled] whether to include canceled sessions
 * @property {boolean} [deleted_participants] whether to include removed participants
 * @property {string} [state] selects sessions with a participant in this state
 * @property {'forward' | 'backwards'} [order] by start time; the default is forward
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
 * @property {string} [waiting_since] when the guest began to wait for admission
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
 * @property {string} revision the number of changes
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
 * A request. Each `run()` sends it.
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
   * Makes the same request with additional parameters.
   * @param {Record<string, any>} parameters
   * @returns {SessionRequest<T>}
   */
  query(parameters) {
    return new SessionRequest(this.#send, { ...this.#parameters, ...parameters });
  }

  /**
   * Sends the request.
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<T>}
   * @throws {FunctionError} if the app refuses the request, or fails
   */
  async run(options = {}) {
    return this.#send(this.#parameters, options);
  }
}

/** The sessions of an app. */
export class Sessions {
  #functions;
  #service;
  /** The tokens of the pages that were read for the last query. @type {{ query: string, tokens: (string | undefined)[] }} */
  #walk = { query: '', tokens: [undefined] };

  /**
   * @param {Functions} functions
   * @param {string} [service] the key of the Sync service that has the sessions
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
   * Gets a session with its participants. `.query({ deleted_participants: true })` includes removed ones.
   * @param {string} sessionId
   * @returns {SessionRequest<Session>}
   */
  getSession(sessionId) {
    return this.#request('getSession', { session_id: sessionId });
  }

  /**
   * Gets a page of the sessions by start time. The page after the one that was read last takes no longer than the first page.
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
   * Cancels a session. This cannot be undone.
   * @param {string} sessionId
   * @returns {SessionRequest<Done>}
   */
  cancelSession(sessionId) {
    return this.#request('cancelSession', { session_id: sessionId }, done);
  }

  /**
   * Cancels a session: another name for `cancelSession`.
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
   * Admits a guest.
   * @param {string} participantId
   * @returns {SessionRequest<Participant>}
   */
  admitParticipant(participantId) {
    return this.#request('admitParticipant', { participant_id: participantId });
  }

  /**
   * Removes a participant. Their entry link then stops working.
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
    if (!Number.isInteger(page) || page < 0) throw new RangeError('page must be a whole number of 0 or more.');
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
      // The function may return fewer than requested. Never read more than fits this page, so that the next page starts where this one ends.
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
 * Creates a client for the sessions.
 * @param {string} apiKey not used: the function key alone identifies the caller
 * @param {string} keySecret a function key of the app, or `''` if the app needs none
 * @param {{ endpoint?: string, service?: string }} [options] `endpoint` is the app's address, `service` the key of a configured Sync service
 * @returns {{ sessions: Sessions }}
 */
export function sdk(apiKey, keySecret, { endpoint = 'http://127.0.0.1:7071', service } = {}) {
  return { sessions: new Sessions(new Functions(endpoint, keySecret || undefined), service) };
}

export default sdk;

/** Is thrown if the session has not begun. */
export class NotOpenError extends FunctionError {
  /** @param {{ detail?: string, opens: string }} problem */
  constructor(problem) {
    super(403, problem);
    this.name = 'NotOpenError';
    /** The start time. */
    this.opens = new Date(problem.opens);
  }
}

/**
 * Follows an entry link, as a participant's page does.
 * @param {string} entryUrl
 * @param {{ signal?: AbortSignal }} [options]
 * @returns {Promise<Entry | null>} `null` for a guest who must wait: follow the link again in a few seconds
 * @throws {NotOpenError} if the session has not begun
 * @throws {FunctionError} 410 if the session is over or was canceled, 404 if the link does not work
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
 * Converts a caller's parameters to those of a function.
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
 * Converts a function's result to the caller's form. Members that are `null` are left out.
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
