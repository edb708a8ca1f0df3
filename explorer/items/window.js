// The items of a list or map that are in memory: a range without gaps. It grows while the user scrolls, and drops rows that are far away. Changes are put
// in their places.

/** @typedef {import('../backends/backend.js').Item} Item */
/** @typedef {import('../backends/backend.js').ItemQuery} ItemQuery */
/** @typedef {import('../backends/backend.js').Page<Item>} ItemPage */

/**
 * @typedef {object} Selection
 * @property {'asc' | 'desc'} order
 * @property {string | number | null} from the first key or index
 * @property {boolean} isPrefix whether `from` is a prefix of all keys
 * @property {string | undefined} where
 */

const pageSize = 50;
/** The page size for reading many items again. */
const rereadSize = 100;
const maximumItems = 1000;

export class ItemWindow {
  /** @type {Item[]} */ items = [];
  /** The number of rows before the first one in memory. */ offset = 0;
  isEndKnown = false;
  isReading = false;
  /** How many pages the current read has searched with a condition. */ pagesLookedAt = 0;
  /** The time of each key's latest change. @type {Map<string | number, number>} */ changedAt = new Map();
  /** @type {Selection} */ selection = { order: 'asc', from: null, isPrefix: false, where: undefined };
  /** Changes that arrive while a page is read, which may or may not include them. @type {(() => void)[]} */ #late = [];
  #read;
  #generation = 0;

  /** @param {(query: ItemQuery) => Promise<ItemPage>} read */
  constructor(read) {
    this.#read = read;
  }

