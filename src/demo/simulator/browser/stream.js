/** @typedef {import('../simulated.ts').SimulatedMessage} SimulatedMessage */
/** @typedef {import('../simulated.ts').LedgerNow} LedgerNow */
/** @typedef {import('../clockRoutes.ts').ClockTold} ClockTold */

/** How long to wait if the browser itself gives up, in milliseconds. */
const AGAIN_MS = 3_000;

/**
 * Listens to the server's events for as long as the page is open. After a break the last texts are sent again.
 * @param {string} address
 * @param {{
 *   isOpen(isOpen: boolean): void,
 *   past(texts: SimulatedMessage[]): void,
 *   text(text: SimulatedMessage): void,
 *   ledger(now: LedgerNow): void,
 *   clock(now: ClockTold): void,
 * }} to
 */
export function stream(address, to) {
  const source = new EventSource(address);
  source.addEventListener('open', () => to.isOpen(true));
  source.addEventListener('past', ({ data }) => to.past(JSON.parse(data)));
  source.addEventListener('text', ({ data }) => to.text(JSON.parse(data)));
  source.addEventListener('ledger', ({ data }) => to.ledger(JSON.parse(data)));
  source.addEventListener('clock', ({ data }) => to.clock(JSON.parse(data)));
  source.addEventListener('error', () => {
    to.isOpen(false);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => stream(address, to), AGAIN_MS);
  });
}
