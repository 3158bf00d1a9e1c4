import { scanCodes } from './scanCodes.ts';

/**
 * A hall's tablet: reads aloud, takes the keys of its pad, scans a card where the browser can, lets nobody pick more than may be, and is back at the
 * start after a while of nothing. Without it the pages work as forms.
 */

type Line = { readonly sounds: readonly string[] } | { readonly text: string; readonly language: string };

const { start = '', idle = '30', says = '[]' } = document.body.dataset;
const IDLE_MS = Number(idle) * 1_000;
/** So long before the end it asks whether somebody is there. */
const ASK_MS = 10_000;

/* Reading aloud. */

let reading = 0;

async function read(lines: readonly Line[]): Promise<void> {
  reading += 1;
  const own = reading;
  speechSynthesis?.cancel();
  sound?.pause();
  for (const line of lines) {
    if ('sounds' in line) for (const source of line.sounds) own === reading && (await play(source));
    else if (own === reading) await speak(line);
  }
}

let sound: HTMLAudioElement | undefined;

function play(source: string): Promise<void> {
  return new Promise((resolve) => {
    sound = new Audio(source);
    for (const event of ['ended', 'error', 'pause']) sound.addEventListener(event, () => resolve());
    sound.play().catch(() => resolve()); // a browser that has not been touched yet stays silent
  });
}

function speak({ text, language }: { readonly text: string; readonly language: string }): Promise<void> {
  return new Promise((resolve) => {
    if (!('speechSynthesis' in window)) return resolve();
    const said = new SpeechSynthesisUtterance(text);
    said.lang = language;
    said.rate = 0.9;
    for (const event of ['end', 'error']) said.addEventListener(event, () => resolve());
    speechSynthesis.speak(said);
  });
}

function linesIn(json: string | undefined): readonly Line[] {
  return JSON.parse(json || '[]');
}

for (const button of document.querySelectorAll<HTMLButtonElement>('[data-heard]')) {
  if (button.dataset.heard === '[]') continue;
  button.hidden = false;
  button.addEventListener('click', () => void read(linesIn(button.dataset.heard)));
}
void read(linesIn(says));

/* The pad. */

const pad = document.querySelector<HTMLFormElement>('.pad');
const card = pad?.querySelector<HTMLInputElement>('[name=card]');
if (pad && card) {
  card.focus();
  for (const key of pad.querySelectorAll<HTMLButtonElement>('[data-key]'))
    key.addEventListener('click', (event) => {
      event.preventDefault();
      const digits = card.value.replace(/\D/g, '');
      card.value = key.dataset.key === 'back' ? digits.slice(0, -1) : (digits + key.dataset.key).slice(0, 9);
    });
  scanInto(pad, card);
}

/** Reads the code on a card with the camera, where the browser can: its nine digits are typed. */
function scanInto(form: HTMLFormElement, field: HTMLInputElement): void {
  scanCodes(form, 'user', (codes, stop) => {
    const digits = codes.map((code) => /(?<!\d)\d{9}(?!\d)/.exec(code)?.[0]).find((each) => each !== undefined);
    if (!digits) return;
    stop();
    field.value = digits;
    form.requestSubmit(form.querySelector<HTMLButtonElement>('.go'));
  });
}

/* The ballot. */

const ballot = document.querySelector<HTMLFormElement>('[data-max]');
ballot?.addEventListener('change', ({ target }) => {
  if (!(target instanceof HTMLInputElement)) return;
  const wrong = ballot.querySelector<HTMLElement>('[data-wrong]');
  const isTooMany = ballot.querySelectorAll(':checked').length > Number(ballot.dataset.max);
  if (isTooMany) target.checked = false;
  if (wrong) {
    wrong.hidden = !isTooMany;
    wrong.textContent = isTooMany ? (ballot.dataset.tooManyText ?? '') : '';
  }
  const own = target.closest('li')?.querySelector<HTMLElement>('[data-heard]');
  if (isTooMany) void read(linesIn(ballot.dataset.tooMany));
  else if (target.checked) void read(linesIn(own?.dataset.heard));
});

/* Nothing for a while. */

const still = document.querySelector<HTMLElement>('.still');
const isStart = pad !== null;
let asking: ReturnType<typeof setTimeout> | undefined;
let leaving: ReturnType<typeof setTimeout> | undefined;

function touched(): void {
  clearTimeout(asking);
  clearTimeout(leaving);
  if (still) still.hidden = true;
  if (!isStart) asking = setTimeout(ask, IDLE_MS - ASK_MS);
  leaving = setTimeout(() => location.replace(start), IDLE_MS);
  if (isStart) asking = setTimeout(forget, CARD_MS);
}

/** Digits that somebody typed and left. */
const CARD_MS = 30_000;

function forget(): void {
  if (card) card.value = '';
}

function ask(): void {
  if (still) still.hidden = false;
  still?.querySelector('button')?.focus();
}

for (const event of ['pointerdown', 'keydown']) addEventListener(event, touched);
/** A page that a browser shows again from its memory belongs to somebody who is gone. */
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.replace(start);
});
touched();
