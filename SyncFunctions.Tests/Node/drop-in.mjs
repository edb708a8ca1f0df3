// Uses the class of clients/twilioSync.private.js as a project of Twilio Functions does, over a running app.
//
//   node drop-in.mjs [--only <text>] [--list]
//
// Environment: API_URL, FUNCTION_KEY, ACCOUNT_SID, SERVICE_SID (that of the app's default service), SECOND_SID (another service of the app).
// Prints one JSON line a scenario; exits with 0 if all is well, else with 1. Needs no packages.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { choose, describe, requireUniqueNames, withTimeout } from './running.mjs';

const { values: args } = parseArgs({ options: { list: { type: 'boolean' }, only: { type: 'string' } } });
const { API_URL = '', FUNCTION_KEY, ACCOUNT_SID, SERVICE_SID, SECOND_SID } = process.env;

const unique = () => `drop-in-${randomBytes(8).toString('hex')}`;
const absentSid = prefix => prefix + randomBytes(16).toString('hex');
const fails = (call, message) => assert.rejects(call, error => {
  assert.ok(error instanceof Error);
  if (message instanceof RegExp) assert.match(error.message, message);
  else assert.equal(error.message, message);
  return true;
});

let TwilioSync;
const make = (syncServiceSid = SERVICE_SID, debugMode = false) => new TwilioSync(ACCOUNT_SID, 'SK-not-used', 'secret-not-used', syncServiceSid, debugMode);

/** The method's name and arguments, and what the function of that name must get. */
const calls = [
  ['getDocument', ['d'], { docName: 'd' }],
  ['createDocument', ['d', { a: 1 }], { docName: 'd', data: { a: 1 }, ttl: 0 }],
  ['createDocument', ['d', { a: 1 }, 9], { docName: 'd', data: { a: 1 }, ttl: 9 }],
  ['removeDocument', ['d'], { docName: 'd' }],
  ['removeDocumentById', ['ET1'], { documentId: 'ET1' }],
  ['searchDocument', ['d'], { docName: 'd' }],
  ['updateDocument', ['d', { a: 1 }], { docName: 'd', data: { a: 1 }, ttl: 0 }],
  ['updateDocument', ['d', { a: 1 }, 9], { docName: 'd', data: { a: 1 }, ttl: 9 }],
  ['createList', ['l'], { listName: 'l', ttl: 0 }],
  ['createList', ['l', 9], { listName: 'l', ttl: 9 }],
  ['getList', ['l'], { listName: 'l' }],
  ['searchList', ['l'], { listName: 'l' }],
  ['removeList', ['l'], { listName: 'l' }],
  ['removeListById', ['ES1'], { listId: 'ES1' }],
  ['addListItem', ['l', { a: 1 }], { listName: 'l', data: { a: 1 }, ttl: 0 }],
  ['addListItem', ['l', { a: 1 }, 9], { listName: 'l', data: { a: 1 }, ttl: 9 }],
  ['getListItems', ['l'], { listName: 'l' }],
  ['getListItems', ['l', null], { listName: 'l' }],
  ['getListItems', ['l', 'a,b'], { listName: 'l', key: 'a,b' }],
  ['getListItem', ['l', 'a,b'], { listName: 'l', key: 'a,b' }],
  ['removeListItems', ['l', 'a,b'], { listName: 'l', key: 'a,b' }],
  ['removeListItem', ['l', 'a,b'], { listName: 'l', key: 'a,b' }],
  ['createMap', ['m'], { mapName: 'm', ttl: 0 }],
  ['createMap', ['m', 9], { mapName: 'm', ttl: 9 }],
  ['getMap', ['m'], { mapName: 'm' }],
  ['searchMap', ['m'], { mapName: 'm' }],
  ['removeMap', ['m'], { mapName: 'm' }],
  ['removeMapById', ['MP1'], { mapId: 'MP1' }],
  ['setMapItem', ['m', 'k', { a: 1 }], { mapName: 'm', key: 'k', data: { a: 1 }, ttl: 0 }],
  ['setMapItem', ['m', 'k', { a: 1 }, 9], { mapName: 'm', key: 'k', data: { a: 1 }, ttl: 9 }],
  ['getMapItems', ['m'], { mapName: 'm' }],
  ['getMapItem', ['m', 'k'], { mapName: 'm', key: 'k' }],
  ['removeMapItem', ['m', 'k'], { mapName: 'm', key: 'k' }],
];
const methods = [...new Set(calls.map(([method]) => method))];

