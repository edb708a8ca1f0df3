// Shows data, and lets the user edit it as text. The text in the editor is saved byte by byte.

import { BackendError, isAbort, UnreachableError } from '../backends/backend.js';
import { compact, format } from '../json/format.js';
import { strictFault } from '../json/strict.js';
import { lint, size } from '../json/tokens.js';
import { copyText } from '../ui/copy.js';
import { button, fill, h } from '../ui/dom.js';
import { codeView, paint } from './code.js';
import { askConflict } from './conflict.js';

/** @typedef {{ data: string, revision: string }} Version */

/**
 * @typedef {object} EditorOptions
 * @property {string} label describes the data
 * @property {number} limit in bytes
 * @property {boolean} [isReadOnly]
 * @property {(text: string, revision: string) => Promise<Version>} save saves a text if the revision still matches
 * @property {() => Promise<Version | null>} read reads the current version; `null` if it was removed
 */

/**
 * Makes an editor.
 * @param {import('../context.js').Context} context
 * @param {EditorOptions} options
 */
export function dataEditor(context, options) {
  return new DataEditor(context, options);
}

class DataEditor {
  /** The latest known version. @type {Version | null} */ #latest = null;
  /** The version with which editing began. @type {Version | null} */ #base = null;
  #isEditing = false;
  #isSaving = false;
  #isGone = false;
  /** The text in the editor before the user typed. */ #untouched = '';
  /** A change that the user chose to ignore. @type {string | null} */ #ignored = null;
  #context;
  #options;
  #scheduled = 0;

