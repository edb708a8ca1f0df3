// The frame of the page: the bar at the top, the navigation, and the place for the view.

import { kindOfView } from '../router.js';
import { button, fill, h, icon, iconButton } from './dom.js';
import { showHelp } from './keyboard.js';
import { navigation } from './navigation.js';

/** @typedef {import('../context.js').Context} Context */
/** @typedef {import('../router.js').Route} Route */
/** @typedef {import('../backends/backend.js').Service} Service */
/** @typedef {ReturnType<typeof shell>} Shell */

const themes = /** @type {const} */ (['auto', 'light', 'dark']);
const stateTexts = { connecting: 'Connecting', live: 'Live', offline: 'Offline', off: 'No realtime' };

/**
 * @param {Context} context
 * @param {{ backend: 'emulator' | 'twilio', banner: HTMLElement, setService: (key: string) => void }} options
 */
export function shell(context, { backend, banner, setService }) {
  const { settings, realtime, dialogs } = context;
  const main = h('main', { id: 'view', tabindex: '-1' });
  const tree = navigation(context);
  const picker = h('select', { class: 'service', 'aria-label': 'Sync service', on: { change: () => setService(picker.value) } });
  const status = h('span', { class: 'status', role: 'status' });
  const statusButton = h('button', { type: 'button', class: 'status-button', on: { click: () => realtime.retry() } }, status);
  realtime.watch(({ name, reason }) => {
    statusButton.dataset.state = name;
    status.textContent = stateTexts[name];
    statusButton.title = name === 'live' ? 'Changes are shown in realtime.'
      : name === 'off' ? `The page checks for changes every few seconds. ${reason}` : reason || 'Connecting to the realtime server.';
  });

  const theme = iconButton(settings.theme, '', () => {
    settings.theme = themes[(themes.indexOf(settings.theme) + 1) % themes.length];
    showTheme();
  });
  function showTheme() {
    fill(theme, icon(settings.theme));
    theme.title = { auto: 'Theme: system', light: 'Theme: light', dark: 'Theme: dark' }[settings.theme];
    theme.setAttribute('aria-label', theme.title);
  }
  showTheme();

  const menu = iconButton('menu', 'Navigation', () => setDrawer(element.dataset.drawer !== 'open'), { class: 'icon-button menu', 'aria-expanded': 'false' });
  const scrim = h('div', { class: 'scrim', on: { click: () => setDrawer(false) } });
  const element = h('div', { class: 'shell' },
    h('a', { class: 'skip', href: '#view', on: { click: (/** @type {Event} */ event) => { event.preventDefault(); main.focus(); } } }, 'Skip to the content'),
    h('header', { class: 'bar' },
      menu,
      h('a', { class: 'brand', href: '#/' }, h('span', { class: 'brand-mark', 'aria-hidden': 'true' }), h('span', { class: 'brand-name' }, 'Sync Explorer')),
      picker,
      h('span', { class: `badge ${backend}`, title: backend === 'emulator' ? 'The data is on this machine.' : 'The data is in a Twilio account.' }, backend === 'emulator' ? 'Emulator' : 'Twilio'),
      h('span', { class: 'spring' }),
      statusButton, theme,
      button('?', () => showHelp(dialogs), { class: 'icon-button', 'aria-label': 'Keyboard shortcuts', title: 'Keyboard shortcuts' })),
    banner, tree.element, scrim, main);

  /** @param {boolean} isOpen */
  function setDrawer(isOpen) {
    element.dataset.drawer = isOpen ? 'open' : 'closed';
    menu.setAttribute('aria-expanded', String(isOpen));
    if (isOpen) tree.focusFilter();
  }

  return {
    element,
    main,
    tree,
    setDrawer,
    /** @param {Service[]} services @param {string} chosen */
    setServices(services, chosen) {
      fill(picker, services.map(({ key, label }) => h('option', { value: key, selected: key === chosen }, label)));
      picker.disabled = services.length < 2;
      tree.reload();
    },
    /** @param {Route} route */
    setRoute(route) {
      setDrawer(false);
      tree.setRoute(route);
      const name = route.name ?? (route.view === 'home' ? '' : route.view);
      document.title = name ? `${name}${route.key === null ? '' : ` / ${route.key}`} · Sync Explorer` : 'Sync Explorer';
      element.dataset.place = route.name === null && route.view === 'home' ? 'home' : Object.hasOwn(kindOfView, route.view) ? 'object' : 'view';
    },
  };
}
