import { element, find } from './element.js';
import { say } from './words.js';

/** @typedef {import('../simulated.ts').LedgerNow} LedgerNow */
/** @typedef {import('../simulated.ts').LedgerLine} LedgerLine */

/** How many characters of a hash are shown. */
const SHORT = 8;

/**
 * Shows the ledger as it grows: new entries are marked and moved into sight.
 * @param {Document} page
 * @returns {(now: LedgerNow) => void}
 */
export function ledger(page) {
  const turnout = find(page, '#turnout', HTMLElement);
  const share = find(page, '#share', HTMLProgressElement);
  const entries = find(page, '#entries', HTMLElement);
  let last = -1;
  return ({ voters, residents, entries: lines }) => {
    turnout.textContent = say('ledger.turnout', { voters, residents });
    share.max = Math.max(1, residents);
    share.value = voters;
    const shown = lines.map((line) => entryOf(line, last >= 0 && line.seq > last));
    entries.replaceChildren(...(shown.length > 0 ? shown : [element('li', { class: 'empty' }, say('ledger.empty'))]));
    entries.scrollLeft = entries.scrollWidth;
    last = lines.at(-1)?.seq ?? 0;
  };
}

/**
 * @param {LedgerLine} line
 * @param {boolean} isNew
 */
function entryOf({ seq, at, commitment, hash, receipt }, isNew) {
  return element(
    'li',
    { class: isNew ? 'new' : '' },
    element('b', {}, say('ledger.entry', { seq })),
    ...(commitment ? [pair('commitment', `${commitment.slice(0, SHORT)}…`)] : [element('p', {}, say('ledger.sealed'))]),
    ...(receipt ? [pair('receipt', receipt.replace(/^(\d{3})(\d{3})/, '$1 $2 '))] : []),
    pair('day', at),
    pair('hash', `${hash.slice(0, SHORT)}…`),
  );
}

/**
 * @param {string} key
 * @param {string} value
 */
function pair(key, value) {
  return element('p', {}, `${say(`ledger.${key}`)} `, element('span', {}, value));
}
