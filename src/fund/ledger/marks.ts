import type { EntryRecord } from '../records/entry.ts';

/** Which keys and voters are in a ledger, by twelve characters (72 bits) of each: a key that seems to be there is looked up. */
export class Marks {
  readonly #keys = new Set<string>();
  readonly #voters = new Set<string>();

  /** How many entries. */
  get size(): number {
    return this.#keys.size;
  }

  add({ key, voter }: Pick<EntryRecord, 'key' | 'voter'>): void {
    this.#keys.add(short(key));
    if (voter) this.#voters.add(short(voter));
  }

  hasKey(key: string): boolean {
    return this.#keys.has(short(key));
  }

  hasVoter(voter: string): boolean {
    return this.#voters.has(short(voter));
  }
}

/** So short that it is a string of its own, holding no longer one in memory. */
function short(hmac: string): string {
  return hmac.slice(0, 12);
}
