// Reads the rows of Sync lists in chunks and as they are added, observes the calls of a service, and controls the jobs of the app.
//
// For pages (with twilio-sync as a script, which sets Twilio.Sync) and for Node.js 20 or newer (with the npm package twilio-sync).

import { EventEmitter } from './emitter.js';
import { connect, FunctionError, Functions } from './functions.js';

/**
 * The address of the functions, and the key for calls of them.
 * @typedef {object} Connection
 * @property {string} url the address of the functions: `https://my-app.azurewebsites.net/api`
 * @property {() => string | undefined | Promise<string | undefined>} [getAccessToken] gets a function key; it is called again if a key is refused
 * @property {string} [identity] the reader's identity in Sync; the default is `observer`
 */

/**
 * Selects the rows of a frame: a `where` condition, or the values that fields must have. If the value is an array, the field must have one of its values.
 * @typedef {string | Record<string, Value | Value[] | undefined>} Conditions
 */

/** @typedef {string | number | boolean | null} Value */

/**
 * A call. The map `calls` has the ongoing calls under their IDs, and the list `calls-history` the ended ones. A call may have other members too.
 * @typedef {object} Call
 * @property {string} callId
 * @property {string} [roomId]
 * @property {string[]} [clientIds]
 * @property {string[]} [transportIds]
 * @property {string[]} [producerIds]
 * @property {string[]} [consumerIds]
 * @property {string[]} [mediaTrackIds]
 * @property {number} [duration] in seconds, once it has ended
 */

/** @typedef {{ listName: string, where?: string }} Query */

const ongoingCalls = 'calls';
const endedCalls = 'calls-history';
const pageSize = 100;

/** @param {string} callId */
const snapshotsOf = callId => `call-${callId}`;

/** @param {string} name @param {Value} value */
const equals = (name, value) => `${field(name)} == ${JSON.stringify(value)}`;

/** Puts names in quotes if they have characters other than letters, digits, _ and -. @param {string} name */
const field = name => name.split('.').map(part => /^[\w-]+$/.test(part) ? part : JSON.stringify(part)).join('.');

/**
 * @param {Conditions} [conditions]
 * @returns {string | undefined} a `where` condition, or `undefined` for all rows
 */
function conditionOf(conditions = {}) {
  if (typeof conditions === 'string') return conditions || undefined;
  return Object.entries(conditions)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => Array.isArray(value) ? `${field(name)} IN ${JSON.stringify(value)}` : equals(name, /** @type {Value} */ (value)))
    .join(' AND ') || undefined;
}

/** Calls the functions with a key, and asks for a new key if one is refused. */
class KeyedFunctions {
  #connection;
  /** @type {Promise<Functions> | undefined} */
  #functions;

  /** @param {Connection} connection */
  constructor(connection) {
    this.#connection = connection;
  }

