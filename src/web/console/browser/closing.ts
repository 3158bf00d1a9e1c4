import { reconcile } from '../../../fund/paper/reconcile.ts';

/**
 * Checks the count at a table's closing while it is typed, and does not let it be closed while marks on this device are not in: they would be refused.
 * Without it the server says what does not agree.
 */
const form = document.querySelector<HTMLFormElement>('[data-received]');
if (form) {
  form.addEventListener('input', () => check(form));
  for (const event of ['pageshow', 'storage']) addEventListener(event, () => holdBack(form));
}

function holdBack(form: HTMLFormElement): void {
  const kept: readonly { readonly refused?: string }[] = JSON.parse(localStorage.getItem(`marks ${form.dataset.marks}`) ?? '[]');
  const isUnsent = kept.some(({ refused }) => refused === undefined);
  const told = form.querySelector<HTMLElement>('[data-unsent]');
  const button = form.querySelector('button');
  if (told) told.hidden = !isUnsent;
  if (button) button.disabled = isUnsent;
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
