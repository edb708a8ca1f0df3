// DOM helpers. Text is always set as text: nothing here parses HTML.

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {{ [name: string]: string | number | boolean | null | undefined | object }} Properties */

/** Set as properties, because their attributes only give an element's initial value. */
const asProperties = new Set(['value', 'checked', 'disabled', 'hidden', 'indeterminate', 'readOnly', 'tabIndex', 'selected', 'multiple', 'open']);

/**
 * Makes an element.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Properties | null} [properties] attributes; `class`, `on` (listeners by event), `data` (data attributes), and some properties such as `value`
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined) continue;
    if (name === 'on') {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === 'data') {
      Object.assign(element.dataset, value);
    } else if (asProperties.has(name)) {
      Object.assign(element, { [name]: value });
    } else if (typeof value === 'boolean' && !name.startsWith('aria-')) {
      element.toggleAttribute(name, value);
    } else {
      element.setAttribute(name, String(value));
    }
  }
  append(element, children);
  return element;
}

/**
 * Appends children to an element. Empty ones (`null`, `undefined`, `false`) are left out.
 * @param {Element} element
 * @param {(Child | Child[])[]} children
 */
export function append(element, children) {
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) element.append(child instanceof Node ? child : String(child));
  }
}

/**
 * Replaces the content of an element.
 * @param {Element} element
 * @param {...(Child | Child[])} children
 */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

/**
 * Makes a button.
 * @param {string} label
 * @param {(event: MouseEvent) => void} click
 * @param {Properties} [properties]
 */
export function button(label, click, properties = {}) {
  return h('button', { type: 'button', ...properties, on: { click, ...(/** @type {object} */ (properties.on ?? {})) } }, label);
}

const shapes = {
  chevron: 'M6 4l4 4-4 4', plus: 'M8 3v10M3 8h10', copy: 'M6 6h7v7H6zM10 6V3H3v7h3', close: 'M4 4l8 8M12 4l-8 8', menu: 'M2 4h12M2 8h12M2 12h12', back: 'M10 3L5 8l5 5',
  auto: 'M8 2a6 6 0 100 12zM8 2a6 6 0 110 12', light: 'M8 5a3 3 0 100 6 3 3 0 000-6zM8 1v1M8 14v1M1 8h1M14 8h1M3 3l.7.7M12.3 12.3l.7.7M3 13l.7-.7M12.3 3.7L13 3',
  dark: 'M13 9.5A5.5 5.5 0 116.5 3 4.5 4.5 0 0013 9.5z', trash: 'M3 4h10M6 4V2h4v2M5 4l.5 10h5L11 4', up: 'M8 13V3M4 7l4-4 4 4', down: 'M8 3v10M4 9l4 4 4-4',
};

/**
 * Makes an icon, which is hidden from screen readers.
 * @param {keyof typeof shapes} name
 */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  for (const [attribute, value] of Object.entries({ viewBox: '0 0 16 16', class: 'icon', 'aria-hidden': 'true' })) svg.setAttribute(attribute, value);
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', shapes[name]);
  svg.append(path);
  return svg;
}

/**
 * Makes a button with an icon, and a label for screen readers.
 * @param {keyof typeof shapes} shape
 * @param {string} label
 * @param {(event: MouseEvent) => void} click
 * @param {Properties} [properties]
 */
export function iconButton(shape, label, click, properties = {}) {
  const made = h('button', { type: 'button', class: 'icon-button', 'aria-label': label, title: label, ...properties, on: { click } });
  made.append(icon(shape));
  return made;
}

let counter = 0;

/** Makes an id that no other element has. */
export const uniqueId = () => `x${++counter}`;
