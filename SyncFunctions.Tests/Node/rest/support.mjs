import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import twilio from 'twilio';

export { setTimeout as sleep } from 'node:timers/promises';

// The SDK would rewrite host names by these.
delete process.env.TWILIO_EDGE;
delete process.env.TWILIO_REGION;

const { SYNC_URL = '', ACCOUNT_SID, AUTH_TOKEN, API_KEY_SID, API_KEY_SECRET, SERVICE_SID } = process.env;
export const env = { SYNC_URL, ACCOUNT_SID, AUTH_TOKEN, API_KEY_SID, API_KEY_SECRET, SERVICE_SID };
export const baseUrl = `${SYNC_URL.replace(/\/+$/, '')}/v1`;

export function connect(username, password, options) {
  const client = twilio(username, password, options);
  client.sync.baseUrl = SYNC_URL;
  return client;
}

const client = connect(ACCOUNT_SID, AUTH_TOKEN);
export const services = client.sync.v1.services;
export const service = (sid = SERVICE_SID) => services(sid);

/** The raw response, requested with the SDK's own request method. */
export const get = uri => client.request({ method: 'get', uri });

export const scenario = (name, operations, run) => ({ name, operations, run });

// ---- what the tests are about: scenarios are written once for all kinds they hold for

export const documentKind = {
  resource: 'Document', label: 'documents', path: 'Documents', prefix: 'ET', revision: '0', data: {},
  links: { permissions: 'Permissions' },
  of: service => service.documents,
};
export const listKind = {
  resource: 'SyncList', label: 'lists', path: 'Lists', prefix: 'ES', revision: /./,
  links: { items: 'Items', permissions: 'Permissions' },
  of: service => service.syncLists,
};
export const mapKind = {
  resource: 'SyncMap', label: 'maps', path: 'Maps', prefix: 'MP', revision: /./,
  links: { items: 'Items', permissions: 'Permissions' },
  of: service => service.syncMaps,
};
export const streamKind = {
  resource: 'SyncStream', label: 'streams', path: 'Streams', prefix: 'TO',
  links: { messages: 'Messages' },
  of: service => service.syncStreams,
};

export const listItemKind = {
  resource: 'SyncListItem', label: 'list items', parent: listKind, parentField: 'listSid', idField: 'index',
  of: list => list.syncListItems,
  newId: () => ({}),
  absentId: 100500,
};
export const mapItemKind = {
  resource: 'SyncMapItem', label: 'map items', parent: mapKind, parentField: 'mapSid', idField: 'key',
  of: map => map.syncMapItems,
  newId: () => ({ key: unique('key') }),
  absentId: 'zzz-absent',
};
export const itemKinds = [listItemKind, mapItemKind];

export const permissionKinds = [
  {
    resource: 'DocumentPermission', label: 'document permissions', parent: documentKind, parentField: 'documentSid',
    of: document => document.documentPermissions,
  },
  {
    resource: 'SyncListPermission', label: 'list permissions', parent: listKind, parentField: 'listSid',
    of: list => list.syncListPermissions,
  },
  {
    resource: 'SyncMapPermission', label: 'map permissions', parent: mapKind, parentField: 'mapSid',
    of: map => map.syncMapPermissions,
  },
];

// ---- creating objects

export const unique = (prefix = 'test') => `${prefix}-${randomBytes(8).toString('hex')}`;
export const fakeSid = prefix => prefix + randomBytes(16).toString('hex');

/** A new object of the kind; `context` addresses it by SID. The SDK's created instances don't know their own SID. */
export async function make(kind, params = {}, within = service()) {
  const object = await kind.of(within).create({ uniqueName: unique(kind.label), ...params });
  return { object, name: object.uniqueName, sid: object.sid, context: kind.of(within)(object.sid) };
}

/** The items of a new list or map. */
export async function makeItems(kind, params) {
  const parent = await make(kind.parent, params);
  const items = kind.of(parent.context);
  const add = (params = {}) => items.create({ ...kind.newId(), data: {}, ...params });
  return { parent, items, add, id: item => item[kind.idField], idsOf: found => found.map(item => item[kind.idField]) };
}

/** A service of its own for scenarios that count what a service holds. */
export async function withService(run) {
  const { sid } = await services.create({ friendlyName: unique('service') });
  try {
    return await run(service(sid), sid);
  } finally {
    await service(sid).remove().catch(() => {});
  }
}

/** Runs `count` calls, 25 at a time. */
export async function times(count, call) {
  const results = [];
  while (results.length < count) {
    const batch = Array.from({ length: Math.min(25, count - results.length) }, (_, i) => call(results.length + i));
    results.push(...await Promise.all(batch));
  }
  return results;
}

