// Uses Sync through the emulator's REST API, at the address of the page.

import { parseKeeping } from '../json/raw.js';
import { BackendError } from './backend.js';

/** @typedef {import('./backend.js').Backend} Backend */
/** @typedef {import('./backend.js').Kind} Kind */
/** @typedef {import('./backend.js').Item} Item */
/** @typedef {import('./backend.js').SyncObject} SyncObject */
/** @typedef {import('./http.js').Http} Http */

const rawNames = new Set(['data']);
const segments = Object.freeze({ document: 'Documents', list: 'Lists', map: 'Maps', stream: 'Streams' });

/** @implements {Backend} */
export class RestBackend {
  host = /** @type {const} */ ('emulator');
  isEmulator = true;
  filter = /** @type {const} */ ('text');
  isStrict = false;
  needsNames = false;
  service = 'default';
  createGrantToken = null;
  exportService = null;
  importService = null;
  resetService = null;
  #http;

  /** @type {NonNullable<Backend['inspection']>} */
  inspection = {
    requests: (values, signal) => this.call('GET', `/inspection/requests${query(values)}`, undefined, { signal }),
    events: (values, signal) => this.call('GET', `/inspection/events${query(values)}`, undefined, { signal }),
    deliveries: (values, signal) => this.call('GET', `/inspection/deliveries${query(values)}`, undefined, { signal }),
    sendDelivery: (id, signal) => this.call('POST', `/inspection/deliveries/${id}/send`, undefined, { signal }),
    connections: signal => this.call('GET', '/inspection/connections', undefined, { signal }),
    dropConnection: async (id, signal) => { await this.call('DELETE', `/inspection/connections/${encodeURIComponent(id)}`, undefined, { signal }); },
  };

  /** @param {Http} http */
  constructor(http) {
    this.#http = http;
  }

  /**
   * Makes a call.
   * @param {string} method
   * @param {string} path the path after the origin, with its query
   * @param {{ [field: string]: unknown }} [form] those that are `undefined` are left out
   * @param {{ ifMatch?: string | null, signal?: AbortSignal }} [options]
   * @returns {Promise<any>} the response, with `data` as text; `null` if it has no body
   */
  async call(method, path, form, { ifMatch, signal } = {}) {
    /** @type {{ [name: string]: string }} */ const headers = {};
    let body;
    if (form) {
      body = new URLSearchParams();
      for (const [field, value] of Object.entries(form)) if (value !== undefined) body.append(field, String(value));
      headers['Content-Type'] = 'application/x-www-form-urlencoded';
    }
    if (ifMatch) headers['If-Match'] = ifMatch;
    const { text } = await this.#http.send(path, { method, headers, body: body?.toString() }, readError, signal);
    return text ? parseKeeping(text, rawNames) : null;
  }

  /** @type {Backend['listServices']} */
  async listServices(signal) {
    const { services } = await this.call('GET', '/v1/Services?PageSize=100', undefined, { signal });
    return services.map((/** @type {any} */ service) => ({
      key: service.unique_name ?? service.sid, sid: service.sid, isDefault: service.unique_name === 'default', label: service.unique_name ?? service.friendly_name ?? service.sid,
    }));
  }

