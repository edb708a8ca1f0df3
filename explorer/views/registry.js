// The views that are of no single object. Each is loaded when it is first opened.

/** @typedef {import('../context.js').Context} Context */
/** @typedef {import('../context.js').View} View */

/**
 * @typedef {object} Entry
 * @property {string} id what links name it by
 * @property {string} title
 * @property {'inspection' | 'tools'} section where the navigation has it
 * @property {boolean} [isForEmulator] whether it needs the emulator
 * @property {() => Promise<(context: Context) => View>} load
 */

/** @type {readonly Entry[]} */
export const entries = [
  { id: 'transfer', title: 'Transfer', section: 'tools', load: async () => (await import('./transfer.js')).transferView },
];