/** Each method for what is not there, and what comes of it. */
const absences = [
  ['getDocument', ['x'], 'x not found.'], ['removeDocument', ['x'], 'x not found.'], ['updateDocument', ['x', {}], 'x not found.'],
  ['getList', ['x'], 'x not found.'], ['removeList', ['x'], 'x not found.'], ['addListItem', ['x', {}], 'x not found.'],
  ['getListItems', ['x'], 'x not found.'], ['getListItem', ['x', 'a'], 'x not found.'],
  ['removeListItems', ['x', 'a'], 'x not found.'], ['removeListItem', ['x', 'a'], 'x not found.'], ['removeListItems', ['x'], 'x not found.'],
  ['getMap', ['x'], 'x not found.'], ['removeMap', ['x'], 'x not found.'], ['setMapItem', ['x', 'k', {}], 'x not found.'],
  ['getMapItems', ['x'], 'x not found.'], ['removeMapItem', ['x', 'k'], 'MapItem(k) not found.'],
];

const scenarios = [
  ['the 23 methods of the library and the 2 names of its README', async () => {
    assert.equal(methods.length, 25);
    assert.deepEqual(Object.getOwnPropertyNames(TwilioSync.prototype).sort(), ['constructor', ...methods].sort());
    assert.equal(make().syncServiceSid, SERVICE_SID);
  }],

  ['a document, created, found, read, replaced and removed', async () => {
    const sync = make();
    const name = unique();
    const created = await sync.createDocument(name, { foo: 'bar' });
    assert.equal(await sync.searchDocument(name), created.sid);
    assert.deepEqual(await sync.getDocument(name), created);
    const updated = await sync.updateDocument(name, { foo: 'bar2' });
    assert.deepEqual([updated.data, updated.revision, updated.sid], [{ foo: 'bar2' }, '1', created.sid]);
    assert.equal(await sync.removeDocument(name), 'deleted');
    assert.equal(await sync.searchDocument(name), '');
  }],

  ['the fields of a document, as the helper library has them', async () => {
    const name = unique();
    const { dateCreated, dateUpdated, sid, url, links, ...rest } = await make().createDocument(name, { date: '2026-01-01T00:00:00Z' });
    assert.deepEqual(rest, {
      uniqueName: name, accountSid: ACCOUNT_SID, serviceSid: SERVICE_SID, revision: '0', data: { date: '2026-01-01T00:00:00Z' }, dateExpires: null,
      createdBy: 'system',
    });
    assert.match(sid, /^ET[0-9a-f]{32}$/);
    assert.ok(url.endsWith(sid) && links.permissions.endsWith('/Permissions'));
    for (const date of [dateCreated, dateUpdated]) assert.ok(date instanceof Date && Math.abs(Date.now() - date) < 60_000);
  }],

  ['a list, created, found, read and removed', async () => {
    const sync = make();
    const name = unique();
    const created = await sync.createList(name);
    assert.deepEqual([created.uniqueName, created.accountSid, created.dateExpires], [name, ACCOUNT_SID, null]);
    assert.ok(created.dateCreated instanceof Date);
    assert.equal(await sync.searchList(name), created.sid);
    assert.deepEqual(await sync.getList(name), created);
    assert.equal(await sync.removeList(name), 'deleted');
    assert.equal(await sync.searchList(name), '');
  }],

  ['list items, added, read and removed, all and by their keys', async () => {
    const sync = make();
    const name = unique();
    const list = await sync.createList(name);
    for (const data of [{ b: 1 }, { a: 2 }, { b: 3 }, { b: 4, c: 5 }]) {
      const item = await sync.addListItem(name, data);
      assert.deepEqual([item.data, item.listSid, item.dateExpires, item.dateCreated instanceof Date], [data, list.sid, null, true]);
    }
    const indexesOf = async (...values) => (await sync.getListItems(name, ...values)).map(({ index }) => index);
    assert.deepEqual(await indexesOf(), [0, 1, 2, 3]);
    assert.deepEqual(await indexesOf(null), [0, 1, 2, 3]);
    assert.deepEqual(await indexesOf('b'), [0, 2]);
    assert.deepEqual(await indexesOf('b,c'), [3]);
    assert.deepEqual(await indexesOf('zzz'), []);
    assert.deepEqual(await sync.getListItem(name, 'a'), await sync.getListItems(name, 'a'));
    assert.deepEqual(await sync.getListItem(name), await sync.getListItems(name));

    assert.equal(await sync.removeListItems(name), '0 item(s) deleted.');
    assert.equal(await sync.removeListItems(name, 'zzz'), '0 item(s) deleted.');
    assert.equal(await sync.removeListItems(name, 'b'), '2 item(s) deleted.');
    assert.deepEqual(await indexesOf(), [1, 3]);
    assert.equal(await sync.removeListItem(name, 'a'), '1 item(s) deleted.');
    assert.deepEqual((await sync.getListItems(name)).map(({ data }) => data), [{ b: 4, c: 5 }]);
  }],

  ['a map, created, found, read and removed', async () => {
    const sync = make();
    const name = unique();
    const created = await sync.createMap(name);
    assert.deepEqual([created.uniqueName, created.accountSid, created.dateExpires], [name, ACCOUNT_SID, null]);
    assert.equal(await sync.searchMap(name), created.sid);
    assert.deepEqual(await sync.getMap(name), created);
    assert.equal(await sync.removeMap(name), 'deleted');
    assert.equal(await sync.searchMap(name), '');
  }],

  ['map items, set, replaced, read and removed', async () => {
    const sync = make();
    const name = unique();
    const map = await sync.createMap(name);
    const item = await sync.setMapItem(name, 'john', { age: 20 });
    assert.deepEqual([item.key, item.data, item.mapSid, item.revision, item.dateCreated instanceof Date], ['john', { age: 20 }, map.sid, '0', true]);
    await sync.setMapItem(name, 'mark', { age: 30 });
    assert.deepEqual((await sync.setMapItem(name, 'john', { age: 21 })).data, { age: 21 });
    assert.deepEqual((await sync.getMapItems(name)).map(({ key, data }) => [key, data]), [['john', { age: 21 }], ['mark', { age: 30 }]]);
    assert.deepEqual((await sync.getMapItem(name, 'john')).data, { age: 21 });
    assert.equal(await sync.getMapItem(name, 'paul'), null);
    assert.equal(await sync.removeMapItem(name, 'john'), 'deleted.');
    assert.equal(await sync.getMapItem(name, 'john'), null);
    await fails(sync.removeMapItem(name, 'john'), 'MapItem(john) not found.');
  }],

  ['one new key, set by many at once', async () => {
    const sync = make();
    const name = unique();
    await sync.createMap(name);
    await Promise.all(Array.from({ length: 8 }, (_, i) => sync.setMapItem(name, 'key', { i })));
    assert.equal((await sync.getMapItems(name)).length, 1);
  }],

  ['removals by SID', async () => {
    const sync = make();
    assert.equal(await sync.removeDocumentById((await sync.createDocument(unique(), {})).sid), 'deleted');
    assert.equal(await sync.removeListById((await sync.createList(unique())).sid), 'deleted');
    assert.equal(await sync.removeMapById((await sync.createMap(unique())).sid), 'deleted');
    for (const [method, prefix] of [['removeDocumentById', 'ET'], ['removeListById', 'ES'], ['removeMapById', 'MP']]) {
      const sid = absentSid(prefix);
      await assert.rejects(sync[method](sid), { status: 404, code: 20404, message: new RegExp(`/${sid} was not found$`) });
    }
  }],

  ['a ttl, and none', async () => {
    const sync = make();
    const name = unique();
    const expires = ({ dateExpires }) => assert.ok(dateExpires instanceof Date && dateExpires > Date.now() && dateExpires - Date.now() < 120_000);
    expires(await sync.createDocument(name, {}, 60));
    assert.equal((await sync.updateDocument(name, {})).dateExpires, null);
    expires(await sync.updateDocument(name, {}, 60));
    expires(await sync.createList(name, 60));
    expires(await sync.addListItem(name, {}, 60));
    expires(await sync.createMap(name, 60));
    expires(await sync.setMapItem(name, 'key', {}, 60));
    expires((await sync.getMapItems(name))[0]);
    assert.equal((await sync.setMapItem(name, 'key', {})).dateExpires, null);
  }],

  ['names and keys that are numbers and arrays', async () => {
    const sync = make();
    const name = unique();
    await sync.createMap([name]);
    assert.equal((await sync.setMapItem(name, Object.keys({ john: 1 }), { age: 20 })).key, 'john');
    assert.equal((await sync.setMapItem(name, 5, { age: 5 })).key, '5');
    assert.deepEqual((await sync.getMapItem(name, 5)).data, { age: 5 });
    assert.equal(await sync.removeMapItem(name, ['john']), 'deleted.');
  }],

  ['data that is JSON text, with all digits of its numbers', async () => {
    const sync = make();
    const name = unique();
    await sync.createDocument(name, '{ "big": 12345678901234567890 }');
    assert.match(await read(), /"data":\{ ?"big": ?12345678901234567890 ?\}/);
    await sync.updateDocument(name, '{ "small": 0.1000 }');
    assert.match(await read(), /"data":\{ ?"small": ?0\.1000 ?\}/);
    await fails(sync.updateDocument(name, '{}, "docName": "other"'), /^data /);
    await fails(sync.updateDocument(name, 'no JSON'), /^data /);

    async function read() {
      return await (await fetch(`${API_URL}/api/getDocument?docName=${name}`, { headers: { 'x-functions-key': FUNCTION_KEY } })).text();
    }
  }],

  ['data that is left out', async () => {
    const sync = make();
    const name = unique();
    assert.deepEqual((await sync.createDocument(name)).data, {});
    await fails(sync.updateDocument(name), 'data is required.');
  }],

  ...absences.map(([method, [, ...values], message]) => [`${method}(${['x', ...values].map(value => JSON.stringify(value)).join(', ')}) if there is no x`, async () => {
    const name = unique();
    await fails(make()[method](name, ...values), message.replace('x', name));
  }]),

  ['a map item if there is no map', async () => {
    assert.equal(await make().getMapItem(unique(), 'key'), null);
  }],

  ['names that nothing can have', async () => {
    const sync = make();
    for (const name of ['', '..', absentSid('ET'), 'x'.repeat(400), undefined, null]) {
      await fails(sync.getDocument(name), `${name} not found.`);
      await fails(sync.removeList(name), `${name} not found.`);
      await fails(sync.setMapItem(name, 'key', {}), `${name} not found.`);
      assert.equal(await sync.searchMap(name), '');
    }
    const map = unique();
    await sync.createMap(map);
    assert.equal(await sync.getMapItem(map, ''), null);
    await fails(sync.removeMapItem(map, ''), 'MapItem() not found.');
    await fails(sync.setMapItem(map, '', {}), /^key /);
    await fails(sync.createDocument('', {}), /^docName /);
  }],

  ['a name that is taken', async () => {
    const sync = make();
    const name = unique();
    for (const [method, ...values] of [['createDocument', {}], ['createList'], ['createMap']]) {
      await sync[method](name, ...values);
      await assert.rejects(sync[method](name, ...values), {
        message: 'Unique name already exists', status: 409, code: 54301, moreInfo: 'https://www.twilio.com/docs/errors/54301',
      });
    }
  }],

  ['failures, with what they say', async () => {
    const sync = make();
    const name = unique();
    await fails(sync.createDocument(name, { text: 'x'.repeat(17_000) }), /^data must not be larger than 16 KiB/);
    await fails(sync.createDocument(name, {}, -1), /^ttl must be a whole number of seconds/);
    await fails(sync.createDocument(name, [1]), /^data /);
    await fails(sync.removeDocumentById(name), /^documentId must be the SID of a document/);
  }],

  ['a service by its SID or its key, and the default one', async () => {
    const name = unique();
    await make(SECOND_SID).createDocument(name, {});
    assert.equal((await make(SECOND_SID).getDocument(name)).serviceSid, SECOND_SID);
    assert.equal((await make('second').getDocument(name)).serviceSid, SECOND_SID);
    await fails(make().getDocument(name), `${name} not found.`);
    await fails(make(null).getDocument(name), `${name} not found.`);
    assert.equal((await new TwilioSync().createDocument(name, {})).serviceSid, SERVICE_SID);
    for (const method of ['getDocument', 'searchDocument', 'getMapItem'])
      await fails(make(absentSid('IS'))[method](name, 'key'), /^service is neither the key nor the SID of a configured Sync service/);
  }],

  ['an address with and without a path, read when it is needed', async () => {
    const sync = make();
    for (const address of ['', '/', '/api', '/api/', '/api//', ' '])
      await within({ SYNC_FUNCTIONS_URL: API_URL + address }, async () => assert.equal(await sync.searchDocument(unique()), ''));
    await within({ SYNC_FUNCTIONS_URL: `${API_URL}/elsewhere` }, () => fails(sync.getDocument('x'), 'There is no function at /elsewhere/getDocument. /api/openapi.json describes all functions.'));
  }],

  ['no address, which is that of the local app', async () => {
    const { fetch } = globalThis;
    const asked = [];
    globalThis.fetch = async url => {
      asked.push(`${url}`);
      return new Response('""');
    };
    try {
      for (const SYNC_FUNCTIONS_URL of [undefined, '', ' ']) await within({ SYNC_FUNCTIONS_URL }, () => make().searchList('x'));
    } finally {
      globalThis.fetch = fetch;
    }
    assert.deepEqual(asked, Array(3).fill('http://127.0.0.1:7071/api/searchList'));
  }],

  ['what is no address, and one where nothing is', async () => {
    await within({ SYNC_FUNCTIONS_URL: 'my-app' }, () => fails(make().getDocument('x'), /^SYNC_FUNCTIONS_URL must be a URL/));
    const server = await serve((_, response) => response.end());
    await server.close();
    await within({ SYNC_FUNCTIONS_URL: server.url }, async () => {
      for (const method of ['getDocument', 'searchDocument', 'getMapItem', 'removeMapItem'])
        await fails(make()[method]('x', 'k'), new RegExp(`^The functions at ${server.url} cannot be reached: .*ECONNREFUSED`));
    });
  }],

  ['no key, and a wrong one', async () => {
    for (const SYNC_FUNCTIONS_KEY of [undefined, 'wrong']) {
      await within({ SYNC_FUNCTIONS_KEY }, async () => {
        for (const method of ['getDocument', 'searchDocument', 'getMapItem', 'removeMapItem'])
          await assert.rejects(make()[method]('x', 'k'), error => error.status === 401 && !error.message.includes('not found') && !error.message.includes('wrong'));
      });
    }
  }],

  ['answers of others than the functions', async () => {
    for (const [status, body] of [[404, 'Not Found'], [404, '{"message":"no such page"}'], [200, '<html>'], [302, ''], [500, '']]) {
      const others = [];
      const other = await serve((request, response) => { others.push(request.url); response.end('""'); });
      const server = await serve((_, response) => response.writeHead(status, { Location: other.url }).end(body));
      await within({ SYNC_FUNCTIONS_URL: server.url }, async () => {
        for (const method of ['getDocument', 'searchDocument', 'getMapItem', 'removeMapItem'])
          await fails(make()[method]('x', 'k'), `The function ${method} at ${server.url} answered with status ${status}.`);
      });
      await server.close();
      await other.close();
      assert.deepEqual(others, [], 'a redirection must not take the key elsewhere');
    }
  }],

  ['each method is one call of the function of its name, with its parameters, and without the credentials', async () => {
    const requests = [];
    const server = await serve(async (request, response) => {
      const content = (await request.toArray()).join('');
      requests.push({ request, content });
      response.end(/Items?$/.test(request.url) && request.url.includes('get') ? '[]' : '{}');
    });
    await within({ SYNC_FUNCTIONS_URL: server.url, SYNC_FUNCTIONS_KEY: 'the-key' }, async () => {
      for (const [method, values, parameters] of calls) {
        await make('IS1')[method](...values);
        const [{ request, content }] = requests.splice(0);
        assert.equal(requests.length, 0);
        assert.deepEqual([request.method, request.url], ['POST', `/api/${method}`]);
        assert.deepEqual(JSON.parse(content), { ...parameters, service: 'IS1' });
        assert.equal(request.headers['x-functions-key'], 'the-key');
        assert.ok(request.headers['content-type'].startsWith('application/json'));
        assert.doesNotMatch(`${request.rawHeaders} ${content}`, /not-used|authorization/i);
      }
    });
    await server.close();
  }],

  ['the log of the debug mode, and none without it', async () => {
    const { log } = console;
    const lines = [];
    console.log = line => lines.push(line);
    try {
      const name = unique();
      await make(SERVICE_SID, false).createMap(name);
      assert.deepEqual(lines, []);
      const sync = make(SERVICE_SID, true);
      await sync.setMapItem(name, 'key', { a: 1 });
      await sync.getMapItem(name, 'key');
      await sync.removeMap(name);
      assert.deepEqual(lines, [`setMapItem(${name}, key, [object Object], 0) called.`, `getMapItem(${name}, key) called.`, `removeMap(${name}) called.`]);
    } finally {
      console.log = log;
    }
  }],
].map(([name, run]) => ({ name, run }));

