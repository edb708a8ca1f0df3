// The clipboard.

/**
 * Puts a text on the clipboard, and says whether that worked.
 * @param {import('./toasts.js').Toast} toast
 * @param {string} text
 */
export async function copyText(toast, text) {
  try {
    await navigator.clipboard.writeText(text);
    toast('Copied.', { duration: 2000 });
  } catch {
    toast('The browser does not let the page copy.', { isError: true });
  }
}
