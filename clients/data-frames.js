// Rows that come out of Sync lists, in chunks and as they are added; the calls that a service observes; and the jobs that its app runs.
//
// For pages (twilio-sync as a script that sets Twilio.Sync) and for Node.js 20 or newer (the npm package twilio-sync).

import { EventEmitter } from './emitter.js';
import { connect, FunctionError, Functions } from './functions.js';

/**
 * Where the functions are, and what authorizes calls of them.
 * @typedef {object} Connection
 * @property {string} url where the functions are: `https://my-app.azurewebsites.net/api`
 * @property {() => string | undefined | Promise<string | undefined>} [getAccessToken] gets a function key; it is asked again if one is refused
 * @property {string} [identity] who reads, for Sync: `observer` if it is not given
 */

/**
 * Which rows a frame has: a condition in the words of `where`, or values that fields must have. Of several values in an array a field must have one.
 * @typedef {string | Record<string, Value | Value[] | undefined>} Conditions
 */

/** @typedef {string | number | boolean | null} Value */

/**
 * A call, as the map `calls` (those under way, by their IDs) and the list `calls-history` (those that have ended) hold it. Members of its own may be added.
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

/** Names with other characters than letters, digits, _ and - are put in quotes. @param {string} name */
const field = name => name.split('.').map(part => /^[\w-]+$/.test(part) ? part : JSON.stringify(part)).join('.');

/**
 * @param {Conditions} [conditions]
 * @returns {string | undefined} a condition in the words of `where`; `undefined` for all rows
 */
function conditionOf(conditions = {}) {
  if (typeof conditions === 'string') return conditions || undefined;
  return Object.entries(conditions)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => Array.isArray(value) ? `${field(name)} IN ${JSON.stringify(value)}` : equals(name, /** @type {Value} */ (value)))
    .join(' AND ') || undefined;
}

