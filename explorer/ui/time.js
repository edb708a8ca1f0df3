// Formats times for people, and keeps them up to date.

import { FieldError } from './dialogs.js';

const units = /** @type {const} */ ([['d', 86_400], ['h', 3600], ['m', 60], ['s', 1]]);
const maximumTtl = 31_536_000;
const words = /** @type {const} */ ([[60, 1, 'second'], [3600, 60, 'minute'], [86_400, 3600, 'hour'], [2_592_000, 86_400, 'day'], [31_536_000, 2_592_000, 'month'], [Infinity, 31_536_000, 'year']]);

/**
 * Reads a time to live.
 * @param {string} text
 * @returns {number} seconds; 0 for never
 */
export function readTtl(text) {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === '' || trimmed === 'never') return 0;
  const seconds = parseDuration(trimmed);
  if (seconds === null) throw new FieldError('ttl', 'Enter whole seconds, or for example 90s, 10m, 2h, 1d 12h.');
  if (seconds > maximumTtl) throw new FieldError('ttl', 'The maximum is a year (365d).');
  return seconds;
}

/**
 * @param {string} text such as `90`, `10m`, `1d 12h`
 * @returns {number | null} whole seconds; `null` if it is not a duration
 */
export function parseDuration(text) {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  if (!/^(\d{1,9}\s*[dhms]\s*)+$/.test(text)) return null;
  return [...text.matchAll(/(\d+)\s*([dhms])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * (units.find(([name]) => name === unit)?.[1] ?? 0), 0);
}

/**
 * Formats a duration with its two largest units.
 * @param {number} seconds
 */
export function formatDuration(seconds) {
  let left = Math.max(0, Math.ceil(seconds));
  const parts = [];
  for (const [unit, length] of units) {
    const count = Math.floor(left / length);
    left -= count * length;
    if (count || (unit === 's' && !parts.length)) parts.push(`${count}${unit}`);
  }
  return parts.slice(0, 2).join(' ');
}

/**
 * Formats how long ago something was.
 * @param {number} milliseconds since then
 */
export function formatAge(milliseconds) {
  const seconds = Math.max(0, milliseconds / 1000);
  if (seconds < 5) return 'just now';
  for (const [limit, length, word] of words) {
    if (seconds < limit) {
      const count = Math.floor(seconds / length);
      return `${count} ${word}${count === 1 ? '' : 's'} ago`;
    }
  }
  return '';
}

/** @param {string} iso */
export const formatDate = iso => new Date(iso).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/**
 * Calls back every second, until the signal ends it.
 * @param {() => void} tick
 * @param {AbortSignal} signal
 */
export function everySecond(tick, signal) {
  const timer = setInterval(() => {
    if (document.visibilityState === 'visible') tick();
  }, 1000);
  signal.addEventListener('abort', () => clearInterval(timer));
}
