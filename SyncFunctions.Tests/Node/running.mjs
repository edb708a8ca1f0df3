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

/** An error in one line, with where in the suite it arose. */
export function describe(error) {
  if (!(error instanceof Error)) return String(error);
  const answer = error.status ? ` (HTTP ${error.status}, code ${error.code})` : '';
  const where = error.stack?.match(/\/(rest|realtime)\/(\w+\.mjs:\d+)/g)?.map(frame => frame.slice(1)) ?? [];
  return `${error.name}: ${error.message}${answer}${where.length ? ` at ${where.join(' < ')}` : ''}`;
}

export function fail(message) {
  console.error(message);
  process.exit(2);
}
