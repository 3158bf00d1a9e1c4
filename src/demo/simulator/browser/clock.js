import { element, find } from './element.js';
import { say } from './words.js';

/** @typedef {import('../clockRoutes.ts').ClockTold} ClockTold */

const ADDRESS = '/simulator/clock';
const HOUR = 60 * 60 * 1_000;
/** The time between two steps of a cycle that is played: long enough to see what arrived. Milliseconds. */
const STEP_MS = 4_000;

/**
 * The demo's time. It is moved ahead by hand, or from one event to the next until there are no more.
 * @param {HTMLElement} place
 * @returns {(told: ClockTold) => void} to be called with what the clock shows
 */
export function clock(place) {
  const time = find(place, 'time', HTMLTimeElement);
  const next = find(place, '.next', HTMLElement);
  const leap = find(place, '.leap', HTMLButtonElement);
  const play = find(place, '.play', HTMLButtonElement);
  const problem = find(place, '.problem', HTMLElement);
  /** @type {ClockTold | undefined} */
  let told;
  /** This window's own clock when it was notified of the time. */
  let toldAt = 0;
  let isPlaying = false;
  let isMoving = false;

  leap.addEventListener('click', () => void step());
  play.addEventListener('click', () => {
    isPlaying = !isPlaying;
    showPlay();
    if (isPlaying) void playOn();
  });
  for (const button of place.querySelectorAll('[data-hours]'))
    if (button instanceof HTMLElement) button.addEventListener('click', () => void move(new Date(shown() + Number(button.dataset.hours) * HOUR)));
  setInterval(showTime, 1_000);
  void read();
  addEventListener('focus', () => void read()); // what is done in the console may be told before what stands here
  return show;

  async function read() {
    const response = await fetch(ADDRESS);
    if (response.ok) show(await response.json());
  }

  async function step() {
    try {
      await read();
    } catch {
      return failed();
    }
    if (told?.next) await move(new Date(told.next.at));
  }

  async function playOn() {
    while (isPlaying && told?.next) {
      await step();
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    }
    isPlaying = false;
    showPlay();
  }

  /** @param {Date} to */
  async function move(to) {
    if (isMoving) return;
    isMoving = true;
    problem.textContent = '';
    try {
      const response = await fetch(ADDRESS, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ to: to.toISOString() }),
      });
      if (!response.ok) throw new Error(`answered ${response.status}`);
      show(await response.json());
    } catch {
      failed();
    }
    isMoving = false;
  }

  function failed() {
    isPlaying = false;
    showPlay();
    problem.textContent = say('clock.failed');
  }

  /** @param {ClockTold} now */
  function show(now) {
    told = now;
    toldAt = performance.now();
    showTime();
    next.textContent = now.next
      ? say('clock.next', { what: say(`clock.what.${now.next.what}`), at: written(new Date(now.next.at)) })
      : say('clock.nothing');
    leap.disabled = !now.next;
    play.disabled = !now.next && !isPlaying;
  }

  function showTime() {
    if (!told) return;
    const now = new Date(shown());
    time.dateTime = now.toISOString();
    time.replaceChildren(element('b', {}, written(now)));
  }

  function showPlay() {
    play.textContent = say(isPlaying ? 'clock.pause' : 'clock.play');
    play.disabled = !told?.next && !isPlaying;
  }

  function shown() {
    return told ? new Date(told.now).getTime() + performance.now() - toldAt : 0;
  }

  /** @param {Date} at */
  function written(at) {
    return new Intl.DateTimeFormat(document.documentElement.lang, {
      timeZone: told?.timezone ?? 'UTC',
      year: 'numeric',
      month: 'long',
      day: 'numeric',
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }).format(at);
  }
}
