// The clipboard.

/**
 * Copies a text to the clipboard, and shows whether that worked.
 * @param {import('./toasts.js').Toast} toast
 * @param {string} text
 */
export async function copyText(toast, text) {
  try {
    await navigator.clipboard.writeText(text);
    toast('Copied.', { duration: 2000 });
  } catch {
    toast('The browser does not allow the page to copy. Select the text and copy it.', { isError: true });
  }
}
