// Checks descriptions of an API, whose files are the arguments: whether they are valid, and what linters of APIs find in them. Each finding is a line.
import SwaggerParser from '@apidevtools/swagger-parser';
import { createConfig, lint } from '@redocly/openapi-core';

const config = await createConfig({ extends: ['recommended'] });
for (const file of process.argv.slice(2)) {
  const api = await SwaggerParser.validate(file);
  console.log(JSON.stringify({ file, version: api.openapi ?? api.swagger, paths: Object.keys(api.paths).length }));
  for (const { severity, ruleId, message, location } of await lint({ ref: file, config })) {
    console.log(JSON.stringify({ file, severity, rule: ruleId, message, pointer: location[0].pointer }));
  }
}
