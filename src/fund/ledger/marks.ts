import type { EntryRecord } from '../records/entry.ts';

/** Which keys are in a ledger, and how often each voter, by twelve characters (72 bits) of each: a key that seems to be there is looked up. */
export class Marks {
  readonly #keys = new Set<string>();
  readonly #voters = new Map<string, number>();

  /** How many entries. */
  get size(): number {
    return this.#keys.size;
  }

  add({ key, voter }: Pick<EntryRecord, 'key' | 'voter'>): void {
    this.#keys.add(short(key));
    if (voter) this.#voters.set(short(voter), this.entriesOf(voter) + 1);
  }

  hasKey(key: string): boolean {
    return this.#keys.has(short(key));
  }

  entriesOf(voter: string): number {
    return this.#voters.get(short(voter)) ?? 0;
  }
}

/** So short that it is a string of its own, holding no longer one in memory. */
function short(hmac: string): string {
  return hmac.slice(0, 12);
}
