// Writes code that repeats a request: for curl, twilio-node and twilio-csharp.

/** @typedef {{ method: string, path: string, form: { [name: string]: string } | null, ifMatch: string | null }} RestRequest */

const collections = Object.freeze({
  Documents: { name: 'documents', permissions: 'documentPermissions' },
  Lists: { name: 'syncLists', items: 'syncListItems', permissions: 'syncListPermissions' },
  Maps: { name: 'syncMaps', items: 'syncMapItems', permissions: 'syncMapPermissions' },
  Streams: { name: 'syncStreams', messages: 'streamMessages' },
});

const booleans = new Set(['WebhooksFromRestEnabled', 'ReachabilityWebhooksEnabled', 'AclEnabled', 'ReachabilityDebouncingEnabled', 'Read', 'Write', 'Manage']);
const numbers = new Set(['Ttl', 'ItemTtl', 'CollectionTtl', 'ReachabilityDebouncingWindow', 'PageSize', 'Page']);

/**
 * Writes the request for a shell. Credentials come from the environment.
 * @param {RestRequest} request
 * @param {string} origin
 */
export function curl({ method, path, form, ifMatch }, origin) {
  const parts = [
    method === 'GET' ? `curl ${quoted(origin + path)}` : `curl -X ${method} ${quoted(origin + path)}`,
    '-u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN"',
    ...(ifMatch === null ? [] : [`-H ${quoted(`If-Match: ${ifMatch}`)}`]),
    ...Object.entries(form ?? {}).map(([name, value]) => `--data-urlencode ${quoted(`${name}=${value}`)}`),
  ];
  return `${parts.join(' \\\n  ')}\n`;
}

/**
 * Writes the request for Twilio's helper library for Node.js, with its methods for Sync if the path is one of Sync's.
 * @param {RestRequest} request
 * @param {string} origin
 */
export function node(request, origin) {
  const call = fluent(request);
  const statement = call
    ? `const result = await client.sync.v1.${call};\nconsole.log(result);`
    : `const result = await client.request(${plain(request, origin)});\nconsole.log(result.statusCode, result.body);`;
  return `import twilio from 'twilio';

const client = twilio(process.env.TWILIO_ACCOUNT_SID, process.env.TWILIO_AUTH_TOKEN);
client.sync.baseUrl = ${text(origin)};

${statement}
`;
}

/**
 * Writes the request for Twilio's helper library for C#.
 * @param {RestRequest} request
 * @param {string} origin
 */
export function csharp({ method, path, form, ifMatch }, origin) {
  const verb = method[0] + method.slice(1).toLowerCase();
  const fields = Object.entries(form ?? {}).map(([name, value]) => `request.AddPostParam(${text(name)}, ${text(value)});\n`).join('');
  const header = ifMatch === null ? '' : `request.AddHeaderParam("If-Match", ${text(ifMatch)});\n`;
  return `using Twilio;
using Twilio.Http;

TwilioClient.Init(
    Environment.GetEnvironmentVariable("TWILIO_ACCOUNT_SID"), Environment.GetEnvironmentVariable("TWILIO_AUTH_TOKEN"));
Request request = new(Twilio.Http.HttpMethod.${verb}, ${text(origin + path)});
${fields}${header}Response response = await TwilioClient.GetRestClient().RequestAsync(request);
Console.WriteLine($"{response.StatusCode} {response.Content}");
`;
}

/**
 * Writes the call with the library's methods for Sync; `null` if they cannot make exactly this request.
 * @param {RestRequest} request
 */
