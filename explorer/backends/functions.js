// Uses Sync through the app's functions, which have the same address as the page.

import { parseKeeping } from '../json/raw.js';
import { BackendError, isSid, labels } from './backend.js';

/** @typedef {import('./backend.js').Backend} Backend */
/** @typedef {import('./backend.js').Kind} Kind */
/** @typedef {import('./backend.js').Item} Item */
/** @typedef {import('./backend.js').SyncObject} SyncObject */
/** @typedef {import('./http.js').Http} Http */

const rawNames = new Set(['data']);

/** The names of parameters and functions for each kind. */
const words = Object.freeze({
  document: { name: 'docName', id: 'documentId', one: 'Document', many: 'Documents' },
  list: { name: 'listName', id: 'listId', one: 'List', many: 'Lists' },
  map: { name: 'mapName', id: 'mapId', one: 'Map', many: 'Maps' },
  stream: { name: 'streamName', id: 'streamId', one: 'Stream', many: 'Streams' },
});

/** JSON that is copied into a body unchanged. */
class Raw {
  /** @param {string} json */
  constructor(json) {
    this.json = json;
  }
}

/** @implements {Backend} */
export class FunctionsBackend {
  host = /** @type {const} */ ('functions');
  filter = /** @type {const} */ ('where');
  isStrict = true;
  needsNames = true;
  service = 'default';
  #http;
  #base;

  /**
   * @param {Http} http
   * @param {{ isEmulator: boolean, base: string }} options `base` is the address to which the functions' names are appended
   */
  constructor(http, { isEmulator, base }) {
    this.#http = http;
    this.#base = base;
    this.isEmulator = isEmulator;
    this.resetService = isEmulator ? this.#reset : null;
    this.inspection = isEmulator ? this.#inspect() : null;
  }

