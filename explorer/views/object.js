// The view of one object: its properties, its actions, and its data, items or messages.

import { BackendError, isAbort, labels } from '../backends/backend.js';
import { dataEditor } from '../editor/editor.js';
import { kindOfView } from '../router.js';
import { isolated } from '../text/visible.js';
import { copyText } from '../ui/copy.js';
import { button, fill, h, icon, uniqueId } from '../ui/dom.js';
import { everySecond, formatAge, formatDate } from '../ui/time.js';
import { downloadObjects } from '../transfer/download.js';
import { maximumData } from './create.js';
import { expiry } from './expiry.js';
import { itemsPanel } from './items.js';
import { clearItems, removeObject, rename } from './object-actions.js';
import { permissionsPanel } from './permissions.js';
import { streamPanel } from './stream.js';

/** @typedef {import('../backends/backend.js').SyncObject} SyncObject */
/** @typedef {import('../context.js').Context} Context */
/** @typedef {import('../context.js').View} View */
/** @typedef {import('../realtime/events.js').Change} Change */

/**
 * @typedef {object} Panel
 * @property {HTMLElement} element
 * @property {() => void} dispose
 * @property {(change: Change) => void} [take]
 * @property {(object: SyncObject) => void} [refresh]
 * @property {(key: string | null) => boolean} [select]
 */

/** How long a change is marked as new. */
const newsTime = 10_000;
/** How many polls there are between reads of an object with realtime changes: its expiry and permissions change without an event. */
const silentPolls = 3;

/** @param {Context} context @returns {View} */
export function objectView(context) {
  const { route } = context;
  const kind = kindOfView[route.view];
  const element = h('div', { class: 'view' }, h('p', { class: 'empty' }, 'Loading …'));
  /** @type {ObjectView | null} */ let shown = null;
  const load = () => context.backend.getObject(kind, /** @type {string} */ (route.name), context.signal).then(object => {
    shown = new ObjectView(context, element, object);
  }).catch(error => {
    if (isAbort(error)) return;
    fill(element, h('div', { class: 'empty' }, h('h1', null, isolated(/** @type {string} */ (route.name))),
      h('p', null, error instanceof BackendError && error.status === 404 ? `There is no such ${labels[kind][0]}.` : error instanceof Error ? error.message : '')));
  });
  load();
  context.events.on('recovered', () => { if (!shown) load(); }, context.signal);
  return { element, dispose: () => shown?.dispose(), update: next => shown?.update(next) ?? false };
}

class ObjectView {
  /** @type {SyncObject} */ #object;
  #context;
  #route;
  #meta = h('div', { class: 'meta' });
  #note = h('div', { class: 'note', role: 'status', hidden: true });
  #place = h('div', { class: 'panel' });
  /** @type {HTMLButtonElement[]} */ #tabs = [];
  /** @type {Panel | null} */ #panel = null;
  #tab = '';
  #isGone = false;
  #isSubscribed = false;
  #changedAt = -Infinity;
  #polls = 0;
  #isReadOnly;

