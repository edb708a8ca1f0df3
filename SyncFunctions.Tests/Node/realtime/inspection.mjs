import assert from 'node:assert/strict';
import { env, inState, record, scenario, sees, service, subscribed, unique, until } from './support.mjs';

/** A request to inspect; the answer's JSON, if it has any. */
async function inspect(method, path, form) {
  const response = await fetch(new URL(`/inspection/${path}`, env.SYNC_URL), {
    method,
    headers: { Authorization: `Basic ${btoa(`${env.ACCOUNT_SID}:${env.AUTH_TOKEN}`)}` },
    body: form && new URLSearchParams(form),
  });
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${response.ok ? '' : await response.text()}`);
  return response.status === 204 ? undefined : response.json();
}

const connectionsOf = async identity => (await inspect('GET', 'connections')).items.filter(one => one.identity === identity);

export const scenarios = [
  scenario('inspection: a connection that is dropped comes back and misses nothing', async session => {
    const identity = unique();
    const mine = await service().documents.create({ uniqueName: unique(), data: { n: 0 } });
    const client = session.client(identity);
    const document = await subscribed(await client.document(mine.sid));
    const events = record(document);
    const [before] = await connectionsOf(identity);
    assert.equal(before.client.split(',')[0], 'JS 4.0.1');
    assert.deepEqual(before.subscriptions, [{ kind: 'document', sid: mine.sid, uniqueName: mine.uniqueName, query: null }]);
    assert.ok(before.sentBytes > 0);

    const states = [];
    client.on('connectionStateChanged', state => states.push(state));
    await inspect('DELETE', `connections/${before.id}`);
    await until(() => states.length > 0, 'the end of the connection');
    await service().documents(mine.sid).update({ data: { n: 1 } });
    await inState(client, 'connected');
    await service().documents(mine.sid).update({ data: { n: 2 } });

    await until(() => document.data.n === 2, 'the last change');
    assert.deepEqual(events.at(-1).slice(0, 3), ['updated', undefined, { n: 2 }]);
    const [after, ...more] = await connectionsOf(identity);
    assert.notEqual(after.id, before.id);
    assert.deepEqual(more, []);
  }),

  scenario('inspection: its token is one that the client takes', async session => {
    const identity = unique();
    const { token, expires } = await inspect('POST', 'tokens', { identity, ttl: 120 });
    assert.ok(Math.abs(new Date(expires) - Date.now() - 120_000) < 5000);
    const client = session.client(identity, { token });
    const list = await subscribed(await client.list({ id: unique() }));
    const events = record(list);
    await list.push({ n: 1 });
    await sees(events, [['itemAdded', 0, { n: 1 }, true]]);
    const [connection] = await connectionsOf(identity);
    assert.equal(connection.tokenExpires, expires);
    const { items } = await inspect('GET', `requests?via=realtime&path=${encodeURIComponent('/Items')}`);
    const push = items.find(request => request.caller === identity);
    assert.deepEqual([push.method, push.status, JSON.parse(push.body).data], ['POST', 201, { n: 1 }]);
  }),
];
