// What the explorer writes down of a request makes the same request again: by curl, and by Twilio's own helper library for Node.js.
//
//   SYNC_URL=http://127.0.0.1:7072 ACCOUNT_SID=AC… AUTH_TOKEN=… node snippets.mjs
//
// Prints one JSON line for each operation of the REST API and each way; exits with 0 if all is well, with 3 if bash or curl is not
// there, else with 1.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { csharp, curl, node } from './page/inspection/snippets.js';
import { describe, fail } from './running.mjs';

const { SYNC_URL, ACCOUNT_SID, AUTH_TOKEN } = process.env;
if (!SYNC_URL || !ACCOUNT_SID || !AUTH_TOKEN) fail('not set: SYNC_URL, ACCOUNT_SID or AUTH_TOKEN');
const origin = new URL(SYNC_URL).origin;
const Authorization = `Basic ${btoa(`${ACCOUNT_SID}:${AUTH_TOKEN}`)}`;

/** What a shell, a URL and a program must not take for something else. */
const name = 'it\'s "a" $name\\ `x`/%2F?&=+ ü😀\u202e';
const data = '{ "text": "it\'s $HOME `id` \\"q\\" \\u0041 ü😀\u202e\u2028</script>", "n": 1e400, "@": "@file" }';
const id = encodeURIComponent(name);

/** Sends a request, and returns what the emulator has seen of it. */
async function send(method, target, form, ifMatch) {
  const before = await seen();
  const response = await fetch(origin + target, { method, headers: { Authorization, ...(ifMatch ? { 'If-Match': ifMatch } : {}) }, body: form && new URLSearchParams(form) });
  await response.text();
  const [request, ...more] = await seen(before);
  assert.deepEqual(more, []);
  return request;
}

/** The id of the last request; or the requests after an id. */
async function seen(after) {
  const response = await fetch(`${origin}/inspection/requests?pageSize=100${after === undefined ? '' : `&after=${after}`}`, { headers: { Authorization } });
  const page = await response.json();
  return after === undefined ? page.last : page.items;
}

const run = (file, args) => new Promise((resolve, reject) => {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stdout.resume();
  child.stderr.on('data', text => { errors += text; });
  child.on('error', reject);
  child.on('close', code => resolve({ code, errors }));
});

/** Every operation, in an order in which each finds what it needs. */
function* operations(service) {
  const root = `/v1/Services/${service}`;
  yield ['services: create', 'POST', '/v1/Services', { FriendlyName: name, AclEnabled: 'true', WebhookUrl: 'http://127.0.0.1:9/hook?a=b&c=d', ReachabilityDebouncingWindow: '2000' }];
  yield ['services: list', 'GET', '/v1/Services?PageSize=1&PageToken='];
  yield ['service: fetch', 'GET', root];
  yield ['service: update', 'POST', root, { ReachabilityWebhooksEnabled: 'false', FriendlyName: 'it\'s' }];
  for (const [collection, permits] of [['Documents', true], ['Lists', true], ['Maps', true], ['Streams', false]]) {
    const label = collection.toLowerCase();
    const item = collection === 'Documents' ? { Data: data } : {};
    yield [`${label}: create`, 'POST', `${root}/${collection}`, { UniqueName: name, ...item, Ttl: '3600' }];
    yield [`${label}: list`, 'GET', `${root}/${collection}?PageSize=2&Page=0`];
    yield [`${label}: fetch`, 'GET', `${root}/${collection}/${id}`];
    yield [`${label}: update`, 'POST', `${root}/${collection}/${id}`, { ...item, Ttl: '0' }, collection === 'Documents' ? '"0"' : undefined];
    if (collection === 'Lists' || collection === 'Maps') {
      const key = collection === 'Maps' ? id : '0';
      yield [`${label}: items: create`, 'POST', `${root}/${collection}/${id}/Items`, { ...(collection === 'Maps' ? { Key: name } : {}), Data: data, ItemTtl: '60' }];
      yield [`${label}: items: list`, 'GET', `${root}/${collection}/${id}/Items?Order=desc&From=${key}&Bounds=inclusive&PageSize=3`];
      yield [`${label}: item: fetch`, 'GET', `${root}/${collection}/${id}/Items/${key}`];
      yield [`${label}: item: update`, 'POST', `${root}/${collection}/${id}/Items/${key}`, { Data: data, CollectionTtl: '90' }, '*'];
      yield [`${label}: item: remove`, 'DELETE', `${root}/${collection}/${id}/Items/${key}`, undefined, '*'];
    }
    if (collection === 'Streams') yield ['streams: messages: create', 'POST', `${root}/${collection}/${id}/Messages`, { Data: data }];
    if (permits) {
      yield [`${label}: permission: update`, 'POST', `${root}/${collection}/${id}/Permissions/${id}`, { Read: 'true', Write: 'false', Manage: 'true' }];
      yield [`${label}: permissions: list`, 'GET', `${root}/${collection}/${id}/Permissions?PageSize=5`];
      yield [`${label}: permission: fetch`, 'GET', `${root}/${collection}/${id}/Permissions/${id}`];
      yield [`${label}: permission: remove`, 'DELETE', `${root}/${collection}/${id}/Permissions/${id}`];
    }
    yield [`${label}: remove`, 'DELETE', `${root}/${collection}/${id}`];
  }
  // What the helper library has no names for.
  yield ['another path', 'GET', `${root}/Documents/${id}/Items`, undefined, undefined, 'plain'];
  yield ['a condition that the library has no parameter for', 'DELETE', `${root}/Documents/${id}`, undefined, '1', 'plain'];
  yield ['another method', 'DELETE', `${root}/Documents`, undefined, undefined, 'plain'];
  yield ['service: remove', 'DELETE', root];
}

