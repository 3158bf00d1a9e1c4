/** While the focus is among the categories, a key presses the button, or follows the link, that names it. Without this script a click does. */
document.querySelector('[data-keys]')?.addEventListener('keydown', (event) => {
  if (!(event instanceof KeyboardEvent) || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const named = [...document.querySelectorAll<HTMLElement>('[data-key]')].find(({ dataset }) => dataset.key === event.key.toLowerCase());
  if (!named) return;
  event.preventDefault();
  named.click();
});