function fluent({ method, path, form, ifMatch }) {
  const [before, query = ''] = path.split('?', 2);
  const segments = before.split('/').slice(1);
  const resource = segments[0] === 'v1' ? resourceOf(segments.slice(1)) : null;
  if (!resource) return null;
  const fields = Object.entries(form ?? {});
  if (fields.some(([name]) => !/^[A-Z][A-Za-z]*$/.test(name))) return null;
  const values = parametersOf(fields);
  if (ifMatch !== null) {
    if (!resource.conditions.includes(method)) return null;
    values.push(`ifMatch: ${text(ifMatch)}`);
  }
  const { chain, isInstance = false, isMessage = false } = resource;
  if (method === 'GET' && !isInstance && !isMessage) return `${chain}.page(${objectOf(pageParameters(query))})`;
  if (query) return null;
  if (method === 'GET' && isInstance) return `${chain}.fetch()`;
  if (method === 'DELETE' && isInstance) return `${chain}.remove(${objectOf(values)})`;
  if (method !== 'POST') return null;
  return isInstance ? `${chain}.update(${objectOf(values)})` : `${chain}.create(${objectOf(values)})`;
}

/**
 * Finds the library's names for a path.
 * @param {string[]} segments the segments after the version
 * @returns {{ chain: string, isInstance?: boolean, isMessage?: boolean, conditions: string[] } | null} with the methods that accept If-Match
 */
function resourceOf(segments) {
  if (segments[0] !== 'Services') return null;
  let chain = 'services';
  if (segments.some(segment => segment === '')) return null;
  // Names stay escaped, because the library puts them into the URL unchanged.
  const [, service, collection, object, below, item, ...more] = segments;
  if (service === undefined) return { chain, conditions: [] };
  chain += `(${text(service)})`;
  if (collection === undefined) return { chain, isInstance: true, conditions: [] };
  if (!Object.hasOwn(collections, collection) || more.length) return null;
  const names = collections[/** @type {keyof typeof collections} */ (collection)];
  chain += `.${names.name}`;
  if (object === undefined) return { chain, conditions: [] };
  chain += `(${text(object)})`;
  if (below === undefined) return { chain, isInstance: true, conditions: collection === 'Documents' ? ['POST'] : [] };
  const member = /** @type {{ [name: string]: string | undefined }} */ (names)[below.toLowerCase()];
  if (member === undefined || !/^(Items|Permissions|Messages)$/.test(below)) return null;
  chain += `.${member}`;
  if (item === undefined) return { chain, isMessage: below === 'Messages', conditions: [] };
  if (below === 'Messages') return null;
  chain += `(${collection === 'Lists' && below === 'Items' && /^\d{1,15}$/.test(item) ? item : text(item)})`;
  return { chain, isInstance: true, conditions: below === 'Items' ? ['POST', 'DELETE'] : [] };
}

/** @param {string} query */
function pageParameters(query) {
  const fields = [...new URLSearchParams(query)].filter(([, value]) => value !== '').map(([name, value]) => /** @type {[string, string]} */ ([name === 'Page' ? 'PageNumber' : name, value]));
  return parametersOf(fields);
}

/** @param {[string, string][]} fields */
function parametersOf(fields) {
  return fields.map(([name, value]) => {
    const written = booleans.has(name) && /^(true|false)$/i.test(value) ? value.toLowerCase()
      : (numbers.has(name) || name === 'PageNumber') && /^\d{1,15}$/.test(value) ? String(Number(value)) : text(value);
    return `${name[0].toLowerCase()}${name.slice(1)}: ${written}`;
  });
}

/** @param {string[]} members */
const objectOf = members => (members.length ? `{ ${members.join(', ')} }` : '');

/** @param {RestRequest} request @param {string} origin */
function plain({ method, path, form, ifMatch }, origin) {
  return objectOf([
    `method: ${text(method.toLowerCase())}`,
    `uri: ${text(origin + path)}`,
    ...(form ? [`data: { ${Object.entries(form).map(([name, value]) => `${text(name)}: ${text(value)}`).join(', ')} }`] : []),
    ...(ifMatch === null ? [] : [`headers: { 'If-Match': ${text(ifMatch)} }`]),
  ]);
}

/**
 * A string literal for JavaScript and C#. Characters that could end a line or change the text direction are escaped.
 * @param {string} value
 */
const text = value => JSON.stringify(value).replace(/[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Quotes a text for a shell. @param {string} value */
const quoted = value => `'${value.replaceAll("'", "'\\''")}'`;
