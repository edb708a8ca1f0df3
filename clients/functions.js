// What the clients of this folder share: calls of the functions, and the connection to Sync.

/** A function refused a call, or failed. */
export class FunctionError extends Error {
  /**
   * @param {number} status the HTTP status
   * @param {{ detail?: string, title?: string, code?: number, parameter?: string }} problem the answer's problem detail (RFC 9457)
   */
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `The function answered with status ${status}.`);
    this.name = 'FunctionError';
    /** The HTTP status. */
    this.status = status;
    /** Twilio's error code, if Sync answered. */
    this.code = problem.code;
    /** The parameter at fault, if one is. */
    this.parameter = problem.parameter;
  }
}

/** Calls the functions of an app. */
export class Functions {
  /** @type {URL} */
  #base;
  /** @type {string | undefined} */
  #key;

  /**
   * @param {string} baseUri where the functions are: `https://my-app.azurewebsites.net/api`. Without a path it is that of the app, and `/api` is added
   * @param {string} [key] a function key, sent as `x-functions-key`
   */
  constructor(baseUri, key) {
    const base = new URL(baseUri);
    base.pathname = base.pathname === '/' ? '/api/' : base.pathname.replace(/\/*$/, '/');
    this.#base = base;
    this.#key = key;
  }

  /**
   * Calls a function.
   * @param {string} name the function's name
   * @param {Record<string, unknown>} [parameters] its parameters; those that are `undefined` are left out
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<any>} what the function resolves to
   * @throws {FunctionError} it refused the call, or failed
   */
  async call(name, parameters = {}, { signal } = {}) {
    const response = await fetch(new URL(name, this.#base), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...this.#key && { 'x-functions-key': this.#key } },
      body: JSON.stringify(parameters),
      signal,
    });
    const text = await response.text();
    if (!response.ok) throw new FunctionError(response.status, problem(text));
    return JSON.parse(text);
  }

  /**
   * Finds where realtime clients connect to.
   * @returns {Promise<string | undefined>} the emulator's address; `undefined` for Twilio
   */
  async realtime() {
    const response = await fetch(new URL('health', this.#base));
    return (await response.json()).realtime;
  }
}

/**
 * Connects Twilio's client, from a script of the page (`Twilio.Sync`) or from the package `twilio-sync`.
 * @param {string} token an access token
 * @param {string} [realtime] where to connect to, if not to Twilio
 * @returns {Promise<any>} a `SyncClient` of `twilio-sync`
 */
export async function connect(token, realtime) {
  const Client = /** @type {any} */ (globalThis).Twilio?.Sync?.Client ?? (await import('twilio-sync')).Client;
  return new Client(token, realtime ? { Twilsock: { uri: realtime } } : {});
}

/** @param {string} text */
function problem(text) {
  try {
    const body = JSON.parse(text);
    return typeof body === 'object' && body ? body : {};
  } catch {
    // The Functions host's own refusals have no body, or another.
    return {};
  }
}