  /**
   * @param {string} name
   * @param {object} [parameters]
   * @returns {Promise<any>}
   */
  async call(name, parameters = {}) {
    const used = this.#open();
    try {
      return await (await used).call(name, /** @type {Record<string, unknown>} */ (parameters));
    } catch (error) {
      if (!(error instanceof FunctionError && error.status === 401 && this.#connection.getAccessToken)) throw error;
      // Another call may have got a new key in the meantime.
      if (this.#functions === used) this.#functions = undefined;
      return (await this.#open()).call(name, /** @type {Record<string, unknown>} */ (parameters));
    }
  }

  async realtime() {
    return (await this.#open()).realtime();
  }

  /**
   * Iterates over the pages of a function's result, and keeps none of them.
   * @param {string} name
   * @param {object} parameters
   */
  async *pages(name, parameters) {
    for (let pageToken; pageToken !== null;) {
      const page = await this.call(name, { ...parameters, pageSize, pageToken });
      yield /** @type {any[]} */ (page.items);
      pageToken = page.nextPageToken;
    }
  }

  #open() {
    const { url, getAccessToken } = this.#connection;
    this.#functions ??= Promise.resolve(getAccessToken?.()).then(key => new Functions(url, key)).catch(error => {
      this.#functions = undefined;
      throw error;
    });
    return this.#functions;
  }
}

/**
 * The rows of a Sync list, which is a table whose rows are only ever added. Each row is delivered once, even if it is pushed while others are being read: a
 * push only triggers a read from the last position, so conditions are tested in one place only.
 *
 * It emits `newrow` with each row, `error` with an `Error` if reading fails, and `close`.
 * @template {object} T
 */
export class DataFrame extends EventEmitter {
  /** The sort order of the iteration. By default rows are in the order in which they were added. @type {((one: T, other: T) => number) | undefined} */
  sortFn;
  #functions;
  #query;
  /** @type {T[]} */
  #rows = [];
  /** The index of the last row that was looked at. */
  #position = -1;
  /** @type {Promise<void> | undefined} */
  #reading;
  #again = false;
  #closed = false;
  /** @type {() => void} */
  #unsubscribe = () => {};

  /**
   * Use an `ObserverClient` to create frames.
   * @param {{ call: (name: string, parameters: object) => Promise<any>, pages: (name: string, parameters: object) => AsyncIterable<any[]> }} functions
   * @param {Query} query
   */
  constructor(functions, query) {
    super();
    this.#functions = functions;
    this.#query = query;
  }

  /** Gets the number of rows so far. */
  get length() {
    return this.#rows.length;
  }

  /** Gets whether the frame is closed. */
  get closed() {
    return this.#closed;
  }

  /**
   * Reads the rows that were added since the last read.
   * @returns {Promise<this>} this frame, once it has all rows that existed at the call
   */
  async update() {
    this.#again = true;
    await (this.#reading ??= this.#read());
    return this;
  }

  /** Closes the frame: no more rows arrive. The rows already read stay. */
  close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#unsubscribe();
    this.emit('close');
  }

  /** Iterates over the rows so far, in the order of `sortFn`. */
  [Symbol.iterator]() {
    const rows = [...this.#rows];
    return (this.sortFn ? rows.sort(this.sortFn) : rows)[Symbol.iterator]();
  }

  /** Reads all rows again, a chunk at a time, and keeps none: for more rows than fit in memory. */
  async *[Symbol.asyncIterator]() {
    for await (const items of this.#functions.pages('queryListItems', this.#query)) {
      for (const { data } of items) yield /** @type {T} */ (data);
    }
  }

  /**
   * Reads new rows whenever a row is added.
   * @param {Promise<any>} opening a promise of a list of `twilio-sync`
   */
  async follow(opening) {
    const read = () => { this.update().catch(error => this.emit('error', error)); };
    try {
      const list = await opening;
      this.#unsubscribe = () => list.close();
      if (this.#closed) {
        list.close();
        return;
      }
      list.on('itemAdded', read);
      list.on('removed', () => this.close());
    } catch (error) {
      await this.emit('error', error);
    }
  }

  async #read() {
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        await this.#readOn();
      }
    } finally {
      this.#reading = undefined;
    }
  }

  async #readOn() {
    // The rows are filtered, so the last one does not show how far the read went.
    const { items: [last] } = await this.#functions.call('queryListItems', { listName: this.#query.listName, order: 'desc', pageSize: 1 });
    if (!last || last.index <= this.#position) return;
    const behind = this.#position < 0 ? {} : { from: this.#position, bounds: 'exclusive' };
    for await (const items of this.#functions.pages('queryListItems', { ...this.#query, ...behind })) {
      for (const { index, data } of items) {
        if (this.#closed) return;
        this.#position = index;
        this.#rows.push(data);
        await this.emit('newrow', data);
      }
    }
    this.#position = Math.max(this.#position, last.index);
  }
}

/** Observes the ongoing and ended calls of a service, and the rows of any list. It emits `close`. */
export class ObserverClient extends EventEmitter {
  #functions;
  #identity;
  /** @type {Promise<any> | undefined} */
  #client;
  /** @type {Set<DataFrame<any>>} */
  #frames = new Set();
  #closed = false;

