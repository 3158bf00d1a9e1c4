import { digitsTyped, isCard, serialIn } from '../../../fund/people/checkDigit.ts';
import { keptMarks } from './keptMarks.ts';
import { scanCodes } from './scanCodes.ts';
import { sound } from './sound.ts';

/**
 * Handing in at a table: a card, then its holder's name, then the slip. A scanner's Enter, or the camera, leads on. Whatever is refused, and what was left
 * alone, begins anew with the card, so that no slip is marked for the next person. What is mistyped is refused on the device, while its voter is there.
 * Without it the form works as it is.
 */

/** So long of nothing, and the person who was there is gone. */
const ALONE_MS = 20_000;
/** For the name of a card's holder; without a connection its digits are shown. */
const TIMEOUT_MS = 4_000;
/** A code that was out of the picture for so long is shown anew. */
const GONE_MS = 2_000;

const form = document.querySelector<HTMLFormElement>('[data-marks]');
if (form) atTable(form);

function atTable(form: HTMLFormElement): void {
  const words: Readonly<Record<string, string>> = JSON.parse(form.dataset.words ?? '{}');
  const told = document.querySelector<HTMLElement>('[data-told]');
  const second = form.querySelector<HTMLSelectElement>('[name=other]');
  const part = (name: string) => form.querySelector<HTMLElement>(`[data-${name}]`);
  const field = (name: string) => form.querySelector<HTMLInputElement>(`input[name=${name}]`);
  const [shownName, shownBuilding] = [part('name'), part('building')];
  const marks = keptMarks(form, words, say);
  let isLooking = false;
  /** Whose turn it is: an answer about somebody who is gone is dropped. */
  let turn = 0;
  let lastSerial = '';
  let alone: number | undefined;

  form.noValidate = true;
  if (second) remembered(second, `second ${form.dataset.marks}`);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    took(field(isPersonShown() ? 'serial' : 'card')?.value ?? '');
  });
  form.addEventListener('input', stay);
  part('anew')?.addEventListener('click', (event) => {
    event.preventDefault();
    anew();
    say('', '');
  });
  addEventListener('pageshow', ({ persisted }) => persisted && anew());
  if (isPersonShown()) stay();
  else anew();
  scanInto(form);

  function isPersonShown(): boolean {
    return part('person')?.hidden === false;
  }

  /** What was typed or scanned: a card begins a person's turn, a slip ends it. */
  function took(text: string): void {
    if (isLooking) return;
    const digits = digitsTyped(text);
    const isShown = isPersonShown();
    const isTwice = digits === (isShown ? field('card')?.value : lastSerial);
    if (!second?.value) {
      say('bad', words.noOther);
      second?.focus();
    } else if (digits === '' || isTwice) wait();
    else if (isCard(digits)) void show(digits);
    else if (isShown) handedIn(serialIn(digits));
    else refuse(serialIn(digits) ? words.cardFirst : words['wrong.card']);
  }

  /** Empty, for what is scanned next. */
  function wait(): void {
    const input = field(isPersonShown() ? 'serial' : 'card');
    if (input) input.value = '';
    input?.focus();
  }

  /** The holder of a card, large; then the slip. */
  async function show(card: string): Promise<void> {
    anew();
    const mine = turn;
    isLooking = true;
    say('', words.looking);
    document.querySelector<HTMLElement>(':focus')?.blur(); // what is scanned before the name is seen goes nowhere
    const found = await holderOf(card);
    isLooking = false;
    if (mine !== turn) return;
    if (found && 'text' in found) {
      refuse(found.text);
      return;
    }
    const input = { card: field('card'), resident: field('resident') };
    if (input.card) input.card.value = card;
    if (input.resident) input.resident.value = found?.resident ?? '';
    if (shownName) shownName.textContent = found?.name ?? card.replace(/(\d{3})(?=\d)/g, '$1 ');
    if (shownBuilding) shownBuilding.textContent = found?.building ?? '';
    turnTo('person');
    say('', found ? '' : words.offline);
    stay();
  }

  async function holderOf(card: string): Promise<{ resident: string; name: string; building?: string } | { text: string } | undefined> {
    try {
      const body = new URLSearchParams({ card });
      const answer = await fetch(form.dataset.who ?? '', {
        method: 'POST',
        body,
        headers: { accept: 'application/json' },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (answer.redirected || answer.status === 401 || answer.status === 403) return { text: words.signIn ?? '' };
      return answer.ok ? await answer.json() : undefined;
    } catch {
      return undefined; // no connection: the mark is kept, and sent later
    }
  }

  function handedIn(serial: string | undefined): void {
    const wrong = serial === undefined ? 'wrong.serial' : marks.has(serial) ? 'wrong.usedSerial' : undefined;
    if (serial === undefined || wrong) {
      refuse(words[wrong ?? '']);
      return;
    }
    const typed = [...new FormData(form)].map(([name, value]) => [name, String(value).trim()] as const).filter(([, value]) => value !== '');
    const given = { ...Object.fromEntries(typed), serial };
    const who = [shownName, shownBuilding].map((element) => element?.textContent?.trim()).join(' ');
    lastSerial = serial;
    anew();
    document.querySelector('[data-found]')?.remove();
    marks.keep(given, who.trim());
  }

  function refuse(text: string | undefined): void {
    anew();
    say('bad', text);
  }

  /** On to the next card; nothing stays of who was there. */
  function anew(): void {
    turn += 1;
    for (const name of ['card', 'serial', 'resident', 'name', 'building', 'phone']) {
      const input = field(name);
      if (input) input.value = '';
    }
    turnTo('card');
    clearTimeout(alone);
  }

  function turnTo(now: 'card' | 'person'): void {
    for (const [name, of] of [
      ['at-card', 'card'],
      ['person', 'person'],
    ] as const) {
      const element = part(name);
      if (element) element.hidden = of !== now;
    }
    wait();
  }

  function stay(): void {
    clearTimeout(alone);
    alone = window.setTimeout(() => {
      anew();
      say('', words.leftAlone);
    }, ALONE_MS);
  }

  /** One sentence in green or red, with a tone, and what it is about. */
  function say(kind: 'good' | 'bad' | '', text: string | undefined, about = ''): void {
    if (!told) return;
    told.className = kind ? `told ${kind}` : 'told';
    const [line, more] = [document.createElement('b'), document.createElement('span')];
    line.textContent = text ?? '';
    more.textContent = about;
    told.replaceChildren(line, ...(about ? [' ', more] : []));
    if (kind) sound(kind);
  }

  /** The camera, where there is one. A slip counts only if it came into the picture after its person was shown: one that lay there is another's. */
  function scanInto(form: HTMLFormElement): void {
    const seenAt = new Map<string, number>();
    scanCodes(form, 'environment', (codes) => {
      const now = performance.now();
      for (const [code, at] of seenAt) if (now - at > GONE_MS) seenAt.delete(code);
      const fresh = codes.filter((code) => !seenAt.has(code)).flatMap((code) => /(?<!\d)\d{8,9}(?!\d)/.exec(code)?.[0] ?? []);
      for (const code of codes) seenAt.set(code, now);
      const first = fresh.find((digits) => digits.length === 9) ?? fresh[0];
      if (first) took(first);
    });
  }
}

/** The second person stays chosen on this device. */
function remembered(second: HTMLSelectElement, place: string): void {
  if (second.value === '') second.value = localStorage.getItem(place) ?? '';
  if (second.selectedIndex < 0) second.value = '';
  second.addEventListener('change', () => localStorage.setItem(place, second.value));
}
