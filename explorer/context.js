// The context of every view. A view is a function that takes a context and returns a View. The page calls `dispose` when the view is left.
//
//   export function exampleView(context) {
//     const element = h('div', null, 'Hello');
//     return { element, dispose() {} };
//   }
// It is listed in views/registry.js. `context.signal` cancels running calls and listeners when the view is left.

/**
 * @typedef {object} View
 * @property {HTMLElement} element
 * @property {() => void} dispose
 * @property {(route: import('./router.js').Route) => boolean} [update] switches to another route without creating a new view; false if it cannot
 */

/**
 * @typedef {object} Context
 * @property {import('./backends/backend.js').Backend} backend
 * @property {import('./realtime/client.js').RealtimeClient} realtime
 * @property {import('./router.js').Route} route
 * @property {(route: Partial<import('./router.js').Route> & { view: string }) => void} navigate
 * @property {(text: string) => void} announce announces a text to screen readers
 * @property {import('./ui/toasts.js').Toast} toast
 * @property {import('./ui/dialogs.js').Dialogs} dialogs
 * @property {import('./settings.js').Settings} settings
 * @property {Guard} guard
 * @property {AbortSignal} signal aborted when the view is left
 * @property {PageEvents} events
 * @property {Selection} selection
 * @property {(object: import('./backends/backend.js').SyncObject | null) => void} opened tells the navigation which object is open
 * @property {(error: unknown) => void} fail shows an error
 */

/** Protects unsaved text: the page asks before it is left. */
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

  /** Discards all unsaved text. */
  clear() {
    this.#unsaved.clear();
  }

  /**
   * Records whether an editor has unsaved text.
   * @param {object} editor
   * @param {boolean} isUnsaved
   */
  set(editor, isUnsaved) {
    if (isUnsaved) this.#unsaved.add(editor);
    else this.#unsaved.delete(editor);
  }
}

/** The objects that are selected in the navigation. */
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

/** @typedef {'recovered' | 'objects' | 'poll' | 'selection'} PageEvent `objects`: the page itself created or removed some; `poll`: it is time to check for changes */

/** Events of the page as a whole. */
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