  /** @param {{ connection: Connection }} options */
  constructor({ connection }) {
    super();
    this.#functions = new KeyedFunctions(connection);
    this.#identity = connection.identity ?? 'observer';
  }

  /** Connects, if the client is not connected yet. Frames connect automatically. */
  async connect() {
    await this.#connected();
  }

  /** Closes the connection and all frames. */
  async close() {
    if (this.#closed) return;
    this.#closed = true;
    for (const frame of this.#frames) frame.close();
    const client = await this.#client?.catch(() => undefined);
    await client?.shutdown();
    await this.emit('close');
  }

  /** Gets the ongoing calls. @returns {Promise<Call[]>} */
  async fetchOngoingCalls() {
    return this.#all('queryMapItems', { mapName: ongoingCalls });
  }

  /**
   * Finds calls by their parts: ongoing calls first, then ended calls.
   * @param {{ callId?: string, roomId?: string, clientId?: string, transportId?: string, producerId?: string, consumerId?: string, mediaTrackId?: string }} parts
   * the parts that a call must have, all of them
   * @returns {Promise<Call[]>}
   */
  async findCalls({ callId, roomId, ...parts } = {}) {
    const where = [
      ...callId === undefined ? [] : [equals('callId', callId)],
      ...roomId === undefined ? [] : [equals('roomId', roomId)],
      ...Object.entries(parts).filter(([, id]) => id !== undefined).map(([name, id]) => `${name}s CONTAINS ${JSON.stringify(id)}`),
    ].join(' AND ') || undefined;
    const ongoing = await this.#all('queryMapItems', { mapName: ongoingCalls, where });
    const known = new Set(ongoing.map(call => call.callId));
    const ended = await this.#all('queryListItems', { listName: endedCalls, where });
    // A call that ends at this moment is in both.
    return [...ongoing, ...ended.filter(call => !known.has(call.callId))];
  }

  /**
   * Summarizes a number in many rows: count, sum, min, max, mean and percentiles, in total and by group.
   * @param {{ resource?: string, path?: string, conditions?: Conditions, groupBy?: string }} [params] the list (default: `calls-history`) and
   * the field with the number (default: `duration`)
   * @returns {Promise<any>} what `summarizeListItems` resolves to
   */
  async getSummaryStats({ resource = endedCalls, path = 'duration', conditions, groupBy } = {}) {
    return this.#functions.call('summarizeListItems', { listName: resource, path, where: conditionOf(conditions), groupBy });
  }

  /**
   * Opens a frame of a list's rows. New rows arrive automatically. If the list does not exist, it is created.
   * @param {string} resource the list's name
   * @param {Conditions} [conditions] selects rows; without it the frame has all rows
   * @param {boolean} [updateOnCreate] whether to read the existing rows at once, or at the first `update()` or added row
   * @returns {DataFrame<any>}
   */
  createDatabaseFrame(resource, conditions, updateOnCreate = true) {
    if (this.#closed) throw new Error('The client was closed.');
    const frame = new DataFrame(this.#functions, { listName: resource, where: conditionOf(conditions) });
    this.#frames.add(frame);
    frame.once('close', () => this.#frames.delete(frame));
    // First the subscription, then the first read: so no row is missed in between.
    const opened = frame.follow(this.#connected().then(client => client.list(resource)));
    if (updateOnCreate) opened.then(() => frame.update()).catch(error => frame.emit('error', error));
    return frame;
  }

  /** Opens a frame of a call's snapshots, which are the rows of the list `call-<callId>`. @param {string} callId */
  createCallSnapshotsFrame(callId) {
    return this.createDatabaseFrame(snapshotsOf(callId));
  }

  /** Opens a frame of the snapshots of one client in a call. @param {{ callId: string, clientId: string }} client */
  createClientSnapshotsFrame({ callId, clientId }) {
    return this.createDatabaseFrame(snapshotsOf(callId), { clientId });
  }

  #connected() {
    if (this.#closed) return Promise.reject(new Error('The client was closed.'));
    this.#client ??= this.#open().catch(error => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  async #open() {
    const fetchToken = async () => (await this.#functions.call('createToken', { identity: this.#identity })).token;
    const [token, realtime] = await Promise.all([fetchToken(), this.#functions.realtime()]);
    const client = await connect(token, realtime);
    const renew = () => fetchToken().then(renewed => client.updateToken(renewed)).catch(() => {});
    client.on('tokenAboutToExpire', renew);
    client.on('tokenExpired', renew);
    client.on('connectionStateChanged', (/** @type {string} */ state) => { if (state === 'denied') this.close(); });
    return client;
  }

  /**
   * Gets the data of all items that a function returns in pages; none if the list or map does not exist.
   * @param {string} name
   * @param {object} parameters
   */
  async #all(name, parameters) {
    const found = [];
    try {
      for await (const items of this.#functions.pages(name, parameters)) found.push(...items.map(item => item.data));
    } catch (error) {
      if (!(error instanceof FunctionError && error.status === 404)) throw error;
    }
    return found;
  }
}

/** Controls the jobs of an app, and shows its state. */
export class ObserverAdminClient {
  #functions;

  /** @param {{ connection: Connection }} options */
  constructor({ connection }) {
    this.#functions = new KeyedFunctions(connection);
  }

  /** Gets what runs jobs, since when, and the steps that are running. @returns {Promise<any>} */
  async getWorkerState() {
    return this.#functions.call('getWorkerState');
  }

  /** Gets the numbers of requests, errors and calls of Sync. @returns {Promise<any>} */
  async getServerState() {
    return this.#functions.call('getServerState');
  }

  /**
   * Starts a job.
   * @param {string} type
   * @param {object} [input]
   * @returns {Promise<{ jobId?: string }>}
   */
  async startJob(type, input) {
    return this.#functions.call('startJob', { type, input });
  }

  /** Gets a job. @param {string} jobId @returns {Promise<any>} */
  async getJob(jobId) {
    return this.#functions.call('getJob', { jobId });
  }

  /**
   * Cancels a job.
   * @param {string} type
   * @param {string} jobId
   * @returns {Promise<boolean>} whether the job is canceled: `false` if there is no such job of this type, or if it has ended
   */
  async cancelJob(type, jobId) {
    try {
      const job = await this.getJob(jobId);
      if (job.type !== type) return false;
      const canceled = await this.#functions.call('cancelJob', { jobId });
      return typeof canceled === 'boolean' ? canceled : canceled.state === 'canceled';
    } catch (error) {
      if (error instanceof FunctionError && [404, 409, 410].includes(error.status)) return false;
      throw error;
    }
  }

  /**
   * Lists jobs.
   * @param {{ type?: string, state?: 'queued' | 'active' | 'completed' | 'failed' | 'canceled' }} [filter]
   * @returns {Promise<any[]>}
   */
  async listJobs({ type, state } = {}) {
    const jobs = [];
    for (let pageToken; pageToken !== null;) {
      const page = await this.#functions.call('listJobs', { type, state, pageToken });
      if (Array.isArray(page)) return page;
      jobs.push(...page.items);
      pageToken = page.nextPageToken ?? null;
    }
    return jobs;
  }

  /** Removes failed jobs. @param {...string} jobIds the jobs; all failed jobs if none are given */
  async cleanFailedJobs(...jobIds) {
    return this.#clean('failed', jobIds);
  }

  /** Removes completed jobs. @param {...string} jobIds the jobs; all completed jobs if none are given */
  async cleanCompletedJobs(...jobIds) {
    return this.#clean('completed', jobIds);
  }

  /** @param {string} state @param {string[]} jobIds @returns {Promise<any>} */
  async #clean(state, jobIds) {
    return this.#functions.call('cleanJobs', { state, jobIds: jobIds.length ? jobIds : undefined });
  }
}
