// A client for a Sync document that several parties share, with a queue of actions for each of them.
//
// For pages (with twilio-sync as a script, which sets Twilio.Sync) and for Node.js 20 or newer (with the npm package twilio-sync).

import { EventEmitter } from './emitter.js';
import { connect, FunctionError, Functions } from './functions.js';

/**
 * An action type: who does what, and the fields of its actions. A field that is `null` is required; any other value is a default.
 * @typedef {{ executor: string, action: string, [field: string]: unknown }} ActionType
 */

/**
 * An action in a queue, with the members of its `additionalInfo`.
 * @typedef {{ id: string, action: string, executor: string, respondTo?: string, [field: string]: unknown }} Action
 */

/** @type {Map<string, ActionType>} */
const types = new Map();

/** @param {string} executor @param {string} action */
function typeOf(executor, action) {
  const name = `${executor}.${action}`;
  const type = types.get(name) ?? Object.defineProperty({ executor, action }, 'toString', { value: () => name });
  types.set(name, type);
  return type;
}

/**
 * Action types by name: `ActionTypes.extension.stopSession`. As text, each is `executor.action`. A client that opens gets the configured types from the app,
 * so their fields are known from then on.
 * @type {Record<string, Record<string, ActionType>>}
 */
export const ActionTypes = new Proxy({}, {
  get: (_, executor) => typeof executor !== 'string' ? undefined : new Proxy({}, {
    get: (__, action) => typeof action === 'string' ? typeOf(executor, action) : undefined,
  }),
});

const takesMember = '$takes';
const queueEvent = /^(.+)ActionsAdded$/;

/** A client for one document. `new TwilioSyncClient(…)` returns a promise of it. */
export class TwilioSyncClient {
  /** @type {Functions} */
  #functions;
  /** @type {string} */
  #documentId;
  /** @type {any} */
  #client;
  /** @type {any} */
  #document;
  /** The executors whose actions are being taken, each with whether to check the queue again afterwards. @type {Map<string, boolean>} */
  #taking = new Map();
  #closed = new AbortController();
  #emitter = new EventEmitter(event => this.#wake(queueEvent.exec(event)?.[1]));

