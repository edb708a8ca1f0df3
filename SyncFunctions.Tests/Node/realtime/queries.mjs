import assert from 'node:assert/strict';
import { inState, refuses, scenario, sees, service, services, subscribed, unique, until, withService } from './support.mjs';

const worker = (name, activity, skills = []) => ({ attributes: { full_name: name, skills }, activity_name: activity });

/** A map as an index, with two workers who are available and one who is not. */
async function index(of = service()) {
  const name = unique('tr-worker');
  const map = await of.syncMaps.create({ uniqueName: name });
  const items = of.syncMaps(map.sid).syncMapItems;
  await items.create({ key: 'WK1', data: worker('Bob Smith', 'Available', ['en']) });
  await items.create({ key: 'WK2', data: worker('Zoë', 'Offline') });
  await items.create({ key: 'WK3', data: worker('Bobby', 'Available', ['en', 'ja']) });
  return { name, sid: map.sid, items, item: key => of.syncMaps(map.sid).syncMapItems(key) };
}

/** What a query tells from now on. */
function heard(query) {
  const events = [];
  query.on('itemUpdated', item => events.push(['updated', item.key, item.value.activity_name]));
  query.on('itemRemoved', ({ key }) => events.push(['removed', key]));
  return events;
}

const available = 'data.activity_name == "Available"';

