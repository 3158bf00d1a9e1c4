import { setTimeout as sleep } from 'node:timers/promises';
import { Entry } from '../../src/fund/ballots/index.ts';
import { collection } from '../../src/store/collection.ts';

/** One text and its result. */
export interface Vote {
  readonly sentAt: number;
  /** Milliseconds until it was answered; infinite if it was not. */
  readonly ms: number;
  readonly receipt?: string;
}

export interface Voting {
  readonly votes: readonly Vote[];
  /** Waits until a vote that was sent from now on has its receipt. Gives how many milliseconds that took; undefined if it takes more than `limit`. */
  untilReceipt(limit: number): Promise<number | undefined>;
  /** Waits until the texts under way have their answers. */
  end(): Promise<void>;
}

/** Residents vote in turn, `atOnce` of them at a time, until `end` is called. `text` gives the answer; nothing if there was none. */
export function voting(text: (from: string, body: string) => Promise<string | null | undefined>, phones: readonly string[], atOnce: number): Voting {
  const votes: Vote[] = [];
  let next = 0;
  let isOver = false;
  let lastReceipt = 0;
  const senders = Array.from({ length: atOnce }, async () => {
    while (!isOver) {
      const n = next++;
      const sentAt = performance.now();
      const answer = await text(phones[n % phones.length] ?? '', `投 ${1 + (n % 3)}`);
      const receipt = answer && /\d{3} \d{3} \d{4}/.exec(answer)?.[0];
      if (receipt) lastReceipt = Math.max(lastReceipt, sentAt);
      votes.push({ sentAt, ms: answer ? performance.now() - sentAt : Number.POSITIVE_INFINITY, ...(receipt && { receipt }) });
      if (!answer) await sleep(50);
    }
  });
  return {
    votes,
    untilReceipt: async (limit) => {
      const from = performance.now();
      while (lastReceipt <= from) {
        if (performance.now() - from > limit) return undefined;
        await sleep(10);
      }
      return performance.now() - from;
    },
    end: async () => {
      isOver = true;
      await Promise.all(senders);
    },
  };
}

const AT_ONCE = 1_000;

/** How many of the receipts that residents were given are in no ledger. */
export async function lost(votes: readonly Vote[]): Promise<number> {
  const receipts = votes.flatMap(({ receipt }) => receipt?.replaceAll(' ', '') ?? []);
  let found = 0;
  for (let from = 0; from < receipts.length; from += AT_ONCE) {
    const some = { receipt: { $in: receipts.slice(from, from + AT_ONCE) } };
    found += await collection(Entry).countDocuments(some, { readConcern: { level: 'majority' } });
  }
  return receipts.length - found;
}