  /**
   * Gets an access token, connects, and opens the document or creates it.
   * @param {object} options
   * @param {string} options.baseUri the address of the functions: `https://my-app.azurewebsites.net/api`
   * @param {string} options.documentId the document's unique name
   * @param {string} options.identity the user's identity
   * @param {string} [options.token] a function key, for the calls of the functions
   * @param {object} [options.initialData] the data for the document if it is created
   */
  constructor({ baseUri, documentId, identity, token, initialData }) {
    this.#functions = new Functions(baseUri, token);
    this.#documentId = documentId;
    return /** @type {any} */ (this.#open(identity, initialData ?? {}));
  }

  /** Gets the document's data. @returns {Record<string, any>} */
  getSync() {
    const { [takesMember]: _, ...data } = this.#document.data;
    return data;
  }

  /**
   * Merges members into the data. Other members stay, even if somebody changes them at the same time.
   * @param {Record<string, unknown>} members
   * @returns {Promise<Record<string, any>>} the data afterwards
   */
  async setSync(members) {
    // Queues that came from getSync and are passed back unchanged must not undo what others have added or taken since.
    const known = this.#document.data;
    const changed = Object.entries(members).filter(([name, value]) =>
      name !== takesMember && JSON.stringify(value) !== JSON.stringify(known[name]));
    if (changed.length) await this.#document.mutate((/** @type {object} */ data) => ({ ...data, ...Object.fromEntries(changed) }));
    return this.getSync();
  }

  /**
   * Adds an action to its executor's queue.
   * @param {string | ActionType} type `executor.action`, or one of `ActionTypes`
   * @param {Record<string, unknown>} [additionalInfo] the action's own fields
   * @returns {Promise<Action>} the action as it was added
   * @throws {FunctionError} if its type is not configured, it lacks a field, or it does not fit
   */
  async addAction(type, additionalInfo) {
    return (await this.addActions([{ actionType: type, additionalInfo }]))[0];
  }

  /**
   * Adds actions to their executors' queues in one write: all of them or none.
   * @param {{ actionType: string | ActionType, additionalInfo?: Record<string, unknown> }[]} actions
   * @returns {Promise<Action[]>} the actions as they were added
   * @throws {FunctionError} if the type of one is not configured, one lacks a field, or they do not fit
   */
  async addActions(actions) {
    const { added } = await this.#functions.call('addActions', {
      docName: this.#documentId,
      actions: actions.map(({ actionType, additionalInfo }) => ({ actionType: String(actionType), additionalInfo })),
    });
    return added;
  }

  /**
   * Responds to an action that has the field `respondTo`: the executor named there gets an action of the same name.
   * @param {Action} action
   * @param {Record<string, unknown>} [result] the fields of the response
   * @returns {Promise<Action | undefined>} the response as it was added, or `undefined` if there is no `respondTo`
   */
  async respond(action, result) {
    return action.respondTo ? this.addAction(`${action.respondTo}.${action.action}`, result) : undefined;
  }

  /**
   * Gets the emitter of `spSyncDocUpdated`, with the whole data at every change, and of `<executor>ActionsAdded`, with one action at a time. Actions are taken
   * only while they have a listener. The next one is taken when the listeners, and the promises that they return, are done.
   */
  getEventEmitter() {
    return this.#emitter;
  }

  /** Closes the connection. */
  async close() {
    this.#closed.abort();
    await this.#client.shutdown();
  }

  /** @param {string} identity @param {object} initialData */
  async #open(identity, initialData) {
    const fetchToken = async () => (await this.#functions.call('createToken', { identity })).token;
    const [token, realtime, configured] = await Promise.all([fetchToken(), this.#functions.realtime(), this.#functions.call('getActionTypes')]);
    for (const [executor, actions] of Object.entries(configured)) {
      for (const [action, fields] of Object.entries(/** @type {object} */ (actions))) Object.assign(typeOf(executor, action), fields);
    }

    this.#client = await connect(token, realtime);
    const renew = () => fetchToken().then(renewed => this.#client.updateToken(renewed)).catch(error => this.#emitter.emit('error', error));
    this.#client.on('tokenAboutToExpire', renew);
    this.#client.on('tokenExpired', renew);
    try {
      this.#document = await this.#client.document({ id: this.#documentId, mode: 'open_or_create', data: initialData });
    } catch (error) {
      await this.#client.shutdown();
      throw error;
    }

    this.#document.on('updated', () => {
      this.#emitter.emit('spSyncDocUpdated', this.getSync());
      for (const member of Object.keys(this.#document.data)) this.#wake(/^(.+)Actions$/.exec(member)?.[1]);
    });
    return this;
  }

  /** Takes an executor's actions, if they have a listener. @param {string | undefined} executor */
  #wake(executor) {
    if (executor === undefined || !this.#isWanted(executor)) return;
    if (this.#taking.has(executor)) {
      this.#taking.set(executor, true);
      return;
    }
    this.#taking.set(executor, false);
    this.#take(executor)
      .catch(error => {
        if (!this.#closed.signal.aborted) this.#emitter.emit('error', error);
      })
      .finally(() => {
        const again = this.#taking.get(executor);
        this.#taking.delete(executor);
        if (again) this.#wake(executor);
      });
  }

  /** @param {string} executor */
  #isWanted(executor) {
    return !this.#closed.signal.aborted && this.#emitter.listenerCount(`${executor}ActionsAdded`) > 0;
  }

  /**
   * Takes actions one by one until there are none. An action that was taken but not delivered before the page was left is taken again, by the same ID.
   * @param {string} executor
   */
  async #take(executor) {
    const pending = pendingTake(this.#documentId, executor);
    while (this.#isWanted(executor) && (pending.id || this.#document.data[`${executor}Actions`]?.length)) {
      pending.id ??= crypto.randomUUID();
      const { actions, remaining } = await this.#call('takeActions', { docName: this.#documentId, executor, max: 1, takeId: pending.id })
        .catch(error => {
          // The take is so old that the document has forgotten it. The next take needs a new ID.
          if (error instanceof FunctionError && error.status === 410) pending.id = undefined;
          throw error;
        });
      for (const action of actions) await this.#emitter.emit(`${executor}ActionsAdded`, action);
      pending.id = undefined;
      if (!remaining) return;
    }
  }

  /**
   * Calls a function, and retries for as long as it fails for a temporary reason.
   * @param {string} name
   * @param {Record<string, unknown>} parameters
   */
  async #call(name, parameters) {
    for (let delay = 200; ; delay = Math.min(delay * 2, 10_000)) {
      try {
        return await this.#functions.call(name, parameters, { signal: this.#closed.signal });
      } catch (error) {
        const passing = error instanceof FunctionError ? error.status === 429 || error.status >= 500 : !this.#closed.signal.aborted;
        if (!passing) throw error;
        await new Promise(resolve => setTimeout(resolve, delay * (0.5 + Math.random() / 2)));
      }
    }
  }
}

/**
 * Gets the ID of a take whose actions may not have been delivered. In a page it survives a reload.
 * @param {string} documentId
 * @param {string} executor
 * @returns {{ id: string | undefined }}
 */
function pendingTake(documentId, executor) {
  const { sessionStorage: storage } = globalThis;
  if (!storage) return { id: undefined };
  const key = `take:${documentId}:${executor}`;
  return {
    get id() {
      return storage.getItem(key) ?? undefined;
    },
    set id(value) {
      if (value) storage.setItem(key, value);
      else storage.removeItem(key);
    },
  };
}
