// Serves this folder by Twilio's local runtime for Functions, unmodified, with the class of clients/ as a private asset, and calls its Functions.
//
//   API_URL=http://127.0.0.1:7071 FUNCTION_KEY=… SYNC_URL=http://127.0.0.1:7072 ACCOUNT_SID=AC… AUTH_TOKEN=… SERVICE_SID=IS… node run.mjs
//
// Prints a JSON line for each call: {"call", "status", "body"}; the last has what the runtime wrote: {"output"}.

import { spawn } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const { API_URL, FUNCTION_KEY, SYNC_URL, ACCOUNT_SID, AUTH_TOKEN, SERVICE_SID } = process.env;

await mkdir(`${folder}assets`, { recursive: true });
await copyFile(`${folder}../clients/twilioSync.private.js`, `${folder}assets/twilioSync.private.js`);
// All that a project's owner configures. The runtime hides the environment that it was started in.
await writeFile(`${folder}.env`, Object.entries({
  ACCOUNT_SID, AUTH_TOKEN, MASTER_ACCOUNT_SID: ACCOUNT_SID, SYNC_SERVICE_SID: SERVICE_SID,
  SYNC_FUNCTIONS_URL: API_URL, SYNC_FUNCTIONS_KEY: FUNCTION_KEY, SYNC_URL,
}).map(([name, value]) => `${name}=${value}\n`).join(''));

const port = await freePort();
const runtime = spawn(process.execPath, [`${folder}node_modules/twilio-run/bin/twilio-run.js`, 'start', '--port', `${port}`], {
  cwd: folder,
  // It keeps a file of its own under the home folder.
  env: { ...process.env, HOME: folder, CI: 'true' },
  stdio: ['ignore', 'pipe', 'pipe'],
});
let output = '';
for (const stream of [runtime.stdout, runtime.stderr]) stream.setEncoding('utf8').on('data', text => { output += text; });
try {
  await isServing();
  await Promise.all(['document', 'list', 'map'].map(flow => call('flows', { flow, name: `flow-${flow}` })));
  await call('client', { name: 'from-client' });
} finally {
  runtime.kill();
  console.log(JSON.stringify({ output }));
}

async function call(path, parameters) {
  const response = await fetch(`http://127.0.0.1:${port}/${path}`, { method: 'POST', body: new URLSearchParams(parameters) });
  const body = await response.text();
  console.log(JSON.stringify({ call: parameters.flow ?? path, status: response.status, body: parse(body) }));
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A port below the range of ephemeral ports, so that no other process gets it in the meantime. */
async function freePort() {
  for (;;) {
    const candidate = 20_000 + Math.floor(Math.random() * 10_000);
    const server = createServer();
    const isFree = await new Promise(resolve => server.once('error', () => resolve(false)).listen(candidate, () => resolve(true)));
    await new Promise(resolve => server.close(resolve));
    if (isFree) return candidate;
  }
}

async function isServing() {
  const answers = () => fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false);
  while (!await answers()) {
    if (runtime.exitCode !== null) throw new Error(`twilio-run ended: ${output}`);
    await sleep(100);
  }
}
