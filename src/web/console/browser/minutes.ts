/** While minutes are written: all who are there by one button. Without it each is ticked. */
const roll = document.querySelector<HTMLElement>('.roll');
const boxes = [...(roll?.querySelectorAll<HTMLInputElement>('input[type="checkbox"]:not([disabled])') ?? [])];
if (roll && boxes.length > 1) roll.before(everybody(roll.dataset.all ?? ''));

function everybody(words: string): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet';
  button.textContent = words;
  button.addEventListener('click', () => {
    for (const box of boxes) box.checked = true;
  });
  return button;
}
