import { reconcile } from '../../../fund/paper/reconcile.ts';

/** Checks the count at a table's closing while it is typed, and tells of marks on this device that are not in. Without it the server says what does not agree. */
const form = document.querySelector<HTMLFormElement>('[data-received]');
if (form) {
  form.addEventListener('input', () => check(form));
  const kept: readonly unknown[] = JSON.parse(localStorage.getItem(`marks ${form.dataset.marks}`) ?? '[]');
  const unsent = form.querySelector<HTMLElement>('[data-unsent]');
  if (unsent) unsent.hidden = kept.length === 0;
}

function check(form: HTMLFormElement): void {
  const { received, marked, agrees, slips: lacking, marksDiffer } = form.dataset;
  const told = form.querySelector<HTMLElement>('[data-check]');
  const typed = ['handedOut', 'spoiled', 'left'].map((name) => form.querySelector<HTMLInputElement>(`[name=${name}]`)?.value ?? '');
  if (!told || typed.some((count) => !/^\d+$/.test(count))) return;
  const [handedOut = 0, spoiled = 0, left = 0] = typed.map(Number);
  const { slips, marks } = reconcile(Number(received), Number(marked), { handedOut, spoiled, left });
  const wrong = [...(slips === 0 ? [] : [`${lacking} ${slips}`]), ...(marks === 0 ? [] : [`${marksDiffer} ${marks}`])];
  told.textContent = wrong.length > 0 ? wrong.join(' · ') : (agrees ?? '');
  told.className = wrong.length > 0 ? 'mistake' : '';
}
