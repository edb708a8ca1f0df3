// Decodes an access token, and finds reasons for which Sync would refuse it. The signature cannot be checked without the secret.

/** @typedef {{ isGood: boolean | null, text: string, code?: number }} Finding `isGood` is `null` for a note */

/**
 * @typedef {object} DecodedToken
 * @property {string | null} header JSON
 * @property {string | null} payload JSON
 * @property {string | null} identity
 * @property {string[]} grants the names of its grants
 * @property {Date | null} expires
 * @property {Date | null} begins
 * @property {Finding[]} findings
 */

const longestLife = 86_400;
const latest = 8_640_000_000_000;
const grantNames = /** @type {{ [name: string]: string }} */ ({ data_sync: 'Sync', chat: 'Conversations', video: 'Video', voice: 'Voice', ip_messaging: 'Conversations (legacy)', task_router: 'TaskRouter' });

/**
 * Decodes a token.
 * @param {string} token
 * @param {{ now: Date, serviceSids: string[] }} known the services that are known here
 * @returns {DecodedToken}
 */
export function readToken(token, { now, serviceSids }) {
  /** @type {Finding[]} */ const findings = [];
  const good = (/** @type {string} */ text) => { findings.push({ isGood: true, text }); };
  const bad = (/** @type {string} */ text, /** @type {number} */ code) => { findings.push({ isGood: false, text, code }); };
  const note = (/** @type {string} */ text) => { findings.push({ isGood: null, text }); };
  const nothing = { header: null, payload: null, identity: null, grants: [], expires: null, begins: null, findings };

  const parts = token.trim().split('.');
  if (parts.length !== 3) {
    bad(`A token has three parts, separated by dots; this has ${parts.length}.`, 20101);
    return nothing;
  }
  const [header, payload] = [textOf(parts[0]), textOf(parts[1])];
  const [head, claims] = [objectOf(header), objectOf(payload)];
  if (!head || !claims) {
    bad(`The ${head ? 'payload' : 'header'} is not a JSON object in Base64url.`, 20101);
    return { ...nothing, header, payload };
  }
  good('It has a header, a payload and a signature.');

  if (/^HS(256|384|512)$/.test(head.alg)) good(`alg is ${head.alg}.`);
  else bad(`alg is ${shown(head.alg)}. It must be HS256: the API key's secret signs the token.`, 20101);
  if (head.cty === 'twilio-fpa;v=1') good('cty is twilio-fpa;v=1.');
  else bad(`cty is ${shown(head.cty)}. It must be twilio-fpa;v=1, which says that this is an access token.`, 20102);
  if (!/^[A-Za-z0-9_-]+$/.test(parts[2])) bad('The signature is not Base64url.', 20101);

  checkIssuer(claims, good, bad);
  const { expires, begins } = checkTimes(claims, now, good, bad);
  const { identity, grants } = checkGrants(claims, serviceSids, good, bad);
  note('Only the server can check the signature and the API key. Use Try it.');
  return { header, payload, identity, grants, expires, begins, findings };
}

/**
 * @param {any} claims
 * @param {(text: string) => void} good
 * @param {(text: string, code: number) => void} bad
 */
function checkIssuer({ iss, sub }, good, bad) {
  if (isSid(iss, 'SK')) good('iss is the SID of an API key.');
  else bad(`iss is ${shown(iss)}. It must be the SID of an API key: SK and 32 hexadecimal digits.`, 20103);
  if (isSid(sub, 'AC')) good('sub is the SID of an account.');
  else bad(`sub is ${shown(sub)}. It must be the SID of the account: AC and 32 hexadecimal digits.`, 20103);
}

/**
 * @param {any} claims
 * @param {Date} now
 * @param {(text: string) => void} good
 * @param {(text: string, code: number) => void} bad
 */
function checkTimes({ exp, nbf }, now, good, bad) {
  const expires = dateOf(exp);
  const begins = dateOf(nbf);
  if (!expires) bad(`exp is ${shown(exp)}. It must be the time when the token expires, in seconds since 1970.`, 20101);
  else if (expires <= now) bad(`It expired ${expires.toISOString()}.`, 20104);
  else if ((expires.getTime() - now.getTime()) / 1000 > longestLife) bad('It is valid for more than 24 hours.', 20157);
  else good('It has not expired.');
  if (nbf !== undefined && !begins) bad(`nbf is ${shown(nbf)}. It must be a time in seconds since 1970.`, 20105);
  else if (begins && begins > now) bad(`It is not valid before ${begins.toISOString()}.`, 20105);
  return { expires, begins };
}

/**
 * @param {any} claims
 * @param {string[]} serviceSids
 * @param {(text: string) => void} good
 * @param {(text: string, code: number) => void} bad
 */
function checkGrants({ grants }, serviceSids, good, bad) {
  if (!isObject(grants)) {
    bad('It has no grants.', 20106);
    return { identity: null, grants: [] };
  }
  const identity = typeof grants.identity === 'string' ? grants.identity : null;
  if (identity !== null && identity.length >= 1 && identity.length <= 256) good('It has an identity.');
  else bad(`identity is ${shown(grants.identity)}. It must be a text of 1 to 256 characters.`, 20106);
  const names = Object.keys(grants).filter(name => name !== 'identity').map(name => (Object.hasOwn(grantNames, name) ? grantNames[name] : name));
  const sync = grants.data_sync;
  if (!isObject(sync)) {
    bad('It has no Sync grant (data_sync).', 20106);
  } else if (sync.service_sid === undefined || sync.service_sid === 'default') {
    good('Its Sync grant is for the default service.');
  } else if (!isSid(sync.service_sid, 'IS')) {
    bad(`service_sid is ${shown(sync.service_sid)}. It must be the SID of a Sync service: IS and 32 hexadecimal digits.`, 20106);
  } else if (serviceSids.length && !serviceSids.includes(sync.service_sid)) {
    bad(`Its Sync grant is for ${sync.service_sid}, which is not a service here.`, 20106);
  } else {
    good('Its Sync grant is for a service here.');
  }
  return { identity, grants: names };
}

/** @param {string} part */
function textOf(part) {
  if (!/^[A-Za-z0-9_-]*={0,2}$/.test(part)) return null;
  try {
    const bytes = Uint8Array.from(atob(part.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/')), character => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** @param {string | null} text @returns {any} */
function objectOf(text) {
  try {
    const value = text === null ? null : JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** @param {unknown} value */
const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @param {unknown} value @param {string} prefix */
const isSid = (value, prefix) => typeof value === 'string' && new RegExp(`^${prefix}[0-9a-f]{32}$`).test(value);

/** @param {unknown} seconds */
const dateOf = seconds => (typeof seconds === 'number' && Math.abs(seconds) < latest ? new Date(seconds * 1000) : null);

/** @param {unknown} value */
const shown = value => (value === undefined ? 'missing' : (JSON.stringify(value) ?? '').slice(0, 100));