/** What two requests must have in common: an absent field is as good as an empty query. */
const meaning = ({ method, path: target, form, ifMatch }) => {
  const url = new URL(target, origin);
  return { method, path: decodeURIComponent(url.pathname), query: [...url.searchParams].filter(([, value]) => value !== '').sort(), form: form ?? {}, ifMatch };
};

// The snippets print what they get.
const print = console.log;
console.log = () => undefined;
Object.assign(process.env, { TWILIO_ACCOUNT_SID: ACCOUNT_SID, TWILIO_AUTH_TOKEN: AUTH_TOKEN });

let snippets = 0;

/** Runs a program in this process: loading the library again for each would take minutes. */
async function load(program) {
  const file = path.join(folder, `snippet-${++snippets}.mjs`);
  await writeFile(file, program);
  try {
    await import(pathToFileURL(file));
    return { code: 0, errors: '' };
  } catch (error) {
    return { code: 1, errors: String(error) };
  }
}

if (spawnSync('bash', ['-c', 'command -v curl']).status !== 0) process.exit(3);
const folder = await mkdtemp(path.join(tmpdir(), 'snippets-'));
await symlink(path.resolve('node_modules'), path.join(folder, 'node_modules'), 'junction');
let failed = 0;
try {
  const created = await fetch(`${origin}/v1/Services`, { method: 'POST', headers: { Authorization }, body: new URLSearchParams({ FriendlyName: 'snippets' }) });
  for (const [label, method, target, form, ifMatch, isPlain] of operations((await created.json()).sid)) {
    const original = await send(method, target, form, ifMatch);
    for (const [way, perform] of [
      ['curl', () => run('bash', ['-c', `set -e\n${curl(original, origin)}`])],
      ['node', () => load(node(original, origin))],
    ]) {
      const error = await (async () => {
        const before = await seen();
        const { code, errors } = await perform();
        const [again, ...more] = await seen(before);
        assert.ok(again, `no request came: exit code ${code}, ${errors}`);
        assert.deepEqual(more, []);
        assert.deepEqual(meaning(again), meaning(original));
        if (way === 'curl') assert.equal(code, 0, errors);
        else assert.equal(/client\.request\(/.test(node(original, origin)), Boolean(isPlain), 'it is by the library\'s own names, if they can');
      })().then(() => undefined, describe);
      if (error !== undefined) failed++;
      print(JSON.stringify({ name: `${label}: ${way}`, ok: error === undefined, error }));
    }
    const program = csharp(original, origin);
    assert.ok(program.includes(`Twilio.Http.HttpMethod.${{ GET: 'Get', POST: 'Post', DELETE: 'Delete' }[method]}, ${JSON.stringify(origin + original.path)}`), program);
    assert.equal(program.match(/AddPostParam/g)?.length ?? 0, Object.keys(original.form ?? {}).length);
  }
} finally {
  await rm(folder, { recursive: true });
}
process.exit(failed ? 1 : 0);