  /** @type {Backend['getService']} */
  async getService(signal) {
    const service = await this.call('GET', this.#path(), undefined, { signal });
    return { sid: service.sid, friendlyName: service.friendly_name, aclEnabled: service.acl_enabled };
  }

  /** @type {Backend['listObjects']} */
  async listObjects(kind, { pageToken, pageSize = 50 } = {}, signal) {
    const page = await this.call('GET', `${this.#path(kind)}${query({ PageSize: pageSize, PageToken: pageToken })}`, undefined, { signal });
    return { items: page[segments[kind].toLowerCase()].map((/** @type {any} */ item) => objectOf(kind, item)), next: tokenOf(page) };
  }

  /** @type {Backend['getObject']} */
  async getObject(kind, id, signal) {
    return objectOf(kind, await this.call('GET', this.#path(kind, id), undefined, { signal }));
  }

  /** @type {Backend['createObject']} */
  async createObject(kind, { uniqueName, data, ttl }, signal) {
    return objectOf(kind, await this.call('POST', this.#path(kind), { UniqueName: uniqueName, Data: data, Ttl: ttl }, { signal }));
  }

  /** @type {Backend['updateDocument']} */
  async updateDocument(id, { data, ttl, ifMatch }, signal) {
    return objectOf('document', await this.call('POST', this.#path('document', id), { Data: data, Ttl: ttl === 'keep' ? undefined : ttl }, { ifMatch, signal }));
  }

  /** @type {Backend['setTtl']} */
  async setTtl(kind, id, ttl, signal) {
    return objectOf(kind, await this.call('POST', this.#path(kind, id), { Ttl: ttl }, { signal }));
  }

  /** @type {Backend['removeObject']} */
  async removeObject(kind, id, sid, signal) {
    await this.call('DELETE', this.#path(kind, sid), undefined, { signal });
  }

  /** @type {Backend['queryItems']} */
  async queryItems(kind, id, { order, from, isExclusive, where, pageToken, pageSize }, signal) {
    const hasFrom = from !== null && from !== undefined && from !== '';
    const page = await this.call('GET', `${this.#path(kind, id)}/Items${query({
      Order: order, From: hasFrom ? from : undefined, Bounds: hasFrom && isExclusive ? 'exclusive' : undefined, PageSize: pageSize, PageToken: pageToken,
    })}`, undefined, { signal });
    // The API has no conditions, so a page is filtered here. Few items or none may be left.
    const items = /** @type {Item[]} */ (page.items.map(itemOf));
    return { items: where ? items.filter(({ data }) => data.includes(where)) : items, next: tokenOf(page) };
  }

  /** @type {Backend['getItem']} */
  async getItem(kind, id, key, signal) {
    try {
      return itemOf(await this.call('GET', this.#item(kind, id, key), undefined, { signal }));
    } catch (error) {
      if (!(error instanceof BackendError) || error.status !== 404) throw error;
      // Either the item or its object does not exist. Only a missing item is not an error.
      await this.getObject(kind, id, signal);
      return null;
    }
  }

  /** @type {Backend['createItem']} */
  async createItem(kind, id, { key, data, ttl }, signal) {
    return itemOf(await this.call('POST', `${this.#path(kind, id)}/Items`, { Key: key, Data: data, ItemTtl: ttl }, { signal }));
  }

  /** @type {Backend['updateItem']} */
  async updateItem(kind, id, key, { data, ttl, ifMatch }, signal) {
    return itemOf(await this.call('POST', this.#item(kind, id, key), { Data: data, ItemTtl: ttl === 'keep' ? undefined : ttl }, { ifMatch, signal }));
  }

  /** @type {Backend['setItemTtl']} */
  async setItemTtl(kind, id, key, ttl, signal) {
    return itemOf(await this.call('POST', this.#item(kind, id, key), { ItemTtl: ttl }, { signal }));
  }

  /** @type {Backend['removeItem']} */
  async removeItem(kind, id, key, ifMatch, signal) {
    await this.call('DELETE', this.#item(kind, id, key), undefined, { ifMatch, signal });
  }

  /** @type {Backend['listPermissions']} */
  async listPermissions(kind, id, signal) {
    const all = [];
    let pageToken = null;
    do {
      const page = await this.call('GET', `${this.#path(kind, id)}/Permissions${query({ PageSize: 100, PageToken: pageToken })}`, undefined, { signal });
      all.push(...page.permissions);
      pageToken = tokenOf(page);
    } while (pageToken);
    return all.map(({ identity, read, write, manage }) => ({ identity, read, write, manage }));
  }

  /** @type {Backend['setPermission']} */
  async setPermission(kind, id, { identity, read, write, manage }, signal) {
    await this.call('POST', `${this.#path(kind, id)}/Permissions/${encodeURIComponent(identity)}`, { Read: read, Write: write, Manage: manage }, { signal });
  }

  /** @type {Backend['removePermission']} */
  async removePermission(kind, id, identity, signal) {
    await this.call('DELETE', `${this.#path(kind, id)}/Permissions/${encodeURIComponent(identity)}`, undefined, { signal });
  }

  /** @type {Backend['publish']} */
  async publish(id, data, signal) {
    await this.call('POST', `${this.#path('stream', id)}/Messages`, { Data: data }, { signal });
  }

  /** @type {Backend['createToken']} */
  createToken(identity, ttl, signal) {
    return this.call('POST', '/inspection/tokens', { identity, ttl, service: this.service }, { signal });
  }

  /** @param {Kind} [kind] @param {string} [id] */
  #path(kind, id) {
    const service = `/v1/Services/${encodeURIComponent(this.service)}`;
    return kind === undefined ? service : id === undefined ? `${service}/${segments[kind]}` : `${service}/${segments[kind]}/${encodeURIComponent(id)}`;
  }

  /** @param {Kind} kind @param {string} id @param {string | number} key */
  #item(kind, id, key) {
    return `${this.#path(kind, id)}/Items/${encodeURIComponent(key)}`;
  }
}

/** @param {{ [name: string]: unknown }} parameters */
function query(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null).map(([name, value]) => [name, String(value)]);
  return given.length ? `?${new URLSearchParams(given)}` : '';
}

/** @param {{ meta: { next_page_url: string | null } }} page */
const tokenOf = ({ meta }) => (meta.next_page_url ? new URL(meta.next_page_url).searchParams.get('PageToken') : null);

/** @param {Kind} kind @param {any} source @returns {SyncObject} */
const objectOf = (kind, source) => ({
  kind, sid: source.sid, uniqueName: source.unique_name, id: source.unique_name ?? source.sid, revision: source.revision ?? null, data: source.data ?? null,
  dateExpires: source.date_expires, dateCreated: source.date_created, dateUpdated: source.date_updated, createdBy: source.created_by,
});

/** @param {any} source @returns {Item} */
const itemOf = source => ({
  key: source.key ?? source.index, data: source.data, revision: source.revision,
  dateExpires: source.date_expires, dateCreated: source.date_created, dateUpdated: source.date_updated, createdBy: source.created_by,
});

/** @param {import('./http.js').Answer} answer */
function readError({ status, text }) {
  try {
    const error = JSON.parse(text);
    return new BackendError(status, `HTTP ${status}`, error.message, { code: error.code });
  } catch {
    return new BackendError(status, `HTTP ${status}`, 'The emulator refused the call.');
  }
}
