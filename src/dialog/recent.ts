import type { Inbound } from './inbound.ts';
import type { Reply } from './question.ts';

/** What came from an address lately, so that a delivery that comes again does nothing. */
export interface Recent {
  /** Every delivery of the last 24 hours, of further steps (keys in a call) the last `STEPS`: the key's first 16 characters, the second it came in, and whether it is of no account for a flood. */
  readonly seen: readonly (readonly [key: string, second: number, isContinued?: true])[];
  /** No answers before this second: more than thirty messages came in ten minutes. */
  readonly silentUntil?: number;
}

/** What was answered to a delivery. */
export interface Answered extends Kept {
  readonly key: string;
}

/** An answer as it is kept, so that the same delivery gets the same. Never what was picked: the picks are in the ledger under the turn's key. */
export interface Kept {
  /** The turn that gave this answer first, where this one only said it again: the picks are found under its key. */
  readonly first?: string;
  /** It was kept while its ballot was still under way: it holds only where that is in the ledger. */
  readonly casts?: true;
  readonly reply: Reply;
  readonly language: string;
}

const DAY = 24 * 60 * 60;
/** A call knows by itself which of its steps are past. */
const STEPS = 200;
const MOST = 30;
const WITHIN = 10 * 60;
const SILENCE = 60 * 60;

export const NOTHING_YET: Recent = { seen: [] };

/** Whether this delivery was taken before. */
export function seenBefore(recent: Recent, key: string): boolean {
  return recent.seen.some(([seen]) => seen === short(key));
}

/** Whether this address has sent too much: `notice` is said once, then nothing for an hour. */
export function tooMany(recent: Recent, at: Date): 'notice' | 'silent' | undefined {
  const second = seconds(at);
  if (recent.silentUntil && second < recent.silentUntil) return 'silent';
  const lately = recent.seen.filter(([, when, isContinued]) => !isContinued && when > second - WITHIN).length;
  return lately >= MOST ? 'notice' : undefined;
}

/** Whether whose address it is has said nothing here yet: what came belongs to a call of theirs that was cut off. */
export function onlySteps({ seen }: Recent): boolean {
  return seen.length > 0 && seen.every(([, , isContinued]) => isContinued);
}

/** With this delivery added. */
export function remember(recent: Recent, { key, at, isContinued }: Pick<Inbound, 'key' | 'at' | 'isContinued'>, silenced: boolean): Recent {
  const second = seconds(at);
  const silentUntil = silenced ? second + SILENCE : recent.silentUntil;
  const before = recent.seen.filter(([, when]) => when > second - DAY);
  return {
    seen: [...(isContinued ? withoutOldSteps(before) : before), isContinued ? [short(key), second, true] : [short(key), second]],
    ...(silentUntil && silentUntil > second && { silentUntil }),
  };
}

/** An answer as it may be kept. */
export function withoutPicks({ reply: { says, asks, ...reply }, ...answered }: Kept): Kept {
  const strip = <Said extends Reply['says'][number]>(said: Said): Said =>
    said.params?.picks ? { ...said, params: { ...said.params, picks: null } } : said;
  return { ...answered, reply: { ...reply, says: says.map(strip), ...(asks && { asks: strip(asks) }) } };
}

/** Room for one more. */
function withoutOldSteps(seen: Recent['seen']): Recent['seen'] {
  const steps = seen.filter(([, , isContinued]) => isContinued).length;
  const oldest = steps < STEPS ? -1 : seen.findIndex(([, , isContinued]) => isContinued);
  return oldest < 0 ? seen : seen.toSpliced(oldest, 1);
}

function short(key: string): string {
  return key.slice(0, 16);
}

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
