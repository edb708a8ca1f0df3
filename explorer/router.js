// Addresses within the page. They are in the fragment, which is not sent to a server, so names do not get into logs.

/** @typedef {import('./backends/backend.js').Kind} Kind */

/**
 * @typedef {object} Route
 * @property {string} view `home`, the plural of a kind, or a view's id such as `requests`
 * @property {string | null} service the service's key; `null` for the one that was last open
 * @property {string | null} name an object's unique name or SID
 * @property {string | null} key an item's key or index
 * @property {string | null} tab
 */

/** @type {{ [view: string]: Kind }} */
export const kindOfView = Object.freeze({ documents: 'document', lists: 'list', maps: 'map', streams: 'stream' });

/** @type {(kind: Kind) => string} */
export const viewOfKind = kind => `${kind}s`;

/**
 * Reads a fragment.
 * @param {string} fragment with its `#`
 * @param {ReadonlySet<string>} views the ids of the views that do not belong to a service
 * @returns {Route}
 */
export function parseRoute(fragment, views) {
  const [path, query = ''] = fragment.replace(/^#\/?/, '').split('?', 2);
  const segments = path === '' ? [] : path.split('/').map(decode);
  const tab = new URLSearchParams(query).get('tab');
  const nothing = { service: null, name: null, key: null, tab: null };
  if (segments.length === 0) return { ...nothing, view: 'home' };
  // A service may have the name of a view. It is then followed by a slash.
  if (segments.length === 1 && views.has(segments[0])) return { ...nothing, view: segments[0], tab };
  const [service, view, name, key] = segments;
  if (view === undefined || view === '' || !Object.hasOwn(kindOfView, view) || name === undefined) return { ...nothing, view: 'home', service };
  return { view, service, name, key: key ?? null, tab };
}

/**
 * Writes a fragment.
 * @param {Partial<Route> & { view: string }} route
 */
export function formatRoute({ view, service, name, key, tab }) {
  const segments = view === 'home' ? [service ?? '', ''] : service === null || service === undefined || name === null || name === undefined ? [view] : [service, view, name, ...(key === null || key === undefined ? [] : [key])];
  return `#/${segments.map(encodeURIComponent).join('/')}${tab ? `?tab=${encodeURIComponent(tab)}` : ''}`;
}

/** @param {string} segment */
function decode(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
