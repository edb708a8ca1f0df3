// The explorer in a real browser, under each host.
//
//   BROWSER=/usr/bin/chromium PAGE_URL=http://127.0.0.1:7071/api/explorer node explorer.mjs [--only <text>] [--list]
//
// Further environment: KEYED_URL and KEY, a page whose functions ask for that key; LOCKED_SERVICE, the key of a service whose permissions are enforced;
// SCREENSHOTS, a folder for pictures; SKIP, scenarios to leave out; EMULATOR, the emulator's assembly. Prints one JSON line a scenario; exits with 0 if all is well, else with 1.

import { parseArgs } from 'node:util';
import { SCREENSHOTS, Session, config, env, start, stop } from './explorer/support.mjs';
import * as access from './explorer/access.mjs';
import * as accessibility from './explorer/accessibility.mjs';
import * as documents from './explorer/documents.mjs';
import * as inspection from './explorer/inspection.mjs';
import * as items from './explorer/items.mjs';
import * as keyboard from './explorer/keyboard.mjs';
import * as live from './explorer/live.mjs';
import * as nasty from './explorer/nasty.mjs';
import * as objects from './explorer/objects.mjs';
import { takePictures } from './explorer/pictures.mjs';
import * as resilience from './explorer/resilience.mjs';
import * as streams from './explorer/streams.mjs';
import * as tokens from './explorer/tokens.mjs';
import * as transfer from './explorer/transfer.mjs';
import { choose, describe, requireUniqueNames, runAll, withTimeout } from './running.mjs';

const { values: args } = parseArgs({ options: { list: { type: 'boolean' }, only: { type: 'string' } } });

const scenarios = [
  // Those that wait the longest come first.
  ...resilience.scenarios, ...live.scenarios, ...accessibility.scenarios, ...documents.scenarios, ...items.scenarios, ...objects.scenarios, ...nasty.scenarios,
  ...streams.scenarios, ...transfer.scenarios, ...keyboard.scenarios, ...access.scenarios, ...inspection.scenarios, ...tokens.scenarios,
];

requireUniqueNames(scenarios);
if (args.list) {
  // With who must serve the page, if not anybody may.
  for (const { name, host } of scenarios) console.log(host ? `${name}\t${host}` : name);
  process.exit(0);
}
// What another run of the suite tries already: the first words of scenarios' names, separated by commas.
const skipped = (process.env.SKIP ?? '').split(',');
const selected = choose(scenarios, args, env).filter(({ name }) => !skipped.includes(name.split(':')[0]));
await start();
let failed = 0;
await runAll(selected.filter(({ host }) => !host || host === config.host), run);
if (SCREENSHOTS) await takePictures();
await stop();
process.exit(failed ? 1 : 0);

async function run({ name, run }) {
  const started = performance.now();
  const session = new Session();
  const error = await withTimeout(async () => {
    await run(session);
    session.requireNoErrors();
  }, 120_000).then(() => undefined, async error => `${describe(error)}${await session.describe()}`);
  await session.close();
  if (error !== undefined) failed++;
  console.log(JSON.stringify({ name, ok: error === undefined, ms: Math.round(performance.now() - started), error }));
}