  /** @param {import('../context.js').Context} context @param {EditorOptions} options */
  constructor(context, options) {
    this.#context = context;
    this.#options = options;
    this.bar = h('div', { class: 'editor-bar' });
    this.news = h('div', { class: 'note alert', role: 'status', hidden: true });
    this.paper = h('div', { class: 'paper' });
    this.lint = h('div', { class: 'lint', 'aria-live': 'polite', hidden: true });
    this.colours = h('pre', { class: 'code', 'aria-hidden': 'true' });
    this.input = h('textarea', {
      class: 'code', 'aria-label': options.label, spellcheck: 'false', autocomplete: 'off', autocapitalize: 'off', wrap: 'soft', on: { input: () => this.#typed() },
    });
    this.meter = h('span', { class: 'meter' });
    this.element = h('div', { class: 'editor', on: { keydown: (/** @type {KeyboardEvent} */ event) => this.#key(event) } }, this.bar, this.news, this.paper, this.lint);
    context.events.on('recovered', () => this.#draw(), context.signal);
  }

  /** Whether there is unsaved text. */
  get isUnsaved() {
    return this.#isEditing && this.input.value !== this.#untouched;
  }

  /**
   * Sets the current version, at first and after each change.
   * @param {Version} version
   * @param {boolean} [isNews] whether it has just been changed by someone else
   */
  show(version, isNews = false) {
    // A response may be older than an event that arrived before it.
    if (this.#latest && !this.#isGone && isOlder(version, this.#latest)) return;
    const isOther = this.#latest?.data !== version.data;
    this.#latest = version;
    this.#isGone = false;
    if (this.#isSaving) return;
    if (!this.#isEditing) {
      if (isOther) this.#draw(isNews);
    } else if (version.data === this.#base?.data) {
      this.#base = version;
      this.#tell(null);
    } else if (version.data === this.input.value) {
      this.#leave();
    } else if (this.#ignored !== version.revision) {
      this.#tell(version);
    }
  }

  /** Called if it was removed. */
  gone() {
    this.#isGone = true;
    if (this.#isEditing) this.#tell(null);
    else this.#draw();
  }

  edit() {
    if (this.#isEditing || !this.#latest || this.#options.isReadOnly || this.#isGone) return;
    this.#isEditing = true;
    this.#base = this.#latest;
    this.#ignored = null;
    this.#start(this.#context.settings.isFormatted ? format(this.#base.data) : this.#base.data);
    this.#draw();
    this.input.focus();
    this.input.setSelectionRange(0, 0);
  }

  dispose() {
    this.#context.guard.set(this, false);
  }

  async save() {
    const base = this.#base;
    if (!this.#isEditing || this.#isSaving || !base) return;
    const text = this.input.value;
    const { fault } = this.#lint(text);
    if (fault) {
      this.input.focus();
      this.input.setSelectionRange(fault.index, fault.index);
      this.#context.announce(`Not saved. Line ${fault.line}, column ${fault.column}: ${fault.message}`);
      return;
    }
    if (!this.isUnsaved) {
      this.#leave();
      return;
    }
    this.#isSaving = true;
    this.#draw();
    try {
      const saved = await this.#write(text, base);
      if (saved) {
        if (!this.#latest || !isOlder(saved, this.#latest)) this.#latest = saved;
        this.#leave();
        this.#context.announce('Saved.');
      }
    } catch (error) {
      if (error instanceof UnreachableError) this.#context.toast('Not saved: the server cannot be reached. Your text is still here.', { isError: true });
      else if (!isAbort(error)) this.#say(error instanceof Error ? error.message : String(error));
    } finally {
      this.#isSaving = false;
      if (this.#isEditing) this.#drawBar();
    }
  }

  /**
   * Saves a text if the revision on which it is based is still current, and asks the user if it is not.
   * @param {string} text
   * @param {Version} base
   * @returns {Promise<Version | null>} `null` to continue editing
   */
  async #write(text, base) {
    for (let from = base; ;) {
      try {
        return await this.#options.save(restoreLineBreaks(text, base.data), from.revision);
      } catch (error) {
        if (!(error instanceof BackendError) || error.status !== 412) throw error;
      }
      const theirs = await this.#options.read();
      if (!theirs) throw new BackendError(404, 'Not Found', 'It was removed in the meantime. Your text is still here.');
      // The same data with another revision is not a conflict: for example, only its expiry was changed.
      if (theirs.data !== from.data) {
        const choice = await askConflict(this.#context.dialogs, {
          mine: text, theirs: theirs.data, base: base.data, title: 'Someone else changed it',
          text: `Revision ${theirs.revision} was saved after you began to edit. Your changes are not saved yet.`,
        });
        if (choice === null) return null;
        if (choice === 'theirs') return theirs;
      }
      from = theirs;
    }
  }

  /** @param {string} text */
  #start(text) {
    this.input.value = text;
    // Read back from the browser, which converts line breaks.
    this.#untouched = this.input.value;
    this.#typed();
  }

  #leave() {
    this.#isEditing = false;
    this.#base = null;
    this.#context.guard.set(this, false);
    this.#tell(null);
    this.#draw();
  }

  async #cancel() {
    if (this.isUnsaved && !await this.#context.dialogs.confirm({ title: 'Discard your changes?', text: 'Your text would be lost.', action: 'Discard', isDanger: true })) return;
    this.#leave();
    /** @type {HTMLElement | null} */ (this.bar.querySelector('[data-key=e]'))?.focus();
  }

  #typed() {
    this.#context.guard.set(this, this.isUnsaved);
    // At most once for each frame, however fast the user types.
    this.#scheduled ||= requestAnimationFrame(() => {
      this.#scheduled = 0;
      const text = this.input.value;
      // An empty last line would have no height.
      paint(this.colours, text.endsWith('\n') || text === '' ? `${text} ` : text);
      const { fault, bytes } = this.#lint(text);
      this.#measure(bytes);
      this.#say(fault ? `Line ${fault.line}, column ${fault.column}: ${fault.message}` : '');
      this.input.setAttribute('aria-invalid', String(fault !== null));
    });
  }

  /** @param {string} text */
  #lint(text) {
    const found = lint(text, this.#options.limit);
    return this.#context.backend.isStrict && !found.fault ? { ...found, fault: strictFault(text) } : found;
  }

  /** @param {string} fault */
  #say(fault) {
    this.lint.textContent = fault;
  }

  /** @param {number} bytes */
  #measure(bytes) {
    const { limit } = this.#options;
    this.meter.classList.toggle('over', bytes > limit);
    fill(this.meter, h('meter', { min: 0, max: limit, high: limit * 0.9, optimum: 0, 'aria-label': 'Size', value: Math.min(bytes, limit) }), `${bytes.toLocaleString()} / ${limit.toLocaleString()} bytes`);
  }

  /** @param {boolean} [isNews] */
  #draw(isNews = false) {
    const version = this.#latest;
    this.#drawBar();
    this.lint.hidden = !this.#isEditing;
    this.paper.classList.toggle('is-edited', this.#isEditing);
    if (this.#isEditing) {
      if (this.input.parentElement !== this.paper) fill(this.paper, this.colours, this.input);
      return;
    }
    if (!version) return;
    fill(this.paper, codeView(this.#context.settings.isFormatted ? format(version.data) : version.data, this.#options.label));
    this.paper.classList.remove('flash');
    if (isNews) requestAnimationFrame(() => this.paper.classList.add('flash'));
    this.#measure(size(version.data));
  }

  #drawBar() {
    const { settings } = this.#context;
    /** @param {boolean} isFormatted @param {string} label @param {string} title */
    const choice = (isFormatted, label, title) => button(label, () => {
      settings.isFormatted = isFormatted;
      if (this.#isEditing && this.#base) this.#start(isFormatted ? format(this.#base.data) : this.#base.data);
      this.#draw();
    }, { 'aria-pressed': String(settings.isFormatted === isFormatted), title, disabled: this.isUnsaved });
    const shapes = h('div', { class: 'segments', role: 'group', 'aria-label': 'How the data is shown' },
      choice(true, 'Formatted', 'One line for each member'), choice(false, 'Exact', 'Exactly as in Sync, byte by byte'));
    fill(this.bar, shapes, this.meter, h('span', { class: 'spring' }), this.#isEditing
      ? [
        button('Format', () => this.#rewrite(format), { title: 'Put each member on its own line; numbers and strings are not changed' }),
        button('Compact', () => this.#rewrite(compact), { title: 'Remove whitespace' }),
        button('Cancel', () => this.#cancel(), { title: 'Esc' }),
        button(this.#isSaving ? 'Saving …' : 'Save', () => this.save(), { class: 'primary', disabled: this.#isSaving, title: 'Ctrl S' }),
      ]
      : [
        button('Copy', () => this.#copy()),
        this.#options.isReadOnly || this.#isGone ? null : button('Edit', () => this.edit(), { 'data-key': 'e', title: 'e' }),
      ]);
  }

  /** @param {(text: string) => string} change */
  #rewrite(change) {
    const text = change(this.input.value);
    if (text !== this.input.value) {
      // As if the user had typed it, so that the browser's own undo works.
      this.input.focus();
      this.input.select();
      if (!document.execCommand('insertText', false, text)) this.input.value = text;
      this.input.setSelectionRange(0, 0);
      this.#typed();
    }
  }

  #copy() {
    return copyText(this.#context.toast, this.#isEditing ? this.input.value : this.#latest?.data ?? '');
  }

  /** @param {Version | null} version */
  #tell(version) {
    this.news.hidden = !version && !(this.#isGone && this.#isEditing);
    if (version) {
      fill(this.news, h('span', null, `Changed in the meantime (revision ${version.revision}).`),
        button('Show difference', () => this.#compare(version)),
        button('Load', () => { this.#leave(); }),
        button('Ignore', () => {
          this.#ignored = version.revision;
          this.#tell(null);
        }));
    } else if (!this.news.hidden) {
      fill(this.news, h('span', null, 'It was removed in the meantime. Your text is still here.'), button('Copy', () => this.#copy()));
    }
  }

  /** @param {Version} version */
  async #compare(version) {
    const choice = await askConflict(this.#context.dialogs, {
      mine: this.input.value, theirs: version.data, base: this.#base?.data ?? '', title: 'What changed', text: `Revision ${version.revision} was saved after you began to edit.`,
    });
    if (choice === 'theirs') {
      this.#leave();
    } else if (choice === 'mine') {
      this.#base = version;
      this.#tell(null);
      await this.save();
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.#isEditing) return;
    if (event.key === 's' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.save();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      this.#cancel();
    }
  }
}

/** @param {Version} one @param {Version} other */
const isOlder = (one, other) => parseInt(one.revision, 16) < parseInt(other.revision, 16);

/**
 * A text field has only one kind of line break. CRLF is restored if the original text had no other kind.
 * @param {string} text
 * @param {string} original
 */
const restoreLineBreaks = (text, original) => (original.includes('\r\n') && !/(?<!\r)\n/.test(original) ? text.replaceAll('\n', '\r\n') : text);
