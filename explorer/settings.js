// The page's settings: preferences are stored in the browser, secrets only in the tab.

/** @typedef {'auto' | 'light' | 'dark'} Theme */

export class Settings {
  /** @type {Theme} */
  get theme() {
    const theme = read(() => localStorage, 'theme');
    return theme === 'light' || theme === 'dark' ? theme : 'auto';
  }

  set theme(theme) {
    write(() => localStorage, 'theme', theme === 'auto' ? null : theme);
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }

  /** Whether data is shown with one line for each member, or exactly as it is. */
  get isFormatted() {
    return read(() => localStorage, 'exact') === null;
  }

  set isFormatted(isFormatted) {
    write(() => localStorage, 'exact', isFormatted ? null : 'true');
  }

  /** The function key, or the emulator's credentials. */
  get secret() {
    return read(() => sessionStorage, 'secret');
  }

  set secret(secret) {
    write(() => sessionStorage, 'secret', secret);
  }
}

// A browser may disable storage.
/** @param {() => Storage} storage @param {string} name */
function read(storage, name) {
  try {
    return storage().getItem(`explorer.${name}`);
  } catch {
    return null;
  }
}

/** @param {() => Storage} storage @param {string} name @param {string | null} value */
function write(storage, name, value) {
  try {
    if (value === null) storage().removeItem(`explorer.${name}`);
    else storage().setItem(`explorer.${name}`, value);
  } catch {
    // The value is lost when the page is closed.
  }
}
