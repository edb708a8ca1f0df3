// The event emitter of the clients in this folder.

/** @typedef {(...values: any[]) => unknown} Listener */

/** Calls listeners when events occur. */
export class EventEmitter {
  /** @type {Map<string, Set<Listener>>} */
  #listeners = new Map();
  #changed;

  /** @param {(event: string) => void} [changed] is called with the name of an event that gets a listener */
  constructor(changed = () => {}) {
    this.#changed = changed;
  }

  /** @param {string} event @param {Listener} listener */
  on(event, listener) {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    this.#changed(event);
    return this;
  }

  /** @param {string} event @param {Listener} listener */
  once(event, listener) {
    /** @type {Listener} */
    const first = (...values) => {
      this.off(event, first);
      return listener(...values);
    };
    return this.on(event, first);
  }

  /** @param {string} event @param {Listener} listener */
  off(event, listener) {
    this.#listeners.get(event)?.delete(listener);
    return this;
  }

  /** @param {string} event */
  listenerCount(event) {
    return this.#listeners.get(event)?.size ?? 0;
  }

  /**
   * Calls the listeners one by one and waits for each. If one fails, the others are still called.
   * @param {string} event
   * @param {...unknown} values
   */
  async emit(event, ...values) {
    for (const listener of [...this.#listeners.get(event) ?? []]) {
      try {
        await listener(...values);
      } catch (error) {
        console.error(error);
      }
    }
  }
}
