// Serves the samples' pages, the clients that they share, and Twilio's clients from node_modules, on this machine only.

import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const port = Number(process.env.PORT ?? 8080);
const samples = readdirSync(fileURLToPath(new URL('.', import.meta.url)), { withFileTypes: true })
  .filter(entry => entry.isDirectory() && entry.name !== 'node_modules')
  .map(entry => entry.name);
const types = {
  css: 'text/css; charset=utf-8', html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', png: 'image/png',
};
const packaged = {
  'twilio-sync.js': ['twilio-sync/package.json', 'builds/twilio-sync.min.js'],
  'twilio-conversations.js': ['@twilio/conversations', 'twilio-conversations.min.js'],
};

/** Finds the file for a path; `undefined` if it must not be served. */
function find(path) {
  const [, folder = '', file = ''] = /^\/(?:([\w-]+)\/)?([\w-]+\.[a-z]+)?$/.exec(path) ?? [];
  if (folder === 'packages' && Object.hasOwn(packaged, file)) {
    const [module, bundle] = packaged[file];
    return new URL(bundle, import.meta.resolve(module));
  }
  if (folder === 'clients' && /\.js$/.test(file)) return new URL(`../clients/${file}`, import.meta.url);
  if (folder === '' && file === 'style.css') return new URL(file, import.meta.url);
  return samples.includes(folder) ? new URL(`${folder}/${file || 'index.html'}`, import.meta.url) : undefined;
}

const index = () => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Samples</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="style.css">
<header><h1>Samples</h1></header>
<main class="single"><section><ul>${samples.map(name => `<li><a href="${name}/">${name}</a></li>`).join('')}</ul></section></main>
</html>
`;

async function answer({ method, url }) {
  const path = url.split('?', 1)[0];
  if (!['GET', 'HEAD'].includes(method)) return { status: 405, body: '' };
  if (path === '/') return { status: 200, type: types.html, body: index() };
  // The pages' own links are relative to their folder.
  if (samples.includes(path.slice(1))) return { status: 301, location: `${path}/`, body: '' };
  try {
    const file = find(path);
    const type = file && types[file.pathname.split('.').at(-1)];
    return type ? { status: 200, type, body: await readFile(file) } : { status: 404, body: 'Not found.\n' };
  } catch (error) {
    if (error.code === 'ENOENT') return { status: 404, body: 'Not found.\n' };
    console.error(error.message);
    return { status: 500, body: error.code === 'ERR_MODULE_NOT_FOUND' ? 'Run "npm ci" first.\n' : 'Cannot be read.\n' };
  }
}

const server = http.createServer(async (request, response) => {
  const { status, type = 'text/plain; charset=utf-8', location, body } = await answer(request);
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-cache', ...location && { Location: location } })
    .end(request.method === 'HEAD' ? undefined : body);
});

server.listen(port, '127.0.0.1', () => console.log(`The samples: http://127.0.0.1:${server.address().port}`));
