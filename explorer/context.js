// What every view gets. A view is a function of a context that returns a View; the page calls `dispose` when it is left.
//
//   export function exampleView(context) {
//     const element = h('div', null, 'Hello');
//     return { element, dispose() {} };
//   }
//
// It is entered in views/registry.js. `context.signal` ends calls under way and listeners when the view is left.

/**
 * @typedef {object} View
 * @property {HTMLElement} element
 * @property {() => void} dispose
 * @property {(route: import('./router.js').Route) => boolean} [update] takes another route without being made anew; false if it cannot
 */

/**
 * @typedef {object} Context
 * @property {import('./backends/backend.js').Backend} backend
 * @property {import('./realtime/client.js').RealtimeClient} realtime
 * @property {import('./router.js').Route} route
 * @property {(route: Partial<import('./router.js').Route> & { view: string }) => void} navigate
 * @property {(text: string) => void} announce says something to those who do not see the page
 * @property {import('./ui/toasts.js').Toast} toast
 * @property {import('./ui/dialogs.js').Dialogs} dialogs
 * @property {import('./settings.js').Settings} settings
 * @property {Guard} guard
 * @property {AbortSignal} signal aborted when the view is left
 * @property {PageEvents} events
 * @property {Selection} selection
 * @property {(object: import('./backends/backend.js').SyncObject | null) => void} opened tells the navigation which object is open
 * @property {(error: unknown) => void} fail shows why something did not work
 */

/** Keeps what was typed: while something is unsaved, the page asks before it is left. */
export class Guard {
  /** @type {Set<object>} */ #unsaved = new Set();

  constructor() {
    addEventListener('beforeunload', event => {
      if (this.isUnsaved) event.preventDefault();
    });
  }

  get isUnsaved() {
    return this.#unsaved.size > 0;
  }

  /** Gives up what is unsaved. */
  clear() {
    this.#unsaved.clear();
  }

  /**
   * Notes whether an editor has something unsaved.
   * @param {object} editor
   * @param {boolean} isUnsaved
   */
  set(editor, isUnsaved) {
    if (isUnsaved) this.#unsaved.add(editor);
    else this.#unsaved.delete(editor);
  }
}

/** The objects that were ticked in the navigation. */
export class Selection {
  /** @type {Map<string, import('./backends/backend.js').SyncObject>} */ #objects = new Map();
  #events;

  /** @param {PageEvents} events */
  constructor(events) {
    this.#events = events;
  }

  get objects() {
    return [...this.#objects.values()];
  }

  /** @param {string} sid */
  has(sid) {
    return this.#objects.has(sid);
  }

  /** @param {import('./backends/backend.js').SyncObject} object */
  toggle(object) {
    if (!this.#objects.delete(object.sid)) this.#objects.set(object.sid, object);
    this.#events.emit('selection');
  }

  clear() {
    this.#objects.clear();
    this.#events.emit('selection');
  }
}

/** @typedef {'recovered' | 'objects' | 'poll' | 'selection'} PageEvent `objects`: some came or went by the page itself; `poll`: it is time to look again */

/** What happens to the page as a whole. */
export class PageEvents {
  #target = new EventTarget();

  /** @param {PageEvent} name */
  emit(name) {
    this.#target.dispatchEvent(new Event(name));
  }

  /**
   * @param {PageEvent} name
   * @param {() => void} listener
   * @param {AbortSignal} signal
   */
  on(name, listener, signal) {
    this.#target.addEventListener(name, listener, { signal });
  }
}
