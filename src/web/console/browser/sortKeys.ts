const sorting = document.querySelector<HTMLElement>('[data-keys]');
const hint = document.querySelector<HTMLElement>('[data-keys-hint]');

/** The keys are told of while they do something. */
if (sorting && hint) {
  const show = () => {
    hint.hidden = !sorting.contains(document.activeElement);
  };
  sorting.addEventListener('focusin', show);
  sorting.addEventListener('focusout', () => queueMicrotask(show));
  show();
}

/** While the focus is among the categories, a key presses the button, or follows the link, that names it. Without this script a click does. */
sorting?.addEventListener('keydown', (event) => {
  if (!(event instanceof KeyboardEvent) || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const named = [...document.querySelectorAll<HTMLElement>('[data-key]')].find(({ dataset }) => dataset.key === event.key.toLowerCase());
  if (!named) return;
  event.preventDefault();
  named.click();
});
