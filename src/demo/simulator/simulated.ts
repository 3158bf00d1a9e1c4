import { Entry, placesOf, turnout } from '../../fund/ballots/index.ts';
import { currentCycle } from '../../fund/cycles/index.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';

/** A message that went to or from a played phone or chat. */
export interface SimulatedMessage {
  /** The same message has the same id, however often it is sent to the page. */
  readonly id: string;
  /** E.164, or the chat's openid. */
  readonly phone: string;
  /**
   * `sent` or `spoken` by a person, the `answer` to that, or `started` by the service itself. In a chat also a `menu` to tap, and what a person did:
   * `followed`, `left`, `clicked`.
   */
  readonly kind: 'sent' | 'spoken' | 'answer' | 'started' | 'menu' | 'followed' | 'left' | 'clicked';
  readonly text: string;
  /** Only of an SMS. */
  readonly characters?: number;
  /** The number of messages for which a carrier bills an SMS. */
  readonly segments?: number;
  /** The items that can be tapped. */
  readonly items?: readonly { readonly id: string; readonly content: string }[];
}

/** A call after a step. */
export interface CallNow {
  /** The words that were said since the step before. */
  readonly heard: readonly { readonly text: string; readonly seconds: number; readonly language?: string }[];
  readonly waitsFor: 'keys' | 'recording' | 'nothing';
  /** How the keys of an answer end, besides a pause of so many seconds; absent if the line waits for none. */
  readonly entry?: { readonly finishOnKey: string; readonly numDigits?: number; readonly timeout: number } | undefined;
  /** Words may be said in the place of keys. */
  readonly hears: boolean;
  /** What a machine wrote down of what was said; empty if nothing. Absent after another step. */
  readonly said?: string;
  /** How it ended, once it is over. */
  readonly status: string;
  /** The person to whom it was connected. */
  readonly connectedTo: readonly string[];
}

/** The ledger as the demo's operator sees it grow, without voters and picks. */
export interface LedgerNow {
  readonly cycle: string;
  readonly voters: number;
  readonly residents: number;
  /** The last entries, in the ledger's order. */
  readonly entries: readonly LedgerLine[];
}

export interface LedgerLine {
  readonly seq: number;
  /** Day of the entry, `YYYY-MM-DD`. */
  readonly at: string;
  /** Absent in the seal. */
  readonly commitment?: string;
  readonly hash: string;
  /** Ten digits; absent in the seal and in a voided ballot. */
  readonly receipt?: string;
}

/** The largest number of entries that are shown. */
const MAX_SHOWN = 30;

/** A community's ledger at this moment; null if no cycle has begun. The turnout may be 5 s old. */
export async function ledgerNow(world: World, community: string): Promise<LedgerNow | null> {
  const current = currentCycle(world);
  const turnoutOf = turnout(world);
  const cycle = await current(community, world.now());
  if (!cycle) return null;
  const [{ voters, residents }, entries] = await Promise.all([turnoutOf(cycle._id), lastLines(cycle._id)]);
  return { cycle: cycle._id, voters, residents, entries };
}

async function lastLines(cycle: string): Promise<LedgerLine[]> {
  const found = await collection(Entry)
    .find(placesOf(cycle), { projection: { at: 1, commitment: 1, hash: 1, receipt: 1 }, readConcern: { level: 'majority' } })
    .sort({ _id: -1 })
    .limit(MAX_SHOWN)
    .toArray();
  return found.reverse().map(({ _id: { seq }, at, commitment, hash, receipt }) => ({ seq, at, commitment, hash, receipt }));
}