/** Calls the functions, with a key that is asked for, and again if it is refused. */
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
      // Others may have got a new key in the meantime.
      if (this.#functions === used) this.#functions = undefined;
      return (await this.#open()).call(name, /** @type {Record<string, unknown>} */ (parameters));
    }
  }

  async realtime() {
    return (await this.#open()).realtime();
  }

  /**
   * Goes through all elements of a function that answers in pages, and keeps none.
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
 * Rows of a Sync list, which is a table whose rows are only ever added. Each comes once, whether it is read or pushed while others are read: a push is a
 * reason to read on from where reading ended, so that conditions are tried in one place only.
 *
 * It tells of `newrow` with each row, of `error` with an `Error` if reading fails, and of `close`.
 * @template {object} T
 */
export class DataFrame extends EventEmitter {
  /** The order in which its rows are iterated; if there is none, that in which they were added. @type {((one: T, other: T) => number) | undefined} */
  sortFn;
  #functions;
  #query;
  /** @type {T[]} */
  #rows = [];
  /** The index up to which every row was looked at. */
  #position = -1;
  /** @type {Promise<void> | undefined} */
  #reading;
  #again = false;
  #closed = false;
  /** @type {() => void} */
  #unsubscribe = () => {};

  /**
   * Frames come from an `ObserverClient`.
   * @param {{ call: (name: string, parameters: object) => Promise<any>, pages: (name: string, parameters: object) => AsyncIterable<any[]> }} functions
   * @param {Query} query
   */
  constructor(functions, query) {
    super();
    this.#functions = functions;
    this.#query = query;
  }

  /** Gets how many rows there are so far. */
  get length() {
    return this.#rows.length;
  }

  /** Gets whether it was closed. */
  get closed() {
    return this.#closed;
  }

  /**
   * Reads the rows that were added since it was read last.
   * @returns {Promise<this>} this frame, once it has all that were there at the call
   */
  async update() {
    this.#again = true;
    await (this.#reading ??= this.#read());
    return this;
  }

  /** Ends it: no more rows come. Those that are there stay. */
  close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#unsubscribe();
    this.emit('close');
  }

  /** Goes through the rows that are there, in the order of `sortFn`. */
  [Symbol.iterator]() {
    const rows = [...this.#rows];
    return (this.sortFn ? rows.sort(this.sortFn) : rows)[Symbol.iterator]();
  }

  /** Reads all rows anew, a chunk at a time, and keeps none: for more of them than there is memory for. */
  async *[Symbol.asyncIterator]() {
    for await (const items of this.#functions.pages('queryListItems', this.#query)) {
      for (const { data } of items) yield /** @type {T} */ (data);
    }
  }

  /**
   * Has it read on whenever a row is added.
   * @param {Promise<any>} opening a list of `twilio-sync`
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
    // What is read is filtered, so that its last row does not tell how far it went.
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

/** What an app observes: its calls, those under way and those that have ended, and rows of any list. It tells of `close`. */
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

  /** Connects, if it is not connected yet: frames do so by themselves. */
  async connect() {
    await this.#connected();
  }

  /** Ends the connection and all frames. */
  async close() {
    if (this.#closed) return;
    this.#closed = true;
    for (const frame of this.#frames) frame.close();
    const client = await this.#client?.catch(() => undefined);
    await client?.shutdown();
    await this.emit('close');
  }

  /** Gets the calls that are under way. @returns {Promise<Call[]>} */
  async fetchOngoingCalls() {
    return this.#all('queryMapItems', { mapName: ongoingCalls });
  }

  /**
   * Finds calls by what takes part in them: those under way first, then those that have ended.
   * @param {{ callId?: string, roomId?: string, clientId?: string, transportId?: string, producerId?: string, consumerId?: string, mediaTrackId?: string }} parts
   * a call must have all that are given
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
    // One that ends in this moment is in both.
    return [...ongoing, ...ended.filter(call => !known.has(call.callId))];
  }

  /**
   * Summarizes a number of many rows: count, sum, min, max, mean and percentiles, of all and by group.
   * @param {{ resource?: string, path?: string, conditions?: Conditions, groupBy?: string }} [params] the list, `calls-history` if it is not given, and the field
   * with the number, `duration` if it is not given
   * @returns {Promise<any>} what `summarizeListItems` resolves to
   */
  async getSummaryStats({ resource = endedCalls, path = 'duration', conditions, groupBy } = {}) {
    return this.#functions.call('summarizeListItems', { listName: resource, path, where: conditionOf(conditions), groupBy });
  }

  /**
   * Opens a frame of a list's rows. Rows that are added come by themselves. A list that is not there is created.
   * @param {string} resource the list
   * @param {Conditions} [conditions] which rows; all if they are not given
   * @param {boolean} [updateOnCreate] whether to read at once what is there; otherwise at the first `update()`, or when a row is added
   * @returns {DataFrame<any>}
   */
  createDatabaseFrame(resource, conditions, updateOnCreate = true) {
    if (this.#closed) throw new Error('The client was closed.');
    const frame = new DataFrame(this.#functions, { listName: resource, where: conditionOf(conditions) });
    this.#frames.add(frame);
    frame.once('close', () => this.#frames.delete(frame));
    // What is added from now on is heard of, and what is there is read after that: no row is missed in between.
    const opened = frame.follow(this.#connected().then(client => client.list(resource)));
    if (updateOnCreate) opened.then(() => frame.update()).catch(error => frame.emit('error', error));
    return frame;
  }

  /** Opens a frame of a call's snapshots: of the list `call-<callId>`. @param {string} callId */
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
   * The data of all items that a function pages through; none if the list or map is not there.
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

/** The jobs that an app runs, and how it is. */
export class ObserverAdminClient {
  #functions;

  /** @param {{ connection: Connection }} options */
  constructor({ connection }) {
    this.#functions = new KeyedFunctions(connection);
  }

  /** Gets who runs jobs, since when, and which. @returns {Promise<any>} */
  async getWorkerState() {
    return this.#functions.call('getWorkerState');
  }

  /** Gets how many requests, errors and calls of Sync there were. @returns {Promise<any>} */
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
   * Ends a job within a step.
   * @param {string} type
   * @param {string} jobId
   * @returns {Promise<boolean>} whether it is canceled; not if there is none of this type, or if it has ended
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

  /** Forgets jobs that have failed. @param {...string} jobIds which; all if none are given */
  async cleanFailedJobs(...jobIds) {
    return this.#clean('failed', jobIds);
  }

  /** Forgets jobs that are completed. @param {...string} jobIds which; all if none are given */
  async cleanCompletedJobs(...jobIds) {
    return this.#clean('completed', jobIds);
  }

  /** @param {string} state @param {string[]} jobIds @returns {Promise<any>} */
  async #clean(state, jobIds) {
    return this.#functions.call('cleanJobs', { state, jobIds: jobIds.length ? jobIds : undefined });
  }
}
