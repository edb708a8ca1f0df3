// The interface through which the page uses Sync: the app's functions and the emulator's REST API implement it.

/** @typedef {'document' | 'list' | 'map' | 'stream'} Kind */
/** @typedef {'list' | 'map'} CollectionKind */

/**
 * @typedef {object} Service
 * @property {string} key identifies it in links
 * @property {string} sid
 * @property {boolean} isDefault
 * @property {string} label
 */

/**
 * @typedef {object} ServiceInfo
 * @property {string} sid
 * @property {string | null} friendlyName
 * @property {boolean} aclEnabled whether permissions are enforced for access tokens
 */

/**
 * @typedef {object} SyncObject
 * @property {Kind} kind
 * @property {string} sid
 * @property {string | null} uniqueName
 * @property {string} id the unique name, or the SID if there is none
 * @property {string | null} revision `null` for streams
 * @property {string | null} data of a document, as the exact text in Sync; `null` for the others
 * @property {string | null} dateExpires ISO 8601
 * @property {string} dateCreated
 * @property {string} dateUpdated
 * @property {string} createdBy
 */

/**
 * @typedef {object} Item
 * @property {string | number} key a map's key, or a list's index
 * @property {string} data the exact text in Sync
 * @property {string} revision
 * @property {string | null} dateExpires
 * @property {string} dateCreated
 * @property {string} dateUpdated
 * @property {string} createdBy
 */

/** @typedef {{ identity: string, read: boolean, write: boolean, manage: boolean }} Permission */

/**
 * @template T
 * @typedef {{ items: T[], next: string | null }} Page
 */

/**
 * @typedef {object} ItemQuery
 * @property {'asc' | 'desc'} [order]
 * @property {string | number | null} [from] the first key or index
 * @property {boolean} [isExclusive] whether an item at `from` itself is left out
 * @property {string} [where] a filter of the data, of the kind in {@link Backend.filter}
 * @property {string | null} [pageToken]
 * @property {number} [pageSize]
 */

/** @typedef {number | 'keep'} Ttl seconds from now, 0 for never */

/**
 * @typedef {object} SeenRequest a request that the emulator answered
 * @property {number} id
 * @property {string} time
 * @property {'rest' | 'realtime'} via
 * @property {string} method
 * @property {string} path with its query
 * @property {string | null} caller
 * @property {string | null} ifMatch
 * @property {{ [name: string]: string } | null} form
 * @property {string | null} body of a realtime request
 * @property {boolean} isCut whether only the beginning of the form or body is kept
 * @property {number} status
 * @property {number | null} code
 * @property {string | null} message
 * @property {number} duration milliseconds
 * @property {number} responseSize bytes
 */

/**
 * @typedef {object} SeenEvent
 * @property {number} id
 * @property {string} time
 * @property {string | null} serviceSid
 * @property {string} type such as `map_item_added`
 * @property {Kind | null} objectKind
 * @property {string | null} objectSid
 * @property {string | null} uniqueName
 * @property {number | null} index
 * @property {string | null} key
 * @property {string | null} messageSid
 * @property {string | null} revision
 * @property {string} author
 * @property {string | null} endpointId
 * @property {string | null} data the exact text in Sync
 */

/**
 * @typedef {object} Delivery a webhook that was sent, or waits to be sent
 * @property {number} id
 * @property {string} time
 * @property {string} serviceSid
 * @property {string} eventType
 * @property {string | null} url
 * @property {string} body the form as it is sent
 * @property {string | null} signature
 * @property {'pending' | 'delivered' | 'dropped'} state
 * @property {number} attempts
 * @property {number | null} status
 * @property {string | null} answer
 * @property {string | null} error
 * @property {number | null} duration milliseconds
 * @property {number | null} repeats the delivery that it sends again
 */

/**
 * @typedef {object} OpenConnection
 * @property {string} id
 * @property {string | null} identity
 * @property {string | null} serviceSid
 * @property {string} since
 * @property {string | null} remoteAddress
 * @property {string | null} client
 * @property {string | null} tokenExpires
 * @property {number} subscriptionCount
 * @property {{ kind: Kind | 'live_query', sid: string, uniqueName: string | null, query: string | null }[]} subscriptions the first of them
 * @property {number} waitingPackets
 * @property {number} waitingBytes
 * @property {number} sentBytes
 * @property {number} sentEvents
 */

/**
 * @template T
 * @typedef {{ items: T[], first: number | null, last: number }} LogPage the newest first; pass `first` as `before` for older ones, `last` as `after` for
 * newer ones
 */

/** @typedef {{ [name: string]: string | number | null | undefined }} LogQuery `pageSize`, `before`, `after`, and filters */

/**
 * @typedef {object} Inspection the emulator's inspection endpoints
 * @property {(query: LogQuery, signal?: AbortSignal) => Promise<LogPage<SeenRequest>>} requests
 * @property {(query: LogQuery, signal?: AbortSignal) => Promise<LogPage<SeenEvent>>} events
 * @property {(query: LogQuery, signal?: AbortSignal) => Promise<LogPage<Delivery>>} deliveries
 * @property {(id: number, signal?: AbortSignal) => Promise<Delivery>} sendDelivery
 * @property {(signal?: AbortSignal) => Promise<{ items: OpenConnection[], count: number }>} connections
 * @property {(id: string, signal?: AbortSignal) => Promise<void>} dropConnection
 */

