/** A project's row is dragged to another place, and the ballot gets that order. Without it two buttons in each row move it by one. */
const form = document.querySelector<HTMLFormElement>('form[data-order]');
const rows = [...document.querySelectorAll<HTMLTableRowElement>('tr[data-number]')];
if (form && rows.length > 1) for (const row of rows) mayMove(row, form);

let moved: HTMLTableRowElement | undefined;

function mayMove(row: HTMLTableRowElement, form: HTMLFormElement): void {
  row.draggable = true;
  row.addEventListener('dragstart', (event) => {
    moved = row;
    row.classList.add('moved');
    event.dataTransfer?.setData('text/plain', row.dataset.number ?? '');
  });
  row.addEventListener('dragover', (event) => {
    if (!moved || moved === row) return;
    event.preventDefault();
    const { top, height } = row.getBoundingClientRect();
    if (event.clientY < top + height / 2) row.before(moved);
    else row.after(moved);
  });
  row.addEventListener('drop', (event) => event.preventDefault());
  row.addEventListener('dragend', () => {
    moved?.classList.remove('moved');
    moved = undefined;
    const order = [...document.querySelectorAll<HTMLTableRowElement>('tr[data-number]')].map(({ dataset }) => dataset.number).join(' ');
    const field = form.elements.namedItem('order');
    if (!(field instanceof HTMLInputElement) || field.value === order) return;
    field.value = order;
    form.submit();
  });
}