  /** @param {Context} context @param {HTMLElement} element @param {SyncObject} object */
  constructor(context, element, object) {
    this.#context = context;
    this.#route = context.route;
    this.#object = object;
    const { kind } = object;
    this.#isReadOnly = context.backend.needsNames && object.uniqueName === null;
    const tabs = [kind === 'document' ? 'Data' : kind === 'stream' ? 'Messages' : 'Items', ...(kind === 'stream' || this.#isReadOnly ? [] : ['Permissions'])];
    this.#place.id = uniqueId();
    this.#tabs = tabs.map((name, i) => button(name, () => this.#open(i === 0 ? null : 'permissions'), { role: 'tab', id: uniqueId(), 'aria-controls': this.#place.id, data: { tab: i === 0 ? '' : 'permissions' } }));
    fill(element,
      h('div', { class: 'head' }, h('p', { class: 'crumb' }, labels[kind][0][0].toUpperCase() + labels[kind][0].slice(1)),
        h('div', { class: 'head-line' }, h('h1', null, isolated(object.id)), h('div', { class: 'actions' }, this.#actions())), this.#meta),
      this.#note,
      h('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Parts', on: { keydown: (/** @type {KeyboardEvent} */ event) => this.#moveTab(event) } }, this.#tabs), this.#place);
    this.#place.setAttribute('role', 'tabpanel');
    this.#showTab(context.route.tab ?? '');
    this.#showMeta();
    if (this.#isReadOnly) this.#say(`This ${labels[kind][0]} has no unique name, and the functions find objects by name. It can only be viewed and deleted here.`);

    const { signal, events, realtime, opened } = context;
    opened(object);
    everySecond(() => this.#showMeta(), signal);
    realtime.subscribe(kind, object.sid, change => this.#take(change), signal);
    events.on('poll', () => this.#poll(), signal);
    events.on('recovered', () => this.#refresh(true), signal);
  }

  /** @param {import('../router.js').Route} route */
  update(route) {
    this.#route = route;
    if ((route.tab ?? '') !== this.#tab) this.#showTab(route.tab ?? '');
    else this.#panel?.select?.(route.key);
    return true;
  }

  dispose() {
    this.#panel?.dispose();
    this.#context.opened(null);
  }

  #actions() {
    const context = this.#context;
    const { kind } = this.#object;
    return [
      this.#isReadOnly ? null : button('Rename …', () => rename(context, this.#object)),
      this.#isReadOnly && kind !== 'document' ? null : button('Download', () => downloadObjects(context, [this.#object])),
      this.#isReadOnly || (kind !== 'list' && kind !== 'map') ? null : button('Clear …', () => clearItems(context, this.#object)),
      button('Delete', () => removeObject(context, this.#object), { class: 'danger' }),
    ];
  }

  /** @param {string | null} tab */
  #open(tab) {
    this.#context.navigate({ view: this.#route.view, name: this.#object.id, key: null, tab });
  }

  /** @param {KeyboardEvent} event */
  #moveTab(event) {
    const at = this.#tabs.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    const next = this.#tabs[(to + this.#tabs.length) % this.#tabs.length];
    next.focus();
    next.click();
  }

  /** @param {string} tab */
  #showTab(tab) {
    this.#tab = tab;
    this.#panel?.dispose();
    for (const each of this.#tabs) {
      const isChosen = each.dataset.tab === tab;
      each.setAttribute('aria-selected', String(isChosen));
      each.tabIndex = isChosen ? 0 : -1;
      if (isChosen) this.#place.setAttribute('aria-labelledby', each.id);
    }
    const context = { ...this.#context, route: this.#route };
    this.#panel = tab === 'permissions' ? permissionsPanel(context, this.#object)
      : this.#object.kind === 'document' ? this.#documentPanel()
        : this.#object.kind === 'stream' ? streamPanel(context, this.#object, this.#isReadOnly)
          : this.#isReadOnly ? { element: h('p', { class: 'empty' }, 'The functions cannot read its items.'), dispose() {} }
            : itemsPanel(context, this.#object, false);
    fill(this.#place, this.#panel.element);
  }

  /** @returns {Panel} */
  #documentPanel() {
    const { backend, signal } = this.#context;
    const versionOf = (/** @type {SyncObject} */ object) => ({ data: object.data ?? '', revision: object.revision ?? '' });
    const editor = dataEditor(this.#context, {
      label: `Data of ${this.#object.id}`, limit: maximumData, isReadOnly: this.#isReadOnly,
      save: async (text, revision) => versionOf(this.#keep(await backend.updateDocument(this.#object.id, { data: text, ttl: 'keep', ifMatch: revision }, signal))),
      read: async () => {
        try {
          return versionOf(this.#keep(await backend.getObject('document', this.#object.id, signal)));
        } catch (error) {
          if (error instanceof BackendError && error.status === 404) return null;
          throw error;
        }
      },
    });
    editor.show(versionOf(this.#object));
    return {
      element: editor.element,
      dispose: () => editor.dispose(),
      take: change => {
        if (change.type === 'updated') {
          this.#object = { ...this.#object, data: change.data, revision: change.revision, dateUpdated: change.date, dateExpires: change.expires };
          editor.show(change, true);
        } else if (change.type === 'removed') {
          editor.gone();
        }
      },
      refresh: object => editor.show(versionOf(object)),
    };
  }

  /** @param {SyncObject} object */
  #keep(object) {
    this.#object = object;
    this.#showMeta();
    return object;
  }

  /** @param {Change} change */
  #take(change) {
    if (change.type === 'established') {
      // Changes between the read and the subscription were not reported.
      this.#isSubscribed = true;
      this.#say('');
      this.#refresh(true);
    } else if (change.type === 'failed') {
      this.#isSubscribed = false;
      if (change.status === 404) this.#gone();
      else this.#say(`The page checks for changes every few seconds, because the identity explorer may not subscribe (${change.message}).`);
    } else if (change.type === 'removed') {
      this.#panel?.take?.(change);
      this.#gone();
    } else {
      if (change.type !== 'message') this.#changedAt = Date.now();
      this.#panel?.take?.(change);
      this.#showMeta();
    }
  }

  #poll() {
    const isLive = this.#isSubscribed && this.#context.realtime.state.name === 'live';
    if (!isLive || ++this.#polls % silentPolls === 0) this.#refresh(!isLive);
  }

  /** @param {boolean} withItems */
  async #refresh(withItems) {
    if (this.#isGone) return;
    const { backend, signal, fail } = this.#context;
    try {
      const before = this.#object;
      const object = await backend.getObject(before.kind, before.uniqueName ?? before.sid, signal);
      if (object.sid !== before.sid) {
        this.#gone();
        return;
      }
      this.#keep(object);
      if (withItems || object.kind === 'document') {
        if (object.kind === 'document' || object.revision !== before.revision) this.#panel?.refresh?.(object);
      }
    } catch (error) {
      if (error instanceof BackendError && error.status === 404) this.#gone();
      else if (!isAbort(error)) fail(error);
    }
  }

  #gone() {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#context.opened(null);
    this.#panel?.take?.({ type: 'removed' });
    this.#say(`This ${labels[this.#object.kind][0]} was removed.`, true);
    this.#context.events.emit('objects');
  }

  /** @param {string} text @param {boolean} [isAlert] */
  #say(text, isAlert = false) {
    if (this.#isReadOnly && !isAlert && this.#note.textContent) return;
    this.#note.hidden = text === '';
    this.#note.textContent = text;
    this.#note.classList.toggle('alert', isAlert);
  }

  #showMeta() {
    // Not while a button in it has the focus.
    if (this.#meta.contains(document.activeElement) && document.activeElement !== document.body) return;
    const { backend, signal, toast } = this.#context;
    const object = this.#object;
    const now = Date.now();
    fill(this.#meta,
      h('button', {
        type: 'button', class: 'copyable', 'aria-label': `Copy the SID ${object.sid}`, title: 'Copy the SID',
        on: { click: () => copyText(toast, object.sid) },
      }, object.sid, icon('copy')),
      object.revision === null ? null : h('span', null, 'Revision ', h('b', null, object.revision)),
      h('span', { title: formatDate(object.dateUpdated) }, `Updated ${formatAge(now - Date.parse(object.dateUpdated))}`),
      h('span', { class: 'created', title: formatDate(object.dateCreated) }, `Created ${formatAge(now - Date.parse(object.dateCreated))} by `, isolated(object.createdBy)),
      expiry(this.#context, object.dateExpires, this.#isReadOnly ? null : async ttl => { this.#keep(await backend.setTtl(object.kind, object.id, ttl, signal)); }),
      now - this.#changedAt < newsTime ? h('span', { class: 'changed' }, `Changed ${formatAge(now - this.#changedAt)}`) : null);
  }
}
