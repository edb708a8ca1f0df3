// What the suites of scenarios have in common.

/** Runs a call that must end in time. */
export async function withTimeout(run, limit) {
  let timer;
  const expired = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end after ${limit} ms`)), limit);
  });
  try {
    await Promise.race([run(), expired]);
  } finally {
    clearTimeout(timer);
  }
}

/** An error in one line, with its place in the suite. */
export function describe(error) {
  if (!(error instanceof Error)) return String(error);
  const answer = error.status ? ` (HTTP ${error.status}, code ${error.code})` : '';
  const where = error.stack?.match(/\/(rest|realtime)\/(\w+\.mjs:\d+)/g)?.map(frame => frame.slice(1)) ?? [];
  return `${error.name}: ${error.message}${answer}${where.length ? ` at ${where.join(' < ')}` : ''}`;
}

/** The scenarios that the arguments choose; with --list their names are printed, and no more. Otherwise the whole environment must be set. */
export function choose(scenarios, { only = '', list = false }, env) {
  const chosen = scenarios.filter(({ name }) => name.includes(only));
  if (list) {
    for (const { name } of chosen) console.log(name);
    process.exit(0);
  }
  const missing = Object.keys(env).filter(name => !env[name]);
  if (missing.length) fail(`not set: ${missing.join(', ')}`);
  return chosen;
}

export function requireUniqueNames(scenarios) {
  const repeated = scenarios.map(({ name }) => name).filter((name, i, names) => names.indexOf(name) !== i);
  if (repeated.length) fail(`repeated scenario names: ${repeated}`);
}

/** Runs scenarios, a few at a time: most of the time they wait. */
export async function runAll(scenarios, run) {
  const waiting = [...scenarios];
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (let next; (next = waiting.shift());) await run(next);
  }));
}

export function fail(message) {
  console.error(message);
  process.exit(2);
}
