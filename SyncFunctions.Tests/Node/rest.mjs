// Drives an emulated Sync service with the unmodified official SDK, redirected by its base URL alone.
//
//   node rest.mjs [--group core|streams-permissions] [--only <text>] [--list]
//
// Environment: SYNC_URL, ACCOUNT_SID, AUTH_TOKEN, API_KEY_SID, API_KEY_SECRET, SERVICE_SID.
// Prints one JSON line a scenario, then one with the operations they cover; exits with 0 if all is well, else with 1.

import { parseArgs } from 'node:util';
import * as credentials from './rest/credentials.mjs';
import * as documents from './rest/documents.mjs';
import * as items from './rest/items.mjs';
import * as lists from './rest/lists.mjs';
import * as maps from './rest/maps.mjs';
import * as objects from './rest/objects.mjs';
import * as paging from './rest/paging.mjs';
import * as permissions from './rest/permissions.mjs';
import * as services from './rest/services.mjs';
import * as streams from './rest/streams.mjs';
import * as ttl from './rest/ttl.mjs';
import { choose, describe, fail, requireUniqueNames, withTimeout } from './running.mjs';
import { documentKind, env, itemKinds, listKind, mapKind, permissionKinds, streamKind } from './rest/support.mjs';

const { values: args } = parseArgs({
  options: { list: { type: 'boolean' }, group: { type: 'string' }, only: { type: 'string' } },
});

const objectKinds = [documentKind, listKind, mapKind];

const groups = {
  core: [
    ...credentials.scenarios,
    ...services.scenarios,
    ...objectKinds.flatMap(objects.scenarios),
    ...documents.scenarios,
    ...itemKinds.flatMap(items.scenarios),
    ...lists.scenarios,
    ...maps.scenarios,
    ...[...objectKinds, ...itemKinds].flatMap(paging.scenarios),
    ...objectKinds.flatMap(ttl.objectScenarios),
    ...ttl.collectionScenarios,
    ...itemKinds.flatMap(ttl.itemScenarios),
  ],
  'streams-permissions': [
    ...objects.scenarios(streamKind),
    ...paging.scenarios(streamKind),
    ...ttl.objectScenarios(streamKind),
    ...streams.scenarios,
    ...permissionKinds.flatMap(permissions.scenarios),
  ],
};

const on = (verbs, ...resources) => resources.flatMap(resource => verbs.map(verb => verb + resource));
const allOperations = [
  ...on(['List', 'Create', 'Fetch', 'Update', 'Delete'],
    'Service', 'Document', 'SyncList', 'SyncListItem', 'SyncMap', 'SyncMapItem', 'SyncStream'),
  ...on(['List', 'Fetch', 'Update', 'Delete'], 'DocumentPermission', 'SyncListPermission', 'SyncMapPermission'),
  'CreateStreamMessage',
];

const everything = Object.values(groups).flat();
const unknown = everything.flatMap(({ operations }) => operations).filter(name => !allOperations.includes(name));
if (unknown.length) fail(`unknown operations: ${unknown}`);
requireUniqueNames(everything);
if (args.group && !Object.hasOwn(groups, args.group)) fail(`no group '${args.group}' among ${Object.keys(groups).join(', ')}`);

const selected = choose(args.group ? groups[args.group] : everything, args, env);

const outcome = new Map(args.group || args.only ? [] : allOperations.map(operation => [operation, undefined]));
let failed = 0;

for (const { name, operations, run } of selected) {
  const started = performance.now();
  const error = await withTimeout(run, 60_000).then(() => undefined, describe);
  const ok = error === undefined;
  if (!ok) failed++;
  for (const operation of operations) outcome.set(operation, ok && outcome.get(operation) !== false);
  console.log(JSON.stringify({ name, ok, ms: Math.round(performance.now() - started), error }));
}

// An operation no scenario called is as bad as a broken one.
const operations = [...outcome].map(([operation, ok]) => ({ operation, ok: ok === true }));
console.log(JSON.stringify({ operations }));
process.exit(failed || operations.some(({ ok }) => !ok) ? 1 : 0);
