import { digitsTyped, isCard, serialIn } from '../../../fund/people/checkDigit.ts';
import { scanCodes } from './scanCodes.ts';

/**
 * Handing in at a table: a scanner's Enter, or the camera, leads from the card to the slip and marks it. A mark is kept on the device until the service
 * has answered, and sent again until then; the page tells which are not in yet. What is mistyped is refused on the device, while its voter is there.
 * Without it the form works as it is.
 */

interface Kept {
  readonly id: string;
  /** When it was handed in, by the device's clock. */
  readonly at: number;
  readonly form: Readonly<Record<string, string>>;
  /** The card, or the name, of the person who handed it in, for the helpers. */
  readonly who: string;
  /** The service's answer, if it refused the mark: somebody has to look at it. */
  readonly refused?: string;
}

const form = document.querySelector<HTMLFormElement>('[data-marks]');
const told = document.querySelector<HTMLElement>('[data-told]');
const list = document.querySelector<HTMLElement>('[data-unsent]');
if (form) atTable(form);

function atTable(form: HTMLFormElement): void {
  const place = `marks ${form.dataset.marks}`;
  const words: Readonly<Record<string, string>> = JSON.parse(form.dataset.words ?? '{}');
  const field = (name: string) => form.querySelector<HTMLInputElement>(`[name=${name}]`);
  const second = form.querySelector<HTMLSelectElement>('[name=other]');
  let isSending = false;
  form.noValidate = true;
  if (second) remembered(second, `second ${form.dataset.marks}`);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const { q: _, ...typed } = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
    if (!typed.other) return say(words.noOther, 'other');
    const chosen = form.querySelector<HTMLInputElement>('[name=resident]:checked');
    if (chosen && typed.name) {
      chosen.checked = false;
      return say(words['wrong.twoPersons'], 'name');
    }
    if (!typed.card && !chosen && !typed.name) return field('card') ? field('card')?.focus() : say(words['wrong.noPerson'], 'resident');
    if (typed.card && !isCard(digitsTyped(typed.card))) return say(words['wrong.card'], 'card');
    if (!typed.serial) return say('', 'serial');
    const serial = serialIn(typed.serial);
    if (!serial) return say(words['wrong.serial'], 'serial');
    const isKept = kept().some(({ form: { serial: own = '' }, refused }) => refused === undefined && digitsTyped(own) === serial);
    if (isKept) return say(words['wrong.usedSerial'], 'serial');
    const who = typed.card || typed.name || chosen?.closest('label')?.textContent?.trim() || '';
    keep([...kept(), { id: newId(), form: typed, who, at: Date.now() }]);
    for (const name of ['card', 'serial', 'name', 'building', 'phone']) {
      const input = field(name);
      if (input) input.value = '';
    }
    for (const radio of form.querySelectorAll<HTMLInputElement>('[name=resident]')) radio.checked = false;
    field('card')?.focus();
    void send().then(() => {
      const isIn = kept().length === 0;
      if (isIn && !field('card')) location.assign(location.pathname); // who was found by name is done: on to the next card
    });
  });
  setInterval(() => void send(), 5_000);
  addEventListener('online', () => void send());
  scanInto(form);
  show();
  void send();

  /** One after the other, in the order in which they were handed in. */
  async function send(): Promise<void> {
    if (isSending) return;
    isSending = true;
    let isAnyIn = false;
    try {
      for (const mark of kept().filter(({ refused }) => refused === undefined)) {
        const body = new URLSearchParams({ ...mark.form, id: mark.id, ago: String(Date.now() - mark.at) });
        const response = await fetch(form.action, { method: 'POST', body, headers: { accept: 'application/json' } });
        if (response.redirected || response.status === 401 || response.status === 403) return say(words.signIn);
        if (!response.ok) return;
        const { done, text }: { done: boolean; text: string } = await response.json();
        const others = kept().filter(({ id }) => id !== mark.id);
        keep(done ? others : [...others, { ...mark, refused: text }]);
        isAnyIn ||= done;
        say(text);
      }
      if (isAnyIn) await renewLately();
    } catch {
      // No connection: what is kept stays, the list says so, and it is tried again.
    } finally {
      isSending = false;
      show();
    }
  }

  /** The last marks, each with its button to take it back, as the page would show them now. */
  async function renewLately(): Promise<void> {
    const answer = await fetch(location.pathname);
    const now = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-lately]');
    if (now) document.querySelector('[data-lately]')?.replaceWith(now);
  }

  function say(text: string | undefined, focus?: string): void {
    if (told) told.textContent = text ?? '';
    if (!focus) return;
    const input = form.querySelector<HTMLElement>(`[name=${focus}]`);
    input?.focus();
    if (input instanceof HTMLInputElement) input.select(); // what is scanned now replaces it
  }

  function kept(): readonly Kept[] {
    return JSON.parse(localStorage.getItem(place) ?? '[]');
  }

  function keep(marks: readonly Kept[]): void {
    if (marks.length > 0) localStorage.setItem(place, JSON.stringify(marks));
    else localStorage.removeItem(place);
    show();
  }

  function show(): void {
    list?.replaceChildren(
      ...kept().map(({ id, form: { serial = '' }, who, refused }) => {
        const item = document.createElement('li');
        if (refused !== undefined) item.className = 'mistake';
        item.textContent = `${serial} · ${who} · ${refused ?? words.unsent ?? ''} `;
        if (refused === undefined) return item;
        const drop = document.createElement('button');
        drop.type = 'button';
        drop.textContent = words.drop ?? '';
        drop.addEventListener('click', () => keep(kept().filter((one) => one.id !== id)));
        item.append(drop);
        return item;
      }),
    );
  }
}

/** The second person stays chosen on this device. */
function remembered(second: HTMLSelectElement, place: string): void {
  if (second.value === '') second.value = localStorage.getItem(place) ?? '';
  if (second.selectedIndex < 0) second.value = '';
  second.addEventListener('change', () => localStorage.setItem(place, second.value));
}

function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A code that was out of the picture for so long is shown anew. */
const GONE_MS = 2_000;

/** The camera, where the browser reads codes: nine digits are a card, eight a slip; with both it is marked. */
function scanInto(form: HTMLFormElement): void {
  const seenAt = new Map<string, number>();
  scanCodes(form, 'environment', (codes) => {
    const now = performance.now();
    for (const [code, at] of seenAt) if (now - at > GONE_MS) seenAt.delete(code);
    for (const code of codes) {
      const isNew = !seenAt.has(code);
      seenAt.set(code, now);
      const digits = /(?<!\d)\d{8,9}(?!\d)/.exec(code)?.[0] ?? '';
      const field = form.querySelector<HTMLInputElement>(digits.length === 9 ? '[name=card]' : '[name=serial]');
      if (!isNew || !digits || !field) continue;
      field.value = digits;
      form.requestSubmit();
    }
  });
}
