import assert from 'node:assert/strict';
import net from 'node:net';
import { inspect } from 'node:util';
import twilio from 'twilio';
import { SyncClient } from 'twilio-sync';
import { env, sleep } from '../rest/support.mjs';

export { dataOf, env, fakeSid, service, services, sleep, times, unique, withService } from '../rest/support.mjs';

const { AccessToken } = twilio.jwt;
const emulator = new URL(env.SYNC_URL || 'http://unset');
const timeout = 30_000;

/** @param run Gets a {@link Session}; what it opens is closed after the scenario. */
export const scenario = (name, run) => ({ name, run });

// ---- what the scenarios are about

export const documentKind = {
  label: 'documents', method: 'document', prefix: 'ET', removal: 'removeDocument', absent: 54100,
  rest: service => service.documents, permissions: document => document.documentPermissions,
};
export const listKind = {
  label: 'lists', method: 'list', prefix: 'ES', removal: 'removeList', absent: 54150,
  rest: service => service.syncLists, permissions: list => list.syncListPermissions,
};
export const mapKind = {
  label: 'maps', method: 'map', prefix: 'MP', removal: 'removeMap', absent: 54200,
  rest: service => service.syncMaps, permissions: map => map.syncMapPermissions,
};
export const streamKind = {
  label: 'streams', method: 'stream', prefix: 'TO', removal: 'removeStream', absent: 54250,
  rest: service => service.syncStreams,
};
export const kinds = [documentKind, listKind, mapKind, streamKind];

/** Lists and maps, whose items are much the same but for how they come to be. */
export const listItems = {
  ...listKind, id: item => item.index, absentItem: { id: 100500, code: 54151 },
  add: (list, id, data, metadata) => list.push(data, metadata),
  restItems: list => list.syncListItems, restAdd: (items, id, data, params) => items.create({ data, ...params }),
};
export const mapItems = {
  ...mapKind, id: item => item.key, absentItem: { id: 'absent', code: 54201 },
  add: (map, id, data, metadata) => map.set(id, data, metadata),
  restItems: map => map.syncMapItems, restAdd: (items, key, data, params) => items.create({ key, data, ...params }),
};
export const itemKinds = [listItems, mapItems];

// ---- clients

/** An access token as Twilio's helper library makes it; everything in it can be given. */
export function token(identity, {
  account = env.ACCOUNT_SID, key = env.API_KEY_SID, secret = env.API_KEY_SECRET, ttl = 3600, grant = { serviceSid: env.SERVICE_SID }, ...rest
} = {}) {
  const made = new AccessToken(account, key, secret, { identity, ttl, ...rest });
  if (grant) made.addGrant(new AccessToken.SyncGrant(grant));
  return made.toJwt();
}

/** A client by an access token for the identity, or by a token that was given. */
export const connect = (identity, { token: given, port = emulator.port, ...claims } = {}) => new SyncClient(given ?? token(identity, claims), {
  Twilsock: { uri: `ws://${emulator.hostname}:${port}/v3/wsconnect` },
  retryPolicy: { min: 20, max: 200 },
  logLevel: 'silent',
});

/** What one scenario opens, and closes when it is over. */
export class Session {
  #closing = [];

  client(identity, options) {
    const client = connect(identity, options);
    this.#closing.push(() => client.shutdown());
    return client;
  }

  clients(...identities) {
    return identities.map(identity => this.client(identity));
  }

  /** A TCP proxy before the emulator, whose connections can be cut. */
  async proxy() {
    const proxy = new Proxy();
    await proxy.listen();
    this.#closing.push(() => proxy.close());
    return proxy;
  }

  async close() {
    for (const close of this.#closing.reverse()) await Promise.race([close(), sleep(1000)]).catch(() => {});
  }
}

class Proxy {
  #sockets = new Set();
  #isCut = false;
  #server = net.createServer(near => {
    if (this.#isCut) return near.destroy();
    const far = net.connect(emulator.port, emulator.hostname);
    for (const [from, to] of [[near, far], [far, near]]) {
      this.#sockets.add(from);
      from.pipe(to);
      from.on('error', () => {});
      from.on('close', () => { this.#sockets.delete(from); to.destroy(); });
    }
  });

  listen() { return new Promise(resolve => this.#server.listen(0, '127.0.0.1', resolve)); }

  get port() { return this.#server.address().port; }

  /** Breaks every connection, and lets none through until it is mended. */
  cut() {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend() { this.#isCut = false; }

  close() {
    this.cut();
    return new Promise(resolve => this.#server.close(resolve));
  }
}

/** The next time the client is in a state; now, if it is. */
export const inState = (client, state) => until(() => client.connectionState === state, `state '${state}'`);

/** The object's subscription stands: what happens from here on reaches it. */
export async function subscribed(object) {
  await new Promise((resolve, reject) => {
    object.on('_subscriptionStateChanged', state => state === 'established' && resolve());
    object.on('failure', reject);
  });
  return object;
}

const eventNames = ['updated', 'removed', 'itemAdded', 'itemUpdated', 'itemRemoved', 'messagePublished', 'failure'];

/** Notes every event of an object from now on, as [name, what, data, whether it is the client's own]. */
export function record(object) {
  const events = [];
  for (const name of eventNames) {
    object.on(name, event => {
      const { item, index, key, message } = event;
      const what = item ? item.key ?? item.index : key ?? index ?? message?.sid;
      const data = item?.data ?? event.data ?? message?.data ?? event.previousItemData ?? event.previousData;
      events.push([name, what, structuredClone(data), event.isLocal]);
    });
  }
  return events;
}

/** Waits for a condition. */
export async function until(condition, what, limit = timeout) {
  for (const end = Date.now() + limit; ;) {
    const met = await condition();
    if (met) return met;
    if (Date.now() > end) throw new Error(`in vain for ${typeof what === 'function' ? what() : what}`);
    await sleep(20);
  }
}

/** Waits until as many events are noted as are expected, and a little for any that are too many; then compares them. */
export async function sees(events, expected) {
  await until(() => events.length >= expected.length, () => `${expected.length} events, not ${inspect(events)}`);
  await sleep(100);
  assert.deepEqual(events, expected);
}

/** Awaits the client's error for the call. */
export async function refuses(call, status, code) {
  const error = await call.then(value => assert.fail(`not refused: ${inspect(value, { depth: 1 })}`), error => error);
  if (error.code === 'ERR_ASSERTION') throw error;
  assert.deepEqual({ status: error.status, code: error.code }, { status, code }, error.message);
  return error;
}

/** A date the client gives as text is so many seconds ahead. */
export function expiresIn(text, seconds) {
  const off = new Date(text) - Date.now() - seconds * 1000;
  assert.ok(off > -60_000 && off < 2000, `${text} is ${off} ms off`);
}