  /**
   * Calls a function.
   * @param {string} name
   * @param {{ [parameter: string]: unknown }} [parameters] those that are `undefined` or `null` are left out
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>} its result, with `data` as text
   */
  async call(name, parameters = {}, signal) {
    const members = Object.entries(parameters)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([parameter, value]) => `${JSON.stringify(parameter)}:${value instanceof Raw ? value.json : JSON.stringify(value)}`);
    const { text } = await this.#http.send(
      `${this.#base}${name}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: `{${members.join(',')}}` }, readProblem, signal);
    return parseKeeping(text, rawNames);
  }

  /** @type {Backend['listServices']} */
  async listServices(signal) {
    const { items } = await this.call('getServices', {}, signal);
    return items.map((/** @type {{ key: string, sid: string, isDefault: boolean }} */ service) => ({ ...service, label: service.key }));
  }

  /** @type {Backend['getService']} */
  getService(signal) {
    return this.#call('getService', {}, signal);
  }

  /** @type {Backend['listObjects']} */
  async listObjects(kind, { pageToken, pageSize } = {}, signal) {
    const page = await this.#call(`get${words[kind].many}`, { pageToken, pageSize }, signal);
    return { items: page.items.map((/** @type {any} */ item) => objectOf(kind, item)), next: page.nextPageToken };
  }

  /** @type {Backend['getObject']} */
  async getObject(kind, id, signal) {
    if (!isSid(id)) return objectOf(kind, await this.#call(`get${words[kind].one}`, this.#name(kind, id), signal));
    let pageToken = null;
    do {
      const page = /** @type {import('./backend.js').Page<SyncObject>} */ (await this.listObjects(kind, { pageToken, pageSize: 100 }, signal));
      const found = page.items.find(object => object.sid === id);
      if (found) return found;
      pageToken = page.next;
    } while (pageToken);
    throw new BackendError(404, 'Not Found', `There is no ${labels[kind][0]} ${id}.`);
  }

  /** @type {Backend['createObject']} */
  async createObject(kind, { uniqueName, data, ttl }, signal) {
    return objectOf(kind, await this.#call(`create${words[kind].one}`, { [words[kind].name]: uniqueName, data: raw(data), ttl }, signal));
  }

  /** @type {Backend['updateDocument']} */
  async updateDocument(id, { data, ttl, ifMatch }, signal) {
    return objectOf('document', await this.#call('updateDocument', { ...this.#name('document', id), data: raw(data), ttl, ifMatch }, signal));
  }

  /** @type {Backend['setTtl']} */
  async setTtl(kind, id, ttl, signal) {
    // An empty patch keeps the data byte for byte, and loses no concurrent change.
    return objectOf(kind, kind === 'document'
      ? await this.#call('patchDocument', { ...this.#name(kind, id), patch: {}, ttl }, signal)
      : await this.#call(`update${words[kind].one}`, { ...this.#name(kind, id), ttl }, signal));
  }

  /** @type {Backend['removeObject']} */
  async removeObject(kind, id, sid, signal) {
    await this.#call(`remove${words[kind].one}ById`, { [words[kind].id]: sid }, signal);
  }

  /** @type {Backend['queryItems']} */
  async queryItems(kind, id, { order, from, isExclusive, where, pageToken, pageSize }, signal) {
    const page = await this.#call(`query${words[kind].one}Items`, {
      ...this.#name(kind, id), order, from: from === null ? undefined : from, bounds: from !== null && from !== undefined && isExclusive ? 'exclusive' : undefined, where, pageToken, pageSize,
    }, signal);
    return { items: page.items.map(itemOf), next: page.nextPageToken };
  }

  /** @type {Backend['getItem']} */
  async getItem(kind, id, key, signal) {
    if (kind === 'map') {
      const item = await this.#call('getMapItem', { ...this.#name(kind, id), key }, signal);
      return item && itemOf(item);
    }
    const page = await this.queryItems(kind, id, { from: key, pageSize: 1 }, signal);
    return page.items[0]?.key === Number(key) ? page.items[0] : null;
  }

  /** @type {Backend['createItem']} */
  async createItem(kind, id, { key, data, ttl }, signal) {
    if (kind === 'list') return itemOf(await this.#call('addListItem', { ...this.#name(kind, id), data: raw(data), ttl }, signal));
    if (await this.getItem(kind, id, key ?? '', signal)) throw new BackendError(409, 'Conflict', 'The map already has an item with this key.', { parameter: 'key' });
    return itemOf(await this.#call('setMapItem', { ...this.#name(kind, id), key, data: raw(data), ttl }, signal));
  }

  /** @type {Backend['updateItem']} */
  async updateItem(kind, id, key, { data, ttl, ifMatch }, signal) {
    return itemOf(kind === 'list'
      ? await this.#call('updateListItem', { ...this.#name(kind, id), index: key, data: raw(data), ttl, ifMatch }, signal)
      : await this.#call('setMapItem', { ...this.#name(kind, id), key, data: raw(data), ttl, ifMatch }, signal));
  }

  /** @type {Backend['setItemTtl']} */
  async setItemTtl(kind, id, key, ttl, signal) {
    return itemOf(await this.#call(`patch${words[kind].one}Item`, { ...this.#name(kind, id), [kind === 'list' ? 'index' : 'key']: key, patch: {}, ttl }, signal));
  }

  /** @type {Backend['removeItem']} */
  async removeItem(kind, id, key, ifMatch, signal) {
    await (kind === 'list'
      ? this.#call('removeListItemByIndex', { ...this.#name(kind, id), index: key, ifMatch }, signal)
      : this.#call('removeMapItem', { ...this.#name(kind, id), key, ifMatch }, signal));
  }

  /** @type {Backend['listPermissions']} */
  listPermissions(kind, id, signal) {
    return this.#call(`get${words[kind].one}Permissions`, this.#name(kind, id), signal);
  }

  /** @type {Backend['setPermission']} */
  async setPermission(kind, id, { identity, read, write, manage }, signal) {
    await this.#call(`set${words[kind].one}Permission`, { ...this.#name(kind, id), identity, read, write, manage }, signal);
  }

  /** @type {Backend['removePermission']} */
  async removePermission(kind, id, identity, signal) {
    await this.#call(`remove${words[kind].one}Permission`, { ...this.#name(kind, id), identity }, signal);
  }

  /** @type {Backend['publish']} */
  async publish(id, data, signal) {
    await this.#call('publishStreamMessage', { ...this.#name('stream', id), data: raw(data) }, signal);
  }

  /** @type {Backend['createToken']} */
  createToken(identity, ttl, signal) {
    return this.#call('createToken', { identity, ttl, grants: ['sync'] }, signal);
  }

  /** @type {NonNullable<Backend['createGrantToken']>} */
  createGrantToken(values, signal) {
    return this.#call('createToken', values, signal);
  }

  /** @returns {NonNullable<Backend['inspection']>} */
  #inspect() {
    return {
      requests: (query, signal) => this.call('getRequests', query, signal),
      events: (query, signal) => this.call('getEvents', query, signal),
      deliveries: (query, signal) => this.call('getWebhookDeliveries', query, signal),
      sendDelivery: (deliveryId, signal) => this.call('sendWebhookDelivery', { deliveryId }, signal),
      connections: signal => this.call('getConnections', {}, signal),
      dropConnection: async (connectionId, signal) => { await this.call('dropConnection', { connectionId }, signal); },
    };
  }

  /** @type {NonNullable<Backend['exportService']>} */
  async exportService(signal) {
    const { text } = await this.#http.send(`${this.#base}exportService?service=${encodeURIComponent(this.service)}`, {}, readProblem, signal);
    if (!/"kind":"end"[^\n]*\n?$/.test(text)) throw new BackendError(502, 'Bad Gateway', 'The export is incomplete: its last line has no counts.');
    return new Blob([text], { type: 'application/x-ndjson' });
  }

