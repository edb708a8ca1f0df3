// Shows text from others so that it cannot disturb the page: invisible characters are marked, and each text has its own direction.

import { h } from '../ui/dom.js';

/** Control characters, direction marks, and characters without a width. */
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const everyUnseen = new RegExp(unseen.source, 'g');

/**
 * Splits a text into visible parts and marks for invisible characters.
 * @param {string} text
 * @returns {(string | HTMLElement)[]}
 */
export function visible(text) {
  if (!unseen.test(text)) return [text];
  /** @type {(string | HTMLElement)[]} */ const parts = [];
  let from = 0;
  for (const { 0: character, index } of text.matchAll(everyUnseen)) {
    if (index > from) parts.push(text.slice(from, index));
    parts.push(mark(character));
    from = index + character.length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

/** @param {string} character */
function mark(character) {
  const code = character.charCodeAt(0);
  const shown = code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '\u2421' : `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return h('span', { class: 'unseen', title: `U+${code.toString(16).toUpperCase().padStart(4, '0')}` }, shown);
}

/**
 * A text with a direction of its own.
 * @param {string} text
 */
export const isolated = text => h('bdi', null, visible(text));