export const scenarios = [
  scenario('queries: an instant query finds what meets its expression', async session => {
    const { name } = await index();
    const query = await session.client('alice').instantQuery(name);
    const results = [];
    query.on('searchResult', items => results.push(Object.keys(items)));
    const keys = async expression => {
      await query.search(expression);
      assert.deepEqual(results.pop(), Object.keys(query.getItems()));
      return Object.keys(query.getItems());
    };
    assert.deepEqual(await keys(''), ['WK1', 'WK2', 'WK3']);
    assert.deepEqual(query.getItems().WK2, worker('Zoë', 'Offline'));
    assert.deepEqual(await keys(available), ['WK1', 'WK3']);
    assert.deepEqual(await keys('activity_name EQ "Available" and attributes.full_name CONTAINS "bob"'), []);
    assert.deepEqual(await keys('data.attributes.full_name CONTAINS "Bob" && data.attributes.full_name NOT_EQ "Bobby"'), ['WK1']);
    assert.deepEqual(await keys('(data.activity_name == "Offline" OR data.attributes.skills contains "ja") AND attributes.full_name != "x"'), ['WK2', 'WK3']);
    assert.deepEqual(await keys('activity_name == "Offline" || activity_name == "Available" AND attributes.full_name == "Bobby"'), ['WK2', 'WK3']);
    assert.deepEqual(await keys('attributes.full_name IN ["Zo\\u00eb", "Bobby"]'), ['WK2', 'WK3']);
    assert.deepEqual(await keys('attributes.full_name not_in ["Zoë"]'), ['WK1', 'WK3']);
    assert.deepEqual(await keys('data.nowhere != "x"'), []);
  }),

  scenario('queries: an invalid query is refused', async session => {
    const { name } = await index();
    const client = session.client('alice');
    const query = await client.instantQuery(name);
    for (const expression of ['a', 'a ==', 'a == b', 'a == 1', 'a < "1"', '(a == "1"', 'a == "1")', 'a == "1" b == "2"', 'a == "1" AND', 'a IN "1"', 'a IN ["1"', 'a == "1', 'AND', '"a" == "b"', 'a..b == "1"', '&', 'a == "\\ud800"']) {
      await refuses(query.search(expression), 400, 54507);
      await refuses(client.liveQuery(name, expression), 400, 54507);
    }
    await refuses(query.subscribe(), 400, 54507);
    const many = (n, joint) => Array.from({ length: n }, (_, i) => `a == "${i}"`).join(joint);
    await query.search(many(15, ' OR '));
    await refuses(query.search(many(16, ' OR ')), 400, 54509);
    const list = n => `a IN [${Array.from({ length: n }, (_, i) => `"${i}"`)}]`;
    await query.search(list(29));
    await refuses(query.search(list(30)), 400, 54510);
    await refuses((await client.instantQuery(unique('nowhere'))).search(''), 404, 54300);
  }),

  scenario('queries: results end at 1,000 items', async session => {
    const name = unique();
    const client = session.client('alice');
    const map = await client.map(name);
    for (let n = 0; n < 1050; n += 150) await Promise.all(Array.from({ length: 150 }, (_, i) => map.set(`k${n + i + 1000}`, { a: 'x' })));
    const query = await client.instantQuery(name);
    await query.search('a == "x"');
    assert.deepEqual(Object.keys(query.getItems()), Array.from({ length: 1000 }, (_, i) => `k${i + 1000}`));
  }),

  scenario('queries: a live query tells what comes to meet it, is changed, and does not meet it any more', async session => {
    const { name, items, item } = await index();
    const query = await subscribed(await session.client('alice').liveQuery(name, available));
    const events = heard(query);
    assert.deepEqual(Object.keys(query.getItems()), ['WK1', 'WK3']);
    await item('WK2').update({ data: worker('Zoë', 'Available') });
    await item('WK1').update({ data: worker('Bob', 'Available') });
    await item('WK3').update({ data: worker('Bobby', 'Offline') });
    await item('WK3').update({ data: worker('Bobby', 'Break') });
    await items.create({ key: 'WK4', data: worker('Dan', 'Offline') });
    await items.create({ key: 'WK5', data: worker('Eve', 'Available') });
    await item('WK1').remove();
    await item('WK4').remove();
    await sees(events, [['updated', 'WK2', 'Available'], ['updated', 'WK1', 'Available'], ['removed', 'WK3'], ['updated', 'WK5', 'Available'], ['removed', 'WK1']]);
    assert.deepEqual(Object.entries(query.getItems()).map(([key, value]) => [key, value.attributes.full_name]), [['WK2', 'Zoë'], ['WK5', 'Eve']]);
  }),

  scenario('queries: of a client tell it of its own changes too', async session => {
    const { name, sid } = await index();
    const client = session.client('alice');
    const map = await subscribed(await client.map(sid));
    const query = await subscribed(await client.liveQuery(name, available));
    const events = heard(query);
    await map.set('WK2', worker('Zoë', 'Available'));
    await map.remove('WK1');
    await sees(events, [['updated', 'WK2', 'Available'], ['removed', 'WK1']]);
  }),

  scenario('queries: what changes without a connection is told when it is back', async session => {
    const { name, items, item } = await index();
    const proxy = await session.proxy();
    const client = session.client('alice', { port: proxy.port });
    const query = await subscribed(await client.liveQuery(name, available));
    const events = heard(query);
    proxy.cut();
    await until(() => client.connectionState !== 'connected', 'the loss of the connection');
    await item('WK2').update({ data: worker('Zoë', 'Available') });
    await item('WK3').update({ data: worker('Bobby', 'Offline') });
    await items.create({ key: 'WK4', data: worker('Dan', 'Available') });
    await item('WK4').remove();
    proxy.mend();
    await inState(client, 'connected');
    await until(() => events.length >= 2, 'what was missed');
    assert.deepEqual(events.toSorted(), [['removed', 'WK3'], ['updated', 'WK2', 'Available']]);
    await item('WK1').update({ data: worker('Bob', 'Available', ['fr']) });
    await until(() => events.length === 3, 'the change after that');
    assert.deepEqual(Object.keys(query.getItems()), ['WK1', 'WK2']);
  }),

  scenario('queries: one that is closed receives nothing, and another one continues', async session => {
    const { name, item } = await index();
    const client = session.client('alice');
    const instant = await client.instantQuery(name);
    await instant.search(available);
    const [one, other] = [await subscribed(await instant.subscribe()), await subscribed(await client.liveQuery(name, 'activity_name != "Available"'))];
    const events = [heard(one), heard(other)];
    await item('WK1').update({ data: worker('Bob', 'Offline') });
    await Promise.all([sees(events[0], [['removed', 'WK1']]), sees(events[1], [['updated', 'WK1', 'Offline']])]);
    one.close();
    await item('WK1').update({ data: worker('Bob', 'Available') });
    await sees(events[1], [['updated', 'WK1', 'Offline'], ['removed', 'WK1']]);
    assert.equal(events[0].length, 1);
  }),

  scenario('queries: a map that is removed leaves nothing to meet them', async session => {
    const { name, sid } = await index();
    const query = await subscribed(await session.client('alice').liveQuery(name, available));
    const events = heard(query);
    await service().syncMaps(sid).remove();
    await until(() => events.length === 2, 'the end of both');
    assert.deepEqual(events.toSorted(), [['removed', 'WK1'], ['removed', 'WK3']]);
  }),

  scenario('queries: need the right to read, as long as they last', session => withService(async (of, serviceSid) => {
    await services(serviceSid).update({ aclEnabled: true });
    const { name, sid, item } = await index(of);
    const client = session.client('alice', { grant: { serviceSid } });
    await refuses((await client.instantQuery(name)).search(''), 403, 54007);
    const permission = of.syncMaps(sid).syncMapPermissions('alice');
    await permission.update({ read: true, write: false, manage: false });
    const query = await client.liveQuery(name, available);
    const failures = [];
    query.on('failure', failure => failures.push(failure.code));
    await subscribed(query);
    const events = heard(query);
    await permission.remove();
    await until(() => failures.length === 1, 'the refusal');
    await item('WK2').update({ data: worker('Zoë', 'Available') });
    await sees(events, []);
    assert.deepEqual(failures, [54007]);
  })),
];
