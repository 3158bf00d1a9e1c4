import type { World } from '../../store/world.ts';
import { dayOf } from '../cycles/dayOf.ts';
import type { FrozenCycle } from '../cycles/isFrozen.ts';
import type { EntryRecord, EntrySecret } from '../records/entry.ts';
import { commitment } from './commitment.ts';
import { entryHash } from './entryHash.ts';
import { placeOf } from './placeOf.ts';
import { receiptDigits } from './receiptDigits.ts';
import { sha256 } from './sha256.ts';

/** The end of a chain, where the next entry is written. */
export type Tip = Pick<EntryRecord, 'hash' | 'sealed'> & { readonly seq: number /** None before the first entry. */; readonly at?: string };

/** What an entry is to say: a ballot (or its voiding, with empty picks), or that nothing follows. */
export type Content = 'seal' | Omit<EntrySecret, 'salt'>;

/** What an entry needs besides its content. */
export interface Circumstances {
  readonly key: string;
  readonly cycle: FrozenCycle;
  /** When the service received it. */
  readonly at: Date;
  /** What the entries of the ballot's voter are found by; made from its content where it is not given. */
  readonly voter?: string | undefined;
  /** How many receipts were taken already. */
  readonly tries: number;
}

/** The entry that follows a tip (contract §5). Days never run backwards in a ledger. */
export function nextEntry({ vault, randomBytes }: World, tip: Tip, { key, cycle, at, voter, tries }: Circumstances, content: Content): EntryRecord {
  const { day, timezone } = cycle.frozen;
  const today = day ?? dayOf(at, timezone);
  const place = { seq: tip.seq + 1, at: tip.at && tip.at > today ? tip.at : today, previous: tip.hash };
  const { seq, ...shown } = place;
  const base = { _id: { cycle: cycle._id, seq }, ...shown, key };
  if (content === 'seal') return { ...base, sealed: true, hash: entryHash(sha256, place) };
  const secret: EntrySecret = { salt: randomBytes(16).toString('hex'), ...content };
  const committed = commitment(sha256, secret);
  const isVoided = secret.picks.length === 0;
  return {
    ...base,
    commitment: committed,
    hash: entryHash(sha256, { ...place, commitment: committed }),
    ...(isVoided ? { voided: true as const } : { receipt: receiptDigits(vault, key, tries) }),
    voter: voter ?? vault.hmac('voter', cycle._id, secret.voter),
    secret: vault.encrypt('entry', placeOf(base._id), JSON.stringify(secret)),
  };
}
