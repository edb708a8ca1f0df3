// The JSON patches of others: the published suite of RFC 6902 cases, and what the package fast-json-patch makes of patches that are made up.
//
//   node json-patch.mjs suite              prints each case of the suite, a line each
//   node json-patch.mjs apply FILE         applies each line of the file, { "doc": …, "patch": […] }, and prints what comes of it

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import jsonPatch from 'fast-json-patch';

const require = createRequire(import.meta.url);
const [command, file] = process.argv.slice(2);

/** Applies a patch; `undefined` if an operation cannot be applied. */
function apply(doc, patch) {
  try {
    return { doc: jsonPatch.applyPatch(doc, patch, true).newDocument };
  } catch {
    return { error: true };
  }
}

if (command === 'suite') {
  for (const name of ['spec_tests.json', 'tests.json']) {
    for (const { comment, doc, patch, expected, error, disabled } of require(`json-patch-test-suite/${name}`)) {
      if (!disabled) console.log(JSON.stringify({ name: comment ?? error ?? JSON.stringify(patch), doc, patch, expected, fails: error !== undefined }));
    }
  }
} else {
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const { doc, patch } = JSON.parse(line);
    console.log(JSON.stringify(apply(doc, patch)));
  }
}
