// Drives the emulator's realtime protocol with the unmodified official client, redirected by one option alone.
//
//   node realtime.mjs [--only <text>] [--list]
//
// Environment: as for rest.mjs. Prints one JSON line a scenario; exits with 0 if all is well, else with 1.

import { parseArgs } from 'node:util';
import * as access from './realtime/access.mjs';
import * as concurrency from './realtime/concurrency.mjs';
import * as documents from './realtime/documents.mjs';
import * as expiry from './realtime/expiry.mjs';
import * as inspection from './realtime/inspection.mjs';
import * as items from './realtime/items.mjs';
import * as names from './realtime/names.mjs';
import * as objects from './realtime/objects.mjs';
import * as paging from './realtime/paging.mjs';
import * as permissions from './realtime/permissions.mjs';
import * as queries from './realtime/queries.mjs';
import * as reconnection from './realtime/reconnection.mjs';
import * as streams from './realtime/streams.mjs';
import { env, itemKinds, kinds, Session } from './realtime/support.mjs';
import { choose, describe, requireUniqueNames, runAll, withTimeout } from './running.mjs';

const { values: args } = parseArgs({ options: { list: { type: 'boolean' }, only: { type: 'string' } } });

const scenarios = [
  // Those that wait the longest come first.
  ...access.scenarios,
  ...reconnection.scenarios,
  ...kinds.flatMap(objects.scenarios),
  ...documents.scenarios,
  ...itemKinds.flatMap(items.scenarios),
  ...streams.scenarios,
  ...itemKinds.flatMap(paging.scenarios),
  ...queries.scenarios,
  ...names.scenarios,
  ...concurrency.scenarios,
  ...expiry.scenarios,
  ...permissions.scenarios,
  ...inspection.scenarios,
];

requireUniqueNames(scenarios);
const selected = choose(scenarios, args, env);

let failed = 0;
process.on('uncaughtException', error => {
  // A client that is shut down while it connects throws this from its WebSocket, where no one can catch it.
  if (error.message === 'WebSocket was closed before the connection was established') return;
  failed++;
  console.error(`uncaught: ${describe(error)}`);
});

await runAll(selected, run);
process.exit(failed ? 1 : 0);

async function run({ name, run }) {
  const started = performance.now();
  const session = new Session();
  const error = await withTimeout(() => run(session), 120_000).then(() => undefined, describe);
  await session.close();
  if (error !== undefined) failed++;
  console.log(JSON.stringify({ name, ok: error === undefined, ms: Math.round(performance.now() - started), error }));
}
