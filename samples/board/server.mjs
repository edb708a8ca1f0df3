// Serves this folder's page, and the Sync client from node_modules, to this machine.

import { readFile } from 'node:fs/promises';
import http from 'node:http';
import process from 'node:process';

const port = Number(process.env.PORT ?? 8080);

// What is not in this table is not served.
const files = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/app.js': ['app.js', 'text/javascript; charset=utf-8'],
  '/style.css': ['style.css', 'text/css; charset=utf-8'],
  '/twilio-sync.js': ['node_modules/twilio-sync/builds/twilio-sync.min.js', 'text/javascript; charset=utf-8'],
};

const server = http.createServer(async (request, response) => {
  const path = request.url.split('?', 1)[0];
  const [file, type] = Object.hasOwn(files, path) ? files[path] : [];
  if (!file || !['GET', 'HEAD'].includes(request.method)) {
    response.writeHead(file ? 405 : 404).end();
    return;
  }
  try {
    const body = await readFile(new URL(file, import.meta.url));
    response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-cache' }).end(request.method === 'HEAD' ? undefined : body);
  } catch (error) {
    console.error(error.message);
    response.writeHead(500).end('Run "npm ci" first.\n');
  }
});

server.listen(port, '127.0.0.1', () => console.log(`The board: http://127.0.0.1:${port}`));
