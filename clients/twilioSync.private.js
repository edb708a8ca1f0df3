'use strict';
// A drop-in replacement for the file of the same name in twiliosync-library. Each method of the class calls the function of the same name. The code of
// a Twilio Functions project that uses the class does not change. CommonJS, no packages, Node.js 18 or newer.
//
// Environment variables, read at each call:
//   SYNC_FUNCTIONS_URL  the address of the functions (default: http://127.0.0.1:7071). If it has no path, /api is added
//   SYNC_FUNCTIONS_KEY  a function key, if the functions need one

const DEFAULT_URL = 'http://127.0.0.1:7071';

/**
 * The members that all resources have. Dates are `Date`s; everything else is as in Twilio's helper library.
 * @typedef {object} Resource
 * @property {string} accountSid
 * @property {string} serviceSid
 * @property {string} url
 * @property {string} revision
 * @property {Date | null} dateExpires
 * @property {Date} dateCreated
 * @property {Date} dateUpdated
 * @property {string} createdBy
 */
/** @typedef {Resource & { sid: string, uniqueName: string, links: Record<string, string>, data: any }} Document */
/** @typedef {Resource & { sid: string, uniqueName: string, links: Record<string, string> }} List */
/** @typedef {List} SyncMap */
/** @typedef {Resource & { index: number, listSid: string, data: any }} ListItem */
/** @typedef {Resource & { key: string, mapSid: string, data: any }} MapItem */

/** Is thrown if a function refuses a call, or fails. */
class CallFailure extends Error {
  /**
   * @param {string} message
   * @param {number} status the HTTP status
   * @param {{ code?: number, moreInfo?: string, parameter?: string }} problem the response's problem details (RFC 9457)
   */
  constructor(message, status, { code, moreInfo, parameter }) {
    super(message);
    this.status = status;
    /** Twilio's error code, if Sync answered. */
    this.code = code;
    this.moreInfo = moreInfo;
    /** The parameter that caused the error, if there is one. */
    this.parameter = parameter;
  }
}

class TwilioSync {
  #debugMode;

  /**
   * The first three parameters are not used and not sent: the app signs in to Twilio with its own credentials.
   * @param {string} [masterAccountSid]
   * @param {string} [accountSid]
   * @param {string} [authToken]
   * @param {string} [syncServiceSid] the SID or the key of a Sync service that the app has configured; the default is the app's default service
   * @param {boolean} [debugMode] whether each call is logged to the console
   */
  constructor(masterAccountSid, accountSid, authToken, syncServiceSid, debugMode = false) {
    this.syncServiceSid = syncServiceSid;
    this.#debugMode = debugMode;
  }

  // ---- documents