  /** @type {NonNullable<Backend['importService']>} */
  async importService(file, onConflict, signal) {
    const query = new URLSearchParams({ service: this.service, onConflict });
    const { text } = await this.#http.send(
      `${this.#base}importService?${query}`, { method: 'POST', headers: { 'Content-Type': 'application/x-ndjson' }, body: file }, readProblem, signal);
    return JSON.parse(text);
  }

  /** @type {NonNullable<Backend['resetService']>} */
  #reset = (confirm, signal) => this.#call('resetService', { confirm }, signal);

  /** @param {string} name @param {{ [parameter: string]: unknown }} parameters @param {AbortSignal} [signal] */
  #call(name, parameters, signal) {
    return this.call(name, { ...parameters, service: this.service }, signal);
  }

  /** @param {Kind} kind @param {string} id */
  #name(kind, id) {
    if (isSid(id)) throw new BackendError(400, 'No name', `The functions find a ${labels[kind][0]} by its unique name, but this one has none.`);
    return { [words[kind].name]: id };
  }
}

/** @param {string | undefined} json */
const raw = json => (json === undefined ? undefined : new Raw(json));

/** @param {Kind} kind @param {any} source @returns {SyncObject} */
const objectOf = (kind, source) => ({
  kind, sid: source.sid, uniqueName: source.uniqueName, id: source.uniqueName ?? source.sid, revision: source.revision ?? null, data: source.data ?? null,
  dateExpires: source.dateExpires, dateCreated: source.dateCreated, dateUpdated: source.dateUpdated, createdBy: source.createdBy,
});

/** @param {any} source @returns {Item} */
const itemOf = source => ({
  key: source.key ?? source.index, data: source.data, revision: source.revision,
  dateExpires: source.dateExpires, dateCreated: source.dateCreated, dateUpdated: source.dateUpdated, createdBy: source.createdBy,
});

/** @param {import('./http.js').Answer} answer */
function readProblem({ status, text }) {
  try {
    const problem = JSON.parse(text);
    return new BackendError(status, problem.title, problem.detail, { parameter: problem.parameter, code: problem.code });
  } catch {
    // Errors of the Functions host itself have no body.
    return new BackendError(status, `HTTP ${status}`, status === 401 ? 'The function key is missing or wrong.' : 'The Functions host refused the call.');
  }
}
