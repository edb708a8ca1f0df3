// Puts the page together: the backend for its calls, the realtime connection, and the current view.

import { FunctionsBackend } from './backends/functions.js';
import { Http } from './backends/http.js';
import { RestBackend } from './backends/rest.js';
import { isAbort, UnreachableError } from './backends/backend.js';
import { Connection } from './connection.js';
import { Guard, PageEvents, Selection } from './context.js';
import { credentialsFor } from './credentials.js';
import { RealtimeClient } from './realtime/client.js';
import { formatRoute, parseRoute } from './router.js';
import { Settings } from './settings.js';
import { dialogs } from './ui/dialogs.js';
import { fill, h } from './ui/dom.js';
import { listenToKeys } from './ui/keyboard.js';
import { shell } from './ui/shell.js';
import { toasts } from './ui/toasts.js';
import { homeView } from './views/home.js';
import { objectView } from './views/object.js';
import { entries } from './views/registry.js';

/** @typedef {import('./context.js').Context} Context */
/** @typedef {import('./context.js').View} View */
/** @typedef {import('./router.js').Route} Route */
/** @typedef {{ host: 'functions' | 'emulator', backend: 'emulator' | 'twilio', realtime: string }} Configuration */

const pollInterval = 4000;
const identity = 'explorer';

class Page {
  #settings = new Settings();
  #events = new PageEvents();
  #guard = new Guard();
  #selection = new Selection(this.#events);
  #views = new Set(entries.map(({ id }) => id));
  #fragment = location.hash;
  /** @type {import('./backends/backend.js').Service[]} */ #services = [];
  /** @type {{ view: View, route: Route, left: AbortController } | null} */ #shown = null;
  /** @type {Route} */ #route;