  /**
   * Gets a document.
   * @param {string} docName
   * @returns {Promise<Document>}
   */
  async getDocument(docName) {
    this.#log('getDocument', docName);
    return withDates(await this.#callOf(docName, 'getDocument', { docName: text(docName) }));
  }

  /**
   * Creates a document.
   * @param {string} docName
   * @param {object} data
   * @param {number} [ttl] seconds until it expires; 0 means never
   * @returns {Promise<Document>}
   */
  async createDocument(docName, data, ttl = 0) {
    this.#log('createDocument', docName, data, ttl);
    return withDates(await this.#call('createDocument', { docName: text(docName), ttl }, data ?? {}));
  }

  /**
   * Removes a document.
   * @param {string} docName
   * @returns {Promise<'deleted'>}
   */
  async removeDocument(docName) {
    this.#log('removeDocument', docName);
    return this.#callOf(docName, 'removeDocument', { docName: text(docName) });
  }

  /**
   * Removes a document by its SID.
   * @param {string} documentId
   * @returns {Promise<'deleted'>}
   */
  async removeDocumentById(documentId) {
    this.#log('removeDocumentById', documentId);
    return this.#call('removeDocumentById', { documentId: text(documentId) });
  }

  /**
   * Finds a document's SID.
   * @param {string} docName
   * @returns {Promise<string>} `''` if there is none
   */
  async searchDocument(docName) {
    this.#log('searchDocument', docName);
    return this.#search('searchDocument', { docName: text(docName) });
  }

  /**
   * Replaces a document's data.
   * @param {string} docName
   * @param {object} data
   * @param {number} [ttl] seconds until it expires; 0 means never
   * @returns {Promise<Document>}
   */
  async updateDocument(docName, data, ttl = 0) {
    this.#log('updateDocument', docName, data, ttl);
    return withDates(await this.#callOf(docName, 'updateDocument', { docName: text(docName), ttl }, data));
  }

  // ---- lists

  /**
   * Creates a list.
   * @param {string} listName
   * @param {number} [ttl] seconds until it expires; 0 means never
   * @returns {Promise<List>}
   */
  async createList(listName, ttl = 0) {
    this.#log('createList', listName, ttl);
    return withDates(await this.#call('createList', { listName: text(listName), ttl }));
  }

  /**
   * Gets a list.
   * @param {string} listName
   * @returns {Promise<List>}
   */
  async getList(listName) {
    this.#log('getList', listName);
    return withDates(await this.#callOf(listName, 'getList', { listName: text(listName) }));
  }

  /**
   * Finds a list's SID.
   * @param {string} listName
   * @returns {Promise<string>} `''` if there is none
   */
  async searchList(listName) {
    this.#log('searchList', listName);
    return this.#search('searchList', { listName: text(listName) });
  }

  /**
   * Removes a list with its items.
   * @param {string} listName
   * @returns {Promise<'deleted'>}
   */
  async removeList(listName) {
    this.#log('removeList', listName);
    return this.#callOf(listName, 'removeList', { listName: text(listName) });
  }

  /**
   * Removes a list by its SID, with its items.
   * @param {string} listId
   * @returns {Promise<'deleted'>}
   */
  async removeListById(listId) {
    this.#log('removeListById', listId);
    return this.#call('removeListById', { listId: text(listId) });
  }

  /**
   * Adds an item to a list.
   * @param {string} listName
   * @param {object} data
   * @param {number} [ttl] seconds until it expires; 0 means never
   * @returns {Promise<ListItem>}
   */
  async addListItem(listName, data, ttl = 0) {
    this.#log('addListItem', listName, data, ttl);
    return withDates(await this.#callOf(listName, 'addListItem', { listName: text(listName), ttl }, data));
  }

  /**
   * Gets a list's items.
   * @param {string} listName
   * @param {string | null} [key] only the items whose top-level data keys, joined by commas, equal it
   * @returns {Promise<ListItem[]>}
   */
  async getListItems(listName, key = null) {
    return this.#getListItems('getListItems', listName, key);
  }

  /**
   * Gets a list's items: `getListItems` under the name in the library's README.
   * @param {string} listName
   * @param {string | null} [key]
   * @returns {Promise<ListItem[]>}
   */
  async getListItem(listName, key = null) {
    return this.#getListItems('getListItem', listName, key);
  }

  /**
   * Removes the items that `getListItems` returns for a key.
   * @param {string} listName
   * @param {string} key
   * @returns {Promise<string>} `N item(s) deleted.`
   */
  async removeListItems(listName, key) {
    return this.#removeListItems('removeListItems', listName, key);
  }

  /**
   * Removes items: `removeListItems` under the name in the library's README.
   * @param {string} listName
   * @param {string} key
   * @returns {Promise<string>} `N item(s) deleted.`
   */
  async removeListItem(listName, key) {
    return this.#removeListItems('removeListItem', listName, key);
  }

  // ---- maps

  /**
   * Creates a map.
   * @param {string} mapName
   * @param {number} [ttl] seconds until it expires; 0 means never
   * @returns {Promise<SyncMap>}
   */
  async createMap(mapName, ttl = 0) {
    this.#log('createMap', mapName, ttl);
    return withDates(await this.#call('createMap', { mapName: text(mapName), ttl }));
  }

  /**
   * Gets a map.
   * @param {string} mapName
   * @returns {Promise<SyncMap>}
   */
  async getMap(mapName) {
    this.#log('getMap', mapName);
    return withDates(await this.#callOf(mapName, 'getMap', { mapName: text(mapName) }));
  }

  /**
   * Finds a map's SID.
   * @param {string} mapName
   * @returns {Promise<string>} `''` if there is none
   */
  async searchMap(mapName) {
    this.#log('searchMap', mapName);
    return this.#search('searchMap', { mapName: text(mapName) });
  }

  /**
   * Removes a map with its items.
   * @param {string} mapName
   * @returns {Promise<'deleted'>}
   */
  async removeMap(mapName) {
    this.#log('removeMap', mapName);
    return this.#callOf(mapName, 'removeMap', { mapName: text(mapName) });
  }

  /**
   * Removes a map by its SID, with its items.
   * @param {string} mapId
   * @returns {Promise<'deleted'>}
   */
  async removeMapById(mapId) {
    this.#log('removeMapById', mapId);
    return this.#call('removeMapById', { mapId: text(mapId) });
  }

  /**
   * Sets a map item: replaces it if the key exists, otherwise creates it.
   * @param {string} mapName
   * @param {string} key
   * @param {object} data
   * @param {number} [ttl] seconds until it expires; 0 means never
   * @returns {Promise<MapItem>}
   */
  async setMapItem(mapName, key, data, ttl = 0) {
    this.#log('setMapItem', mapName, key, data, ttl);
    return withDates(await this.#callOf(mapName, 'setMapItem', { mapName: text(mapName), key: text(key), ttl }, data));
  }

  /**
   * Gets all items of a map.
   * @param {string} mapName
   * @returns {Promise<MapItem[]>}
   */
  async getMapItems(mapName) {
    this.#log('getMapItems', mapName);
    return (await this.#callOf(mapName, 'getMapItems', { mapName: text(mapName) })).map(withDates);
  }

  /**
   * Gets a map item.
   * @param {string} mapName
   * @param {string} key
   * @returns {Promise<MapItem | null>} `null` if there is no such item, or no such map
   */
  async getMapItem(mapName, key) {
    this.#log('getMapItem', mapName, key);
    try {
      const item = await this.#call('getMapItem', { mapName: text(mapName), key: text(key) });
      return item && withDates(item);
    } catch (error) {
      if (isAbsent(error, 'mapName', 'key')) return null;
      throw error;
    }
  }

  /**
   * Removes a map item.
   * @param {string} mapName
   * @param {string} key
   * @returns {Promise<'deleted.'>} with a full stop, unlike the other removals
   */
  async removeMapItem(mapName, key) {
    this.#log('removeMapItem', mapName, key);
    try {
      return await this.#call('removeMapItem', { mapName: text(mapName), key: text(key) });
    } catch (error) {
      throw isAbsent(error, 'mapName', 'key') ? notFound(`MapItem(${key})`, error) : error;
    }
  }

  // ---- shared by the methods

  /**
   * @param {string} method
   * @param {string} listName
   * @param {string | null} key
   */
  async #getListItems(method, listName, key) {
    this.#log(method, listName, key);
    return (await this.#callOf(listName, method, { listName: text(listName), key: text(key) })).map(withDates);
  }

  /**
   * @param {string} method
   * @param {string} listName
   * @param {string} key
   */
  async #removeListItems(method, listName, key) {
    this.#log(method, listName, key);
    if (key === undefined || key === null) {
      // No item has such a key, and the function would refuse the call.
      await this.#callOf(listName, 'getList', { listName: text(listName) });
      return '0 item(s) deleted.';
    }
    return this.#callOf(listName, method, { listName: text(listName), key: text(key) });
  }

  /**
   * Calls a function that finds an object by its name.
   * @param {unknown} name the object's name, as in the first parameter
   * @param {string} method
   * @param {Record<string, unknown>} parameters
   * @param {[data?: unknown]} data
   */
  async #callOf(name, method, parameters, ...data) {
    try {
      return await this.#call(method, parameters, ...data);
    } catch (error) {
      throw isAbsent(error, Object.keys(parameters)[0]) ? notFound(name, error) : error;
    }
  }

  /**
   * Calls a function that finds a SID.
   * @param {string} method
   * @param {Record<string, unknown>} parameters
   */
  async #search(method, parameters) {
    try {
      return await this.#call(method, parameters);
    } catch (error) {
      if (isAbsent(error, Object.keys(parameters)[0])) return '';
      throw error;
    }
  }

  /**
   * @param {string} method
   * @param {Record<string, unknown>} parameters any that are `undefined` are left out
   * @param {unknown} [data]
   */
  #call(method, parameters, data) {
    return callFunction(method, { ...parameters, service: text(this.syncServiceSid) }, data);
  }

  /**
   * @param {string} method
   * @param {unknown[]} values
   */
  #log(method, ...values) {
    if (this.#debugMode) console.log(`${method}(${values.map(value => `${value}`).join(', ')}) called.`);
  }
}

/**
 * Calls a function.
 * @param {string} name
 * @param {Record<string, unknown>} parameters
 * @param {unknown} data sent as the parameter `data`, unless it is `undefined`
 * @returns {Promise<any>} what the function resolves to
 */
async function callFunction(name, parameters, data) {
  const { SYNC_FUNCTIONS_URL, SYNC_FUNCTIONS_KEY } = /** @type {any} */ (globalThis).process.env;
  const base = baseOf(SYNC_FUNCTIONS_URL?.trim() || DEFAULT_URL);
  const key = SYNC_FUNCTIONS_KEY?.trim();
  const { status, ok, body } = await send(new URL(name, base), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...key && { 'x-functions-key': key } },
    body: bodyOf(parameters, data),
    // The key is for the configured address only: do not send it elsewhere by following a redirect.
    redirect: 'manual',
  });
  if (ok && body !== undefined) return body;
  const problem = typeof body === 'object' && body ? body : {};
  throw new CallFailure(problem.detail ?? `The function ${name} at ${base.origin} answered with status ${status}.`, status, problem);
}

/**
 * @param {URL} url
 * @param {RequestInit} request
 * @returns {Promise<{ status: number, ok: boolean, body: any }>} without a body if it is not JSON
 */
async function send(url, request) {
  let response, content;
  try {
    response = await fetch(url, request);
    content = await response.text();
  } catch (error) {
    const { code, message } = /** @type {any} */ (error).cause ?? {};
    throw new Error(`The functions at ${url.origin} cannot be reached: ${message || code || 'the request failed'}.`, { cause: error });
  }
  return { status: response.status, ok: response.ok, body: parse(content) };
}

/** @param {string} url */
function baseOf(url) {
  let base;
  try {
    base = new URL(url);
  } catch {
    throw new Error('SYNC_FUNCTIONS_URL must be a URL, such as https://my-app.azurewebsites.net.');
  }
  base.pathname = base.pathname === '/' ? '/api/' : base.pathname.replace(/\/*$/, '/');
  return base;
}

/**
 * @param {Record<string, unknown>} parameters
 * @param {unknown} data
 */
function bodyOf(parameters, data) {
  const body = JSON.stringify(parameters);
  if (data === undefined) return body;
  // Text is sent unchanged, so numbers keep all digits. It must be JSON, or it could add parameters of its own.
  const json = typeof data === 'string' && parse(data) !== undefined ? data : JSON.stringify(data);
  return `${body.slice(0, -1)}${body === '{}' ? '' : ','}"data":${json}}`;
}

/** @param {string} json */
function parse(json) {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/**
 * Converts names and keys to text: numbers and arrays (as `Object.keys` returns them) become text as they would in a URL.
 * @param {unknown} value
 */
const text = value => value === undefined || value === null ? undefined : String(value);

/**
 * @template {Record<string, any>} T
 * @param {T} resource
 * @returns {T}
 */
function withDates(resource) {
  const dates = ['dateExpires', 'dateCreated', 'dateUpdated'].filter(member => typeof resource[member] === 'string');
  return Object.assign(resource, Object.fromEntries(dates.map(member => [member, new Date(resource[member])])));
}

/**
 * Checks whether an error means that the named object does not exist: Sync says so (a 404 for an unknown function has no Twilio code), or the name is one
 * that no object can have.
 * @param {unknown} error
 * @param {string[]} names the parameters that name the object
 */
function isAbsent(error, ...names) {
  return error instanceof CallFailure
    && (error.status === 404 ? error.code !== undefined : error.status === 400 && names.includes(error.parameter ?? ''));
}

/**
 * @param {unknown} what
 * @param {unknown} cause
 */
const notFound = (what, cause) => new Error(`${what} not found.`, { cause });

module.exports = TwilioSync;
