// Code that the clients in this folder share: calls of the functions, and the connection to Sync.

/** Is thrown if a function refuses a call, or fails. */
export class FunctionError extends Error {
  /**
   * @param {number} status the HTTP status
   * @param {{ detail?: string, title?: string, code?: number, parameter?: string }} problem the response's problem details (RFC 9457)
   */
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `The function answered with status ${status}.`);
    this.name = 'FunctionError';
    /** The HTTP status. */
    this.status = status;
    /** Twilio's error code, if Sync answered. */
    this.code = problem.code;
    /** The parameter that caused the error, if there is one. */
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
   * @param {string} baseUri the address of the functions: `https://my-app.azurewebsites.net/api`. If it has no path, `/api` is added
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
   * @param {Record<string, unknown>} [parameters] its parameters; any that are `undefined` are left out
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<any>} what the function resolves to
   * @throws {FunctionError} if the function refuses the call, or fails
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
   * Finds the address for realtime clients.
   * @returns {Promise<string | undefined>} the emulator's address, or `undefined` for Twilio
   */
  async realtime() {
    const response = await fetch(new URL('health', this.#base));
    return (await response.json()).realtime;
  }
}

/**
 * Connects Twilio's client: the page's `Twilio.Sync` if a script has set it, otherwise the one in the package `twilio-sync`.
 * @param {string} token an access token
 * @param {string} [realtime] the address to connect to, if it is not Twilio's
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
    // The Functions host's own error responses have no body, or one of another form.
    return {};
  }
}
