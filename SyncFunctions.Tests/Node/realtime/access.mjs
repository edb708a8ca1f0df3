import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { env, inState, record, scenario, sees, service, sleep, subscribed, token, unique, until, withService } from './support.mjs';

/** A token whose header, claims and signature can be anything. */
function forged({ header, claims, secret = env.API_KEY_SECRET, signature, algorithm = 'sha256' } = {}) {
  const [head, body] = token('mallory').split('.').slice(0, 2).map(part => JSON.parse(Buffer.from(part, 'base64url')));
  const signed = [{ ...head, ...header }, { ...body, ...claims }].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${signature ?? createHmac(algorithm, secret).update(signed).digest('base64url')}`;
}

const now = () => Math.floor(Date.now() / 1000);
const swapped = text => text.replace(/.(?=.{20}$)/, letter => letter === 'A' ? 'B' : 'A');

const refused = {
  'that has expired': [() => forged({ claims: { iat: now() - 100, exp: now() - 10 } }), 20104],
  'of another key\'s secret': [() => token('alice', { secret: 'another-secret-0123456789-0123456789' }), 20107],
  'of another key': [() => token('alice', { key: `SK${'1'.repeat(32)}` }), 20103],
  'of another account': [() => token('alice', { account: `AC${'1'.repeat(32)}` }), 20103],
  'whose claims were tampered with': [() => {
    const [head, , signature] = token('alice').split('.');
    return [head, token('bob').split('.')[1], signature].join('.');
  }, 20107],
  'whose signature was tampered with': [() => swapped(token('alice')), 20107],
  'without a signature': [() => forged({ signature: '' }), 20107],
  'of algorithm none': [() => forged({ header: { alg: 'none' }, signature: '' }), 20107],
  'of algorithm none, signed': [() => forged({ header: { alg: 'none' } }), 20107],
  'of an unknown algorithm': [() => forged({ header: { alg: 'HS1' } }), 20107],
  'of another type': [() => forged({ header: { cty: 'other' } }), 20102],
  'without a type': [() => forged({ header: { cty: undefined } }), 20102],
  'that is not valid yet': [() => forged({ claims: { nbf: now() + 1000 } }), 20105],
  'that lives too long': [() => forged({ claims: { exp: now() + 25 * 3600 } }), 20157],
  'without an end': [() => forged({ claims: { exp: undefined } }), 20101],
  'whose expiry is not a number': [() => forged({ claims: { exp: 'tomorrow' } }), 20101],
  'whose end is beyond all numbers': [() => forged({ claims: { exp: 1e300 } }), 20101],
  'without grants': [() => forged({ claims: { grants: undefined } }), 20106],
  'without a grant for Sync': [() => token('alice', { grant: null }), 20106],
  'without an identity': [() => forged({ claims: { grants: { data_sync: { service_sid: 'default' } } } }), 20106],
  'with an empty identity': [() => forged({ claims: { grants: { identity: '', data_sync: {} } } }), 20106],
  'whose grants are text': [() => forged({ claims: { grants: 'all' } }), 20106],
  'of a service that is not there': [() => token('alice', { grant: { serviceSid: `IS${'9'.repeat(32)}` } }), 20106],
  'that is garbage': [() => 'garbage', 20101],
  'that is garbage with dots': [() => 'a.b.c', 20101],
  'that is very long': [() => `${'x'.repeat(100_000)}.y.z`, 20101],
};

export const scenarios = [
  ...Object.entries(refused).map(([what, [made, code]]) => scenario(`access: a token ${what} is refused`, async session => {
    const client = session.client('', { token: made() });
    const errors = [];
    client.on('connectionError', error => errors.push(error));
    let expired = 0;
    client.on('tokenExpired', () => expired++);
    await inState(client, 'denied');
    await until(() => errors.length, 'the error');
    const [{ terminal, httpStatusCode, errorCode }] = errors;
    assert.deepEqual({ terminal, httpStatusCode }, { terminal: true, httpStatusCode: 401 });
    assert.equal(errorCode, code);
    assert.equal(expired, code === 20104 ? 1 : 0);
    await assert.rejects(client.document(unique()));
    // By a good one the same client is let in.
    await client.updateToken(token('alice'));
    assert.ok((await client.document(unique())).sid);
  })),

  ...['HS384', 'HS512'].map(alg => scenario(`access: a token of algorithm ${alg}`, async session => {
    const client = session.client('', { token: forged({ header: { alg }, algorithm: `sha${alg.slice(2)}` }) });
    assert.ok((await client.document(unique())).sid);
  })),

  scenario('access: the service by SID, by name, or none', async session => {
    const { sid } = await session.client('alice').document(unique());
    for (const service_sid of ['default', env.SERVICE_SID, undefined]) {
      const client = session.client('', { token: forged({ claims: { grants: { identity: 'alice', data_sync: { service_sid } } } }) });
      assert.equal((await client.document({ id: sid, mode: 'open_existing' })).sid, sid);
    }
  }),

  scenario('access: a new token while connected', async session => {
    const client = session.client('alice');
    const document = await subscribed(await client.document(unique()));
    const states = [];
    client.on('connectionStateChanged', state => states.push(state));
    states.length = 0;
    const seen = record(document);
    await client.updateToken(token('alice', { ttl: 3000 }));
    await client.updateToken(token('alice', { ttl: 2000 }));
    await service().documents(document.sid).update({ data: { n: 1 } });
    await sees(seen, [['updated', undefined, { n: 1 }, false]]);
    assert.deepEqual(states, []);
  }),

  scenario('access: a new token must be for the same identity and service', session => withService(async (other, otherSid) => {
    for (const wrong of [token('bob'), token('alice', { grant: { serviceSid: otherSid } }), 'garbage', token('alice', { secret: 'another-secret-0123456789-0123456789' })]) {
      const client = session.client('alice');
      const document = await client.document(unique());
      await assert.rejects(client.updateToken(wrong), { status: 400, code: 51130 });
      await inState(client, 'denied');
      await client.updateToken(token('alice', { ttl: 1800 }));
      await document.set({ n: 1 });
    }
  })),

  scenario('access: a short-lived token is announced to end, and ends', async session => {
    const client = session.client('alice', { ttl: 5 });
    const order = [];
    client.on('tokenAboutToExpire', () => order.push('tokenAboutToExpire'));
    client.on('tokenExpired', () => order.push('tokenExpired'));
    const document = await subscribed(await client.document({ id: unique(), data: { n: 0 } }));
    const seen = record(document);
    await until(() => order.includes('tokenExpired'), 'the end of the token');
    assert.deepEqual(order, ['tokenAboutToExpire', 'tokenExpired']);
    await inState(client, 'denied');
    await service().documents(document.sid).update({ data: { n: 1 } });
    await client.updateToken(token('alice'));
    await inState(client, 'connected');
    await sees(seen, [['updated', undefined, { n: 1 }, false]]);
  }),

  scenario('access: a token renewed in the handler of tokenExpired', async session => {
    const client = session.client('alice', { ttl: 4 });
    client.on('tokenExpired', () => client.updateToken(token('alice')));
    const document = await subscribed(await client.document({ id: unique() }));
    const seen = record(document);
    await until(() => client.connectionState !== 'connected', 'the end of the token');
    await inState(client, 'connected');
    await service().documents(document.sid).update({ data: { n: 1 } });
    await sees(seen, [['updated', undefined, { n: 1 }, false]]);
  }),

  scenario('access: a client that renews its short-lived tokens is never cut off', async session => {
    const client = session.client('alice', { ttl: 6 });
    let renewed = 0, expired = 0;
    client.on('tokenAboutToExpire', () => {
      renewed++;
      client.updateToken(token('alice', { ttl: 6 + renewed }));
    });
    client.on('tokenExpired', () => expired++);
    const document = await subscribed(await client.document(unique()));
    const seen = record(document);
    const states = [];
    client.on('connectionStateChanged', state => states.push(state));
    states.length = 0;
    await until(() => renewed >= 2, 'two renewals');
    await sleep(500);
    await service().documents(document.sid).update({ data: { n: 1 } });
    await sees(seen, [['updated', undefined, { n: 1 }, false]]);
    assert.deepEqual([expired, states], [0, []]);
  }),

  scenario('access: clients of two services do not meet', session => withService(async (other, otherSid) => {
    const name = unique();
    const [here, there] = [session.client('alice'), session.client('alice', { grant: { serviceSid: otherSid } })];
    const [mine, theirs] = [await subscribed(await here.map(name)), await subscribed(await there.map(name))];
    assert.notEqual(mine.sid, theirs.sid);
    const seen = record(theirs);
    await mine.set('a', { n: 1 });
    await theirs.set('a', { n: 2 });
    await sees(seen, [['itemAdded', 'a', { n: 2 }, true]]);
  })),

  scenario('access: shutdown() ends the connection', async session => {
    const client = session.client('alice');
    await client.document(unique());
    await client.shutdown();
    await inState(client, 'disconnected');
  }),
];