requireUniqueNames(scenarios);
const selected = choose(scenarios, args, { API_URL, FUNCTION_KEY, ACCOUNT_SID, SERVICE_SID, SECOND_SID });

// A project of its own, as this folder's files are modules and the class is not.
const project = await mkdtemp(join(tmpdir(), 'syncfunctions-drop-in-'));
let failed = 0;
try {
  await writeFile(join(project, 'package.json'), '{"private":true}');
  await copyFile(new URL('./clients/twilioSync.private.js', import.meta.url), join(project, 'twilioSync.private.js'));
  TwilioSync = createRequire(join(project, 'index.js'))('./twilioSync.private.js');

  // One after the other: they change the environment.
  for (const { name, run } of selected) {
    const error = await withTimeout(() => within({ SYNC_FUNCTIONS_URL: API_URL, SYNC_FUNCTIONS_KEY: FUNCTION_KEY }, run), 60_000).then(() => undefined, describe);
    if (error !== undefined) failed++;
    console.log(JSON.stringify({ name, ok: error === undefined, error }));
  }
} finally {
  await rm(project, { recursive: true });
}
process.exit(failed ? 1 : 0);

/** Runs something with environment variables. */
async function within(variables, run) {
  const before = Object.fromEntries(Object.keys(variables).map(name => [name, process.env[name]]));
  set(variables);
  try {
    await run();
  } finally {
    set(before);
  }

  function set(values) {
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

/** A server of this machine. */
async function serve(answer) {
  const server = http.createServer(answer);
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise(resolve => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}