/** Runs `count` calls at once and parts the winners from the losers. */
export async function race(count, call) {
  const results = await Promise.allSettled(Array.from({ length: count }, (_, i) => call(i)));
  return {
    won: results.filter(({ status }) => status === 'fulfilled').map(({ value }) => value),
    lost: results.filter(({ status }) => status === 'rejected').map(({ reason }) => reason),
  };
}

/** A JSON object that takes exactly `bytes` bytes. */
export const dataOf = bytes => ({ s: 'x'.repeat(bytes - '{"s":""}'.length) });

/**
 * Names that fail if something is encoded once too few or too many times. Those without a % are also
 * passed to the SDK as they are: it leaves the encoding to the URL class.
 */
export const oddNames = () => [
  'with some spaces', 'a+plus', '+49 171 5550100', '100% sure', '%41%20 stays', 'ümläut ß é', 'e\u0301 decomposed', '日本語',
  'emoji 😀 👩‍👩‍👧‍👦', 'dots.in.the.name', '.leading dot', 'a:b@c;d,e=f&g$h', "it's (fine)!*~", 'under_score-dash', 'UPPER lower',
].map(name => `${name} ${unique('')}`);
export const segmentsOf = name => name.includes('%') ? [encodeURIComponent(name)] : [name, encodeURIComponent(name)];

// ---- checks

export const sidOf = prefix => new RegExp(`^${prefix}[0-9a-f]{32}$`);

/** Every field of the instance, each given as a value, a pattern, or Date for any valid date. */
export function hasFields(instance, expected) {
  const actual = instance.toJSON();
  assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort());
  for (const [field, want] of Object.entries(expected)) {
    const message = `${field}: ${inspect(actual[field])} instead of ${inspect(want)}`;
    if (want === Date) isRecent(actual[field], message);
    else if (want instanceof RegExp) assert.ok(typeof actual[field] === 'string' && want.test(actual[field]), message);
    else assert.deepEqual(actual[field], want, message);
  }
}

function isRecent(date, message) {
  assert.ok(date instanceof Date, message);
  assert.ok(Math.abs(Date.now() - date) < 10_000, message);
}

/**
 * What is at the resource's URL has just the members the SDK knows, with dates as Twilio writes them.
 * The SDK itself would take an absent date for the current time.
 */
export async function isOnTheWire(instance, uri = instance.url) {
  const { statusCode, headers, body } = await get(uri);
  assert.equal(statusCode, 200);
  assert.match(headers['content-type'], /^application\/json/);
  hasMembersOf(instance, body);
}

export function hasMembersOf(instance, body) {
  const snakeCase = field => field.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
  assert.deepEqual(Object.keys(body).sort(), Object.keys(instance.toJSON()).map(snakeCase).sort());
  for (const [member, value] of Object.entries(body))
    if (member.startsWith('date_') && value !== null) assert.match(value, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, member);
}

/** Awaits one of the SDK's …WithHttpInfo calls. */
export async function answers(status, call) {
  const { statusCode, headers, body } = await call;
  assert.equal(statusCode, status);
  return { body, headers };
}

/**
 * Awaits the SDK's error for the call. Without a status, any refusal will do: Twilio's dictionary of errors
 * names codes but no statuses.
 */
export async function refuses(call, { status, code, message }) {
  const error = await call.then(value => assert.fail(`not refused: ${inspect(value)}`), error => error);
  if (!(error instanceof twilio.RestException)) throw error;
  const told = `HTTP ${error.status}, code ${error.code}: ${error.message}`;
  if (status) assert.equal(error.status, status, told);
  else assert.ok(error.status >= 400 && error.status < 500, told);
  assert.equal(typeof error.code, 'number', told);
  if (code) assert.equal(error.code, code, told);
  assert.equal(error.moreInfo, `https://www.twilio.com/docs/errors/${error.code}`);
  assert.ok(typeof error.message === 'string' && error.message.length > 0, told);
  if (message) assert.ok(error.message.includes(message), `'${error.message}' lacks '${message}'`);
  return error;
}

/** The path in the message is the requested one, without the version. */
export const isNotFound = (call, path) =>
  refuses(call, { status: 404, code: 20404, ...path && { message: `The requested resource /Services/${path} was not found` } });

export const isRefusedWith = (status, code, error) => {
  assert.ok(error instanceof twilio.RestException, inspect(error));
  assert.deepEqual({ status: error.status, code: error.code }, { status, code: code ?? error.code });
};

export function expiresNear(resource, ttl) {
  assert.ok(resource.dateExpires instanceof Date, `dateExpires: ${inspect(resource.dateExpires)}`);
  const off = resource.dateExpires - Date.now() - ttl * 1000;
  assert.ok(Math.abs(off) <= 2000, `expires ${off} ms off`);
}

export function expiresIn(resource, ttl, since = resource.dateUpdated) {
  expiresNear(resource, ttl);
  assert.equal(+resource.dateExpires, +since + ttl * 1000);
}