/**
 * @typedef {object} Backend
 * @property {'functions' | 'emulator'} host
 * @property {boolean} isEmulator whether the data is in the emulator, which has the inspection endpoints
 * @property {'where' | 'text'} filter how items are filtered: by a condition, or by a text in their data
 * @property {boolean} isStrict whether it refuses to write some data that Sync itself would accept; see `strictFault`
 * @property {boolean} needsNames whether objects without a unique name can only be listed
 * @property {string} service the key of the chosen service
 * @property {(signal?: AbortSignal) => Promise<Service[]>} listServices
 * @property {(signal?: AbortSignal) => Promise<ServiceInfo>} getService
 * @property {(kind: Kind, page?: { pageToken?: string | null, pageSize?: number }, signal?: AbortSignal) => Promise<Page<SyncObject>>} listObjects
 * @property {(kind: Kind, id: string, signal?: AbortSignal) => Promise<SyncObject>} getObject
 * @property {(kind: Kind, values: { uniqueName?: string, data?: string, ttl?: number }, signal?: AbortSignal) => Promise<SyncObject>} createObject
 * @property {(id: string, values: { data: string, ttl: Ttl, ifMatch?: string | null }, signal?: AbortSignal) => Promise<SyncObject>} updateDocument
 * @property {(kind: Kind, id: string, ttl: number, signal?: AbortSignal) => Promise<SyncObject>} setTtl
 * @property {(kind: Kind, id: string, sid: string, signal?: AbortSignal) => Promise<void>} removeObject
 * @property {(kind: CollectionKind, id: string, query: ItemQuery, signal?: AbortSignal) => Promise<Page<Item>>} queryItems
 * @property {(kind: CollectionKind, id: string, key: string | number, signal?: AbortSignal) => Promise<Item | null>} getItem `null` if there is none
 * @property {(kind: CollectionKind, id: string, values: { key?: string, data: string, ttl?: number }, signal?: AbortSignal) => Promise<Item>} createItem
 * @property {(kind: CollectionKind, id: string, key: string | number, values: { data: string, ttl: Ttl, ifMatch?: string | null }, signal?: AbortSignal) => Promise<Item>} updateItem
 * @property {(kind: CollectionKind, id: string, key: string | number, ttl: number, signal?: AbortSignal) => Promise<Item>} setItemTtl
 * @property {(kind: CollectionKind, id: string, key: string | number, ifMatch?: string | null, signal?: AbortSignal) => Promise<void>} removeItem
 * @property {(kind: Kind, id: string, signal?: AbortSignal) => Promise<Permission[]>} listPermissions
 * @property {(kind: Kind, id: string, permission: Permission, signal?: AbortSignal) => Promise<void>} setPermission
 * @property {(kind: Kind, id: string, identity: string, signal?: AbortSignal) => Promise<void>} removePermission
 * @property {(id: string, data: string, signal?: AbortSignal) => Promise<void>} publish
 * @property {(identity: string, ttl: number, signal?: AbortSignal) => Promise<{ identity: string, token: string, expires: string }>} createToken
 * @property {((values: { [parameter: string]: unknown }, signal?: AbortSignal) => Promise<{ token: string, expires: string }>) | null} createGrantToken
 *   creates a token with chosen grants; `null` if tokens are for Sync alone
 * @property {Inspection | null} inspection `null` if the data is not in the emulator
 * @property {((signal?: AbortSignal) => Promise<Blob>) | null} exportService `null` if it is not available
 * @property {((file: Blob, onConflict: string, signal?: AbortSignal) => Promise<{ [count: string]: number }>) | null} importService
 * @property {((confirm: string, signal?: AbortSignal) => Promise<{ [count: string]: number }>) | null} resetService
 */

/** A call that returned an error. */
export class BackendError extends Error {
  /**
   * @param {number} status
   * @param {string} title
   * @param {string} detail
   * @param {{ parameter?: string | null, code?: number | null }} [more]
   */
  constructor(status, title, detail, { parameter = null, code = null } = {}) {
    super(detail || title);
    this.name = 'BackendError';
    this.status = status;
    this.title = title;
    this.parameter = parameter;
    this.code = code;
  }
}

/** A call without a response. */
export class UnreachableError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'UnreachableError';
  }
}

/** @param {unknown} error */
export const isAbort = error => error instanceof DOMException && error.name === 'AbortError';

/** @type {readonly Kind[]} */
export const kinds = ['document', 'list', 'map', 'stream'];

/** Tells whether a text has the form of a SID, which cannot be a unique name. */
export const isSid = (/** @type {string} */ text) => /^[A-Z]{2}[0-9a-f]{32}$/.test(text);

/** Display names of the kinds, singular and plural. */
export const labels = Object.freeze({
  document: ['document', 'Documents'], list: ['list', 'Lists'], map: ['map', 'Maps'], stream: ['stream', 'Streams'],
});
