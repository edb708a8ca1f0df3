// Sets the user's theme before the page is painted, so that it does not flash in the other one.
try {
  const theme = localStorage.getItem('explorer.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Without storage the page follows the system.
}
