// The objects of one kind that have been read.

import { isAbort } from '../backends/backend.js';

/** @typedef {import('../backends/backend.js').Kind} Kind */
/** @typedef {import('../backends/backend.js').SyncObject} SyncObject */
/** @typedef {import('../context.js').Context} Context */

const pageSize = 50;
/** How many names a filter searches automatically. */
const maximumSearched = 1000;
const enoughMatches = 20;

export class Branch {
  isOpen = false;
  isLoading = false;
  /** @type {{ token: string | null, next: string | null, objects: SyncObject[] }[]} */ #pages = [];
  #filter = '';
  /** The open object, which may not be on a page that was read. @type {SyncObject | null} */ #opened = null;
  #current = Promise.resolve();
  /** @type {AbortController} */ #reading = new AbortController();
  #context;
  #changed;

  /**
   * @param {Kind} kind
   * @param {Context} context
   * @param {() => void} changed
   */
  constructor(kind, context, changed) {
    this.kind = kind;
    this.#context = context;
    this.#changed = changed;
  }

  /** @returns {SyncObject[]} those that match the filter */
  get shown() {
    const wanted = this.#filter.toLowerCase();
    const opened = this.#opened;
    const all = this.#all;
    if (opened && this.#pages.length && !all.some(({ sid }) => sid === opened.sid)) all.push(opened);
    return all.filter(({ id, sid }) => id.toLowerCase().includes(wanted) || sid === this.#filter);
  }

  get hasMore() {
    return this.#pages.length > 0 && this.#pages[this.#pages.length - 1].next !== null;
  }

  /** The known number of objects. */
  get count() {
    return this.#pages.length === 0 ? '' : `${this.#all.length}${this.hasMore ? '+' : ''}`;
  }

  get #all() {
    return this.#pages.flatMap(({ objects }) => objects);
  }

  toggle() {
    this.isOpen = !this.isOpen;
    if (this.isOpen) this.refresh();
    this.#changed();
  }

  reload() {
    this.#reading.abort();
    this.#reading = new AbortController();
    this.isLoading = false;
    this.#pages = [];
    if (this.isOpen) this.refresh();
  }

  /** @param {string} text */
  setFilter(text) {
    this.#filter = text;
    if (text) this.isOpen = true;
    if (text && this.#pages.length === 0) this.refresh().then(() => this.#search());
    else this.#search();
  }

  /** @param {SyncObject | null} object */
  setOpened(object) {
    this.#opened = object && { ...object, data: null };
    this.#changed();
  }

  loadMore() {
    return this.#read(async signal => {
      const token = this.#pages.at(-1)?.next ?? null;
      await this.#readPage(this.#pages.length, token, signal);
    });
  }

  /** Reads the first page and the last one, because new objects are added at the end. */
  refresh() {
    if (!this.isOpen) return Promise.resolve();
    return this.#read(async signal => {
      await this.#readPage(0, null, signal);
      const last = this.#pages.length - 1;
      if (last > 0) await this.#readPage(last, this.#pages[last].token, signal);
    });
  }

  async #search() {
    const searched = this.#filter;
    while (searched && this.#filter === searched && this.hasMore && this.#all.length < maximumSearched && this.shown.length < enoughMatches) await this.loadMore();
  }

  /** @param {number} index @param {string | null} token @param {AbortSignal} signal */
  async #readPage(index, token, signal) {
    const { items, next } = await this.#context.backend.listObjects(this.kind, { pageToken: token, pageSize }, signal);
    const known = this.#pages[index];
    if (known && JSON.stringify(known.objects.map(({ sid }) => sid)) === JSON.stringify(items.map(({ sid }) => sid)) && known.next === next) return;
    // The navigation does not need the data of documents.
    const page = { token, next, objects: items.map(object => ({ ...object, data: null })) };
    // If a page has changed, the following pages may have shifted. They are read again when they are needed.
    this.#pages = [...this.#pages.slice(0, index), page];
    this.#changed();
  }

  // One read at a time: a read that is requested during another one waits for it.
  /** @param {(signal: AbortSignal) => Promise<void>} run */
  #read(run) {
    if (!this.isLoading) this.#current = this.#run(run);
    return this.#current;
  }

  /** @param {(signal: AbortSignal) => Promise<void>} run */
  async #run(run) {
    this.isLoading = true;
    const { signal } = this.#reading;
    if (this.#pages.length === 0) this.#changed();
    try {
      await run(signal);
    } catch (error) {
      if (!isAbort(error)) this.#context.fail(error);
    } finally {
      if (!signal.aborted) this.isLoading = false;
      if (!signal.aborted) this.#changed();
    }
  }
}
