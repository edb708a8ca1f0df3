// The function key, or the emulator's credentials. They are only kept in the tab.

/** @typedef {import('./backends/http.js').Credentials} Credentials */
/** @typedef {import('./settings.js').Settings} Settings */
/** @typedef {import('./ui/dialogs.js').Dialogs} Dialogs */

/** The emulator's default credentials. They are public, and valid for nothing else. */
const emulatorDefaults = { user: `AC${'0'.repeat(32)}`, password: '0123456789abcdef0123456789abcdef' };

/**
 * @param {'functions' | 'emulator'} host
 * @param {Settings} settings
 * @param {Dialogs} dialogs
 * @returns {Credentials}
 */
export function credentialsFor(host, settings, dialogs) {
  return host === 'functions' ? functionKey(settings, dialogs) : basic(settings, dialogs);
}

/** @param {Settings} settings @param {Dialogs} dialogs @returns {Credentials} */
function functionKey(settings, dialogs) {
  return {
    headers: () => /** @type {{ [name: string]: string }} */ (settings.secret ? { 'x-functions-key': settings.secret } : {}),
    ask: () => dialogs.form({
      title: 'Function key',
      text: settings.secret ? 'The key was refused. Enter another one.' : 'The functions require a key. It is kept in this tab only, and sent to the functions only.',
      fields: [{ name: 'key', label: 'Key', type: 'password', hint: 'A host key is valid for all functions. In the Azure portal: App keys.' }],
      action: 'Continue',
      submit: ({ key }) => { settings.secret = key.trim() || null; },
    }),
  };
}

/** @param {Settings} settings @param {Dialogs} dialogs @returns {Credentials} */
function basic(settings, dialogs) {
  return {
    headers: () => ({ Authorization: `Basic ${settings.secret ?? encode(emulatorDefaults.user, emulatorDefaults.password)}` }),
    ask: () => dialogs.form({
      title: 'Emulator credentials',
      text: 'This emulator does not use the default credentials. Enter its own. They are kept in this tab only, and sent to the emulator only.',
      fields: [
        { name: 'user', label: 'Account SID or API key SID', placeholder: 'AC… or SK…' },
        { name: 'password', label: 'Auth token or API key secret', type: 'password' },
      ],
      action: 'Continue',
      submit: ({ user, password }) => { settings.secret = encode(user.trim(), password.trim()); },
    }),
  };
}

/** @param {string} user @param {string} password */
const encode = (user, password) => btoa(String.fromCharCode(...new TextEncoder().encode(`${user}:${password}`)));
