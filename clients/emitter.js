// What the clients of this folder tell their listeners with.

/** @typedef {(...values: any[]) => unknown} Listener */

/** Tells listeners of events. */
export class EventEmitter {
  /** @type {Map<string, Set<Listener>>} */
  #listeners = new Map();
  #changed;

  /** @param {(event: string) => void} [changed] is told which event has got a listener */
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
   * Calls the listeners and waits for them. One that fails does not keep the others from hearing of it.
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
