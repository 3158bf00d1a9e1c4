/** A box in the table's head that ticks all rows of the page. Without this script the links above the table do it. */
const head = document.querySelector('.list thead .tick');
const label = document.querySelector<HTMLElement>('.ticks')?.dataset.all;
const boxes = [...document.querySelectorAll<HTMLInputElement>('input[name="tick"]')];
if (head && label && boxes.some(({ disabled }) => !disabled)) head.append(box(label));

function box(label: string): HTMLInputElement {
  const all = document.createElement('input');
  all.type = 'checkbox';
  all.setAttribute('aria-label', label);
  all.addEventListener('change', () => {
    for (const each of boxes) each.checked = all.checked;
  });
  const show = () => {
    const ticked = boxes.filter(({ checked }) => checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  for (const each of boxes) each.addEventListener('change', show);
  show();
  return all;
}
