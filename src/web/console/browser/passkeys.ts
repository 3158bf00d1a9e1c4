import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser';

/** Forms that a passkey answers: `data-passkey` says which kind, `data-offer` where the question comes from, `data-failed` what is said if nothing came of it. */
if (browserSupportsWebAuthn()) for (const form of document.querySelectorAll<HTMLFormElement>('form[data-passkey]')) offer(form);

function offer(form: HTMLFormElement): void {
  form.hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void answer(form);
  });
}

async function answer(form: HTMLFormElement): Promise<void> {
  const told = form.querySelector('[role="status"]');
  const field = form.elements.namedItem('answer');
  if (!told || !(field instanceof HTMLInputElement)) return;
  told.textContent = '';
  try {
    const asked = await fetch(form.dataset.offer ?? '', { method: 'POST' });
    if (!asked.ok) throw new Error(String(asked.status));
    const optionsJSON = await asked.json();
    const given = form.dataset.passkey === 'add' ? await startRegistration({ optionsJSON }) : await startAuthentication({ optionsJSON });
    field.value = JSON.stringify(given);
    form.submit();
  } catch {
    told.textContent = form.dataset.failed ?? ''; // the reader did not want to, or the device has no passkey for this page
  }
}