  /**
   * Starts again with another selection.
   * @param {Selection} selection
   */
  async reset(selection) {
    this.#generation++;
    this.selection = selection;
    this.isReading = false;
    this.#late = [];
    const generation = this.#generation;
    const { order, where } = selection;
    await this.#page({ order, from: this.#first, where }, (items, isLast) => {
      this.items = items;
      this.offset = 0;
      this.isEndKnown = isLast;
    });
    return generation === this.#generation;
  }

  /** Reads the next rows. */
  async readOn() {
    if (this.isEndKnown || this.isReading) return;
    const { order, where } = this.selection;
    const last = this.items.at(-1);
    await this.#page({ order, from: last ? last.key : this.#first, isExclusive: last !== undefined, where }, (items, isLast) => {
      this.items.push(...items.filter(item => !last || this.#compare(item.key, /** @type {Item} */ (this.items.at(-1)).key) > 0));
      this.isEndKnown = isLast;
      if (this.items.length > maximumItems) this.#shrink();
    });
  }

  /** Reads the previous rows, if they are no longer in memory. */
  async readBack() {
    const first = this.items[0];
    if (this.offset === 0 || this.isReading || !first) return;
    const { order, where } = this.selection;
    await this.#page({ order: order === 'asc' ? 'desc' : 'asc', from: first.key, isExclusive: true, where }, (found, isLast) => {
      const items = found.filter(item => this.#isWithin(item.key)).reverse();
      this.items.unshift(...items);
      this.offset = isLast || items.length < found.length ? 0 : Math.max(0, this.offset - items.length);
      if (this.items.length > maximumItems) {
        this.items.length = maximumItems;
        this.isEndKnown = false;
      }
    }, false);
  }

  /** Reads the rows in memory again, because changes may have been missed. */
  async reread() {
    if (this.isReading) return;
    const generation = this.#generation;
    const { order, where } = this.selection;
    const count = Math.max(this.items.length, pageSize);
    /** @type {Item[]} */ const items = [];
    let from = this.offset === 0 ? this.#first : this.items[0]?.key ?? this.#first;
    let isLast = false;
    let isEmpty = false;
    this.isReading = true;
    try {
      while (items.length < count && !isLast && !isEmpty) {
        const page = /** @type {ItemPage} */ (await this.#read({ order, from, isExclusive: items.length > 0, where, pageSize: rereadSize }));
        if (generation !== this.#generation) return;
        const within = page.items.filter(item => this.#isWithin(item.key));
        items.push(...within);
        from = items.at(-1)?.key ?? from;
        isLast = page.next === null || within.length < page.items.length;
        // No item matches the condition: the next rows are read when the user scrolls to them.
        isEmpty = !page.items.length;
      }
      for (const item of items) if (this.get(item.key)?.data !== item.data) this.changedAt.set(item.key, performance.now());
      this.items = items;
      this.isEndKnown = isLast;
      for (const change of this.#late) change();
    } finally {
      if (generation === this.#generation) {
        this.isReading = false;
        this.#late = [];
      }
    }
  }

  /**
   * Puts an item in its place, if that place is in memory.
   * @param {Item} item
   */
  set(item) {
    this.#change(() => {
      const at = this.#find(item.key);
      const isThere = at < this.items.length && this.items[at].key === item.key;
      if (!isThere && !this.#isInRange(item.key, at)) return;
      this.changedAt.set(item.key, performance.now());
      if (isThere) this.items[at] = { ...item, dateCreated: this.items[at].dateCreated, createdBy: this.items[at].createdBy };
      else this.items.splice(at, 0, item);
      if (this.items.length > maximumItems * 2) this.#shrink();
    });
  }

  /** @param {string | number} key */
  remove(key) {
    this.#change(() => {
      const at = this.#find(key);
      if (this.items[at]?.key === key) this.items.splice(at, 1);
      this.changedAt.delete(key);
    });
  }

  /** @param {string | number} key */
  get(key) {
    const item = this.items[this.#find(key)];
    return item?.key === key ? item : null;
  }

  /** The place of a key among the rows; -1 if it is not in memory. @param {string | number} key */
  rowOf(key) {
    const at = this.#find(key);
    return this.items[at]?.key === key ? at + this.offset : -1;
  }

  // The first key of the range. In descending order, a prefix begins at its other end.
  get #first() {
    const { order, from, isPrefix } = this.selection;
    return isPrefix && order === 'desc' && from !== null ? `${from}\uffff` : from;
  }

  /** @param {() => void} change */
  #change(change) {
    change();
    if (this.isReading) this.#late.push(change);
  }

  /**
   * Reads until items are found or the end is reached: with a condition, whole pages may be empty.
   * @param {ItemQuery} query
   * @param {(items: Item[], isLast: boolean) => void} take
   * @param {boolean} [isForward]
   */
  async #page(query, take, isForward = true) {
    const generation = this.#generation;
    this.isReading = true;
    this.pagesLookedAt = 0;
    try {
      /** @type {Item[]} */ let items = [];
      let pageToken = null;
      do {
        const page = /** @type {ItemPage} */ (await this.#read({ ...query, pageSize, pageToken }));
        if (generation !== this.#generation) return;
        items = page.items;
        pageToken = page.next;
        this.pagesLookedAt++;
      } while (!items.length && pageToken);
      const within = isForward ? items.filter(item => this.#isWithin(item.key)) : items;
      take(within, pageToken === null || within.length < items.length);
      for (const change of this.#late) change();
    } finally {
      if (generation === this.#generation) {
        this.isReading = false;
        this.#late = [];
      }
    }
  }

  #shrink() {
    const surplus = this.items.length - maximumItems;
    this.items.splice(0, surplus);
    this.offset += surplus;
  }

  /** @param {string | number} key @param {number} at */
  #isInRange(key, at) {
    return this.#isWithin(key) && (at > 0 || this.offset === 0) && (at < this.items.length || this.isEndKnown);
  }

  /** Whether a key belongs to the selection. @param {string | number} key */
  #isWithin(key) {
    const { from, isPrefix } = this.selection;
    if (from === null) return true;
    return isPrefix ? String(key).startsWith(String(from)) : this.#compare(key, from) >= 0;
  }

  /** The place of a key, or where it would be. @param {string | number} key */
  #find(key) {
    let low = 0;
    let high = this.items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(this.items[middle].key, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // Keys by their UTF-16 code units, as Sync orders them.
  /** @param {string | number} one @param {string | number} other */
  #compare(one, other) {
    const order = one < other ? -1 : one > other ? 1 : 0;
    return this.selection.order === 'asc' ? order : -order;
  }
}