  /** @param {Configuration} configuration */
  constructor(configuration) {
    this.#route = parseRoute(location.hash, this.#views);
    const live = h('div', { class: 'visually-hidden', 'aria-live': 'polite' });
    this.announce = (/** @type {string} */ text) => {
      live.textContent = '';
      // Set in the next frame, so that screen readers read the same text again.
      requestAnimationFrame(() => { live.textContent = text; });
    };
    const { element: notes, toast } = toasts(this.announce);
    this.toast = toast;

    const http = new Http(credentialsFor(configuration.host, this.#settings, dialogs), {
      onReached: () => this.#connection.reached(),
      onLost: reason => this.#connection.lost(reason),
      onDeclined: () => this.#connection.decline(() => http.resume()),
      onThrottled: seconds => toast(`Sync throttles the requests. Retrying in ${seconds} s.`, { duration: seconds * 1000 }),
    });
    // The page is at …/explorer, beside the functions.
    this.backend = configuration.host === 'functions'
      ? new FunctionsBackend(http, { isEmulator: configuration.backend === 'emulator', base: new URL('.', location.href.split('#')[0]).href })
      : new RestBackend(http);
    this.#connection = new Connection(() => this.backend.listServices(), () => {
      this.realtime.retry();
      this.#events.emit('recovered');
    });
    this.realtime = new RealtimeClient(configuration.realtime, (ttl, signal) => this.backend.createToken(identity, ttl, signal));
    this.shell = shell(this.#context(new AbortController().signal), {
      backend: configuration.backend, banner: this.#connection.element, setService: key => this.navigate({ view: 'home', service: key }),
    });
    document.body.replaceChildren(this.shell.element, notes, live);
    listenToKeys({ shell: this.shell, dialogs });
    addEventListener('hashchange', () => this.#move());
    setInterval(() => {
      // The page's own polling would fill the list of requests.
      const isInspecting = entries.some(({ id, section }) => id === this.#route.view && section === 'inspection');
      if (document.visibilityState === 'visible' && !this.#connection.isLost && !http.isDeclined && !isInspecting) this.#events.emit('poll');
    }, pollInterval);
    this.#events.on('recovered', () => this.#loadServices(), new AbortController().signal);
  }

  /** @type {Connection} */ #connection;

  async start() {
    await this.#loadServices();
  }

  async #loadServices() {
    const isFirst = this.#services.length === 0;
    try {
      this.#services = await this.backend.listServices();
    } catch (error) {
      this.fail(error);
      return;
    }
    if (!isFirst) return;
    this.#enterService(this.#route.service);
    this.realtime.start();
    this.#show(this.#route);
  }

  /** @param {string | null} key */
  #enterService(key) {
    const service = this.#services.find(known => known.key === key) ?? this.#services.find(({ isDefault }) => isDefault) ?? this.#services[0];
    if (key && service?.key !== key) this.toast(`There is no service ${key}.`, { isError: true });
    if (service) this.backend.service = service.key;
    this.shell.setServices(this.#services, this.backend.service);
  }

  /** @param {Partial<Route> & { view: string }} route */
  navigate(route) {
    const service = this.#views.has(route.view) ? null : route.service ?? this.backend.service;
    location.hash = formatRoute({ ...route, service });
  }

  async #move() {
    if (location.hash === this.#fragment) return;
    const route = parseRoute(location.hash, this.#views);
    if (this.#guard.isUnsaved) {
      const goal = location.hash;
      history.replaceState(null, '', this.#fragment || '#/');
      if (!await dialogs.confirm({ title: 'Leave without saving?', text: 'Your text is not saved, and would be lost.', action: 'Leave', isDanger: true })) return;
      this.#guard.clear();
      history.pushState(null, '', goal);
    }
    this.#fragment = location.hash;
    if (route.service && route.service !== this.backend.service) {
      this.#enterService(route.service);
      this.#selection.clear();
      this.realtime.start();
    }
    this.#show(route);
  }

  /** @param {Route} route */
  async #show(route) {
    this.#route = route;
    this.shell.setRoute(route);
    if (this.#shown && isSamePlace(this.#shown.route, route) && this.#shown.view.update?.(route)) {
      this.#shown.route = route;
      return;
    }
    this.#shown?.left.abort();
    this.#shown?.view.dispose();
    this.#shown = null;
    const left = new AbortController();
    const context = this.#context(left.signal, route);
    try {
      const view = await this.#make(route, context);
      if (this.#route !== route) {
        left.abort();
        view.dispose();
        return;
      }
      this.#shown = { view, route, left };
      fill(this.shell.main, view.element);
      this.shell.main.scrollTop = 0;
    } catch (error) {
      fill(this.shell.main, h('p', { class: 'empty' }, 'This view cannot be loaded.'));
      this.fail(error);
    }
  }

  /** @param {Route} route @param {Context} context @returns {Promise<View> | View} */
  #make(route, context) {
    const entry = entries.find(({ id }) => id === route.view);
    if (entry) return entry.load().then(view => view(context));
    return route.view === 'home' ? homeView(context) : objectView(context);
  }

  /** @param {AbortSignal} signal @param {Route} [route] @returns {Context} */
  #context(signal, route = this.#route) {
    return {
      backend: this.backend, realtime: this.realtime, route, navigate: goal => this.navigate(goal), announce: this.announce, toast: this.toast, dialogs,
      settings: this.#settings, guard: this.#guard, signal, events: this.#events, selection: this.#selection, opened: object => this.shell.tree.setOpened(object), fail: error => this.fail(error),
    };
  }

  /** @param {unknown} error */
  fail(error) {
    // The banner already shows that the server cannot be reached.
    if (isAbort(error) || error instanceof UnreachableError) return;
    this.toast(error instanceof Error ? error.message : String(error), { isError: true });
    if (!(error instanceof Error) || error.name !== 'BackendError') console.error(error);
  }
}

/** @param {Route} one @param {Route} other */
const isSamePlace = (one, other) => one.view === other.view && one.service === other.service && one.name === other.name;

const configuration = await (await fetch(new URL('config.json', import.meta.url), { cache: 'no-store' })).json();
await new Page(configuration).start();
