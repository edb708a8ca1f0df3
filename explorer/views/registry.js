// The views that do not belong to an object. Each is loaded when it is first opened.

/** @typedef {import('../context.js').Context} Context */
/** @typedef {import('../context.js').View} View */

/**
 * @typedef {object} Entry
 * @property {string} id identifies it in links
 * @property {string} title
 * @property {'inspection' | 'tools'} section its section in the navigation
 * @property {boolean} [isForEmulator] whether it needs the emulator
 * @property {() => Promise<(context: Context) => View>} load
 */

/** @type {readonly Entry[]} */
export const entries = [
  { id: 'requests', title: 'Requests', section: 'inspection', isForEmulator: true, load: async () => (await import('./requests.js')).requestsView },
  { id: 'events', title: 'Events', section: 'inspection', isForEmulator: true, load: async () => (await import('./events.js')).eventsView },
  { id: 'webhooks', title: 'Webhooks', section: 'inspection', isForEmulator: true, load: async () => (await import('./webhooks.js')).webhooksView },
  { id: 'connections', title: 'Connections', section: 'inspection', isForEmulator: true, load: async () => (await import('./connections.js')).connectionsView },
  { id: 'tokens', title: 'Tokens', section: 'tools', load: async () => (await import('./tokens.js')).tokensView },
  { id: 'transfer', title: 'Transfer', section: 'tools', load: async () => (await import('./transfer.js')).transferView },
];
