import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { mongo } from 'mongoose';
import type { Channel } from '../../../contacts/channel.ts';
import { boundedMap } from '../../../store/cache.ts';
import { CodedError } from '../../../store/codedError.ts';
import { collection, inTime } from '../../../store/collection.ts';
import { encrypted, index, optional, type RecordOf, records } from '../../../store/records.ts';
import { sha256, type Vault } from '../../../store/vault.ts';
import { dayOf } from '../../../store/wallTime.ts';
import { perWorld, type World } from '../../../store/world.ts';
import type { CycleRecord, FrozenCycle } from '../../cycles/index.ts';
import { commitment, entryHash, receiptDigits } from './ledgerRules.ts';

/** The content that an entry commits to, and how it came; encrypted as JSON. It is published to nobody before the close. */
export interface EntrySecret {
  /** 16 random bytes in hex. */
  salt: string;
  voter: string;
  /** Ascending; empty in a voided ballot. */
  picks: number[];
  channel: Channel | 'paper' | 'assisted' | 'kiosk';
  /** `cycleKeys(…).from` of the phone or chat that it came from, the same by message and by call; absent on paper. */
  from?: string;
  withCard: boolean;
  /** The cadre's name on paper and assisted ballots. */
  by?: string;
  /**
   * When the ballot was received, on paper when it was handed in; of a voided ballot, when that was received which it voids. `cycleKeys(…).hidden`. Absent in
   * entries of an earlier version.
   */
  moment?: number;
  /** `YYYY-MM-DD`, present if the entry shows another day: in a small community it shows the vote's first. */
  day?: string;
  /** The voter had cast before. */
  changed?: true;
}

/**
 * The name under which an entry's secret is encrypted: whoever writes into the database and has no SECRET can neither move it nor put another ballot, day,
 * voter or receipt beside it; nor chain the entries anew, as the hash follows from the frozen ballot and all entries before. They can drop the last ones.
 */
function nameOf({ _id, hash, key, voter, receipt, voided, bound }: mongo.Document): string {
  return [_id.cycle, _id.seq, ...(bound ? [hash, key, voter, voided ? 'voided' : receipt] : [])].join('|');
}

/** The index that finds a voter's entries. The name is an HMAC, and begins it, so that those of many ledgers are found by one seek each. */
export const VOTERS = { voter: 1, '_id.cycle': 1, '_id.seq': -1 } as const;
/** The index that finds the entries that void a voter’s ballot. */
export const VOIDED = { voter: 1, '_id.cycle': 1, voided: 1 } as const;

/** One entry of a cycle's ledger (docs/contract.md: The ledger); only appended, never changed. `_id` is its place: two processes never both write the same one. */
export const Entry = records(
  'entries',
  {
    _id: { cycle: String, seq: Number },
    /** `YYYY-MM-DD` in the community's zone. */
    at: String,
    commitment: optional(String),
    sealed: optional(true),
    previous: String,
    hash: String,
    /** The same key counts once: `cycleKeys(…).once` of the act that wrote it. */
    key: String,
    /** Ten digits. */
    receipt: optional(String),
    /** `vault.hmac('voter', cycle, pseudonym)`: finds a voter's last ballot without telling whose it is. */
    voter: optional(String),
    /** Set if this entry voids the voter's ballot. */
    voided: optional(true),
    secret: optional(encrypted('entry', nameOf)),
    /** The secret is encrypted for all of the entry (`nameOf`), and not for its place alone, as an earlier version did. */
    bound: optional(true),
  },
  [
    index({ '_id.cycle': 1, key: 1 }, { unique: true }),
    index({ '_id.cycle': 1, receipt: 1 }, { unique: true, partialFilterExpression: { receipt: { $exists: true } } }),
    index(VOTERS, { partialFilterExpression: { voter: { $exists: true } } }),
    index(VOIDED, { partialFilterExpression: { voided: { $exists: true } } }),
  ],
);
export type EntryRecord = RecordOf<typeof Entry>;

/**
 * A filter for the entries of a cycle after one seq and up to another. It uses `_id`'s own index: MongoDB compares first the cycle and then
 * the seq, and `{ _id: 1 }` sorts in the same way. One more index over both would cost each ballot a twentieth of its CPU. A cluster finds the shard by the
 * cycle alone.
 */
export function placesOf(cycle: string, after = 0, to = Number.MAX_SAFE_INTEGER) {
  return { '_id.cycle': cycle, _id: { $gt: { cycle, seq: after }, $lte: { cycle, seq: to } } };
}

/** The index that `placesOf` reads in order: for a short ledger MongoDB might take another one and sort. */
export const BY_PLACE = { _id: 1 } as const;

/** The entry of a cycle that has a key; null if there is none that is durable. */
export function entryByKey(cycle: string, key: string): Promise<EntryRecord | null> {
  return collection(Entry).findOne({ '_id.cycle': cycle, key }, { promoteBuffers: true, readConcern: { level: 'majority' } });
}

/** The last entry of a cycle's voter, voided or not; null if there is none that is durable. */
export function lastEntry(cycle: string, voter: string): Promise<EntryRecord | null> {
  const options = { sort: { '_id.seq': -1 }, hint: VOTERS, promoteBuffers: true, readConcern: { level: 'majority' } } as const;
  return inTime((signal) => collection(Entry).findOne({ '_id.cycle': cycle, voter }, { ...options, signal }));
}

/** The part of an entry that is kept encrypted. Throws `no-secret` for the seal, which has none, and `broken-ledger` if it was not encrypted for this place. */
export function decryptSecret(vault: Vault, entry: EntryRecord): EntrySecret {
  const { _id, secret } = entry;
  if (!secret) throw new CodedError('no-secret', 'The seal of a ledger hides nothing.');
  return JSON.parse(decrypted(() => vault.decrypt('entry', nameOf(entry), secret), _id.seq));
}

function decrypted(decrypt: () => string, seq: number): string {
  try {
    return decrypt();
  } catch (cause) {
    throw new CodedError('broken-ledger', `The ledger does not hold at entry ${seq}: what it hides was changed, or belongs elsewhere.`, { cause });
  }
}

/** The end of a chain, where the next entry is written. */
export type Tip = Pick<EntryRecord, 'hash' | 'sealed'> & { readonly seq: number /** None before the first entry. */; readonly at?: string };

/** The content of an entry: a ballot (or its voiding, with empty picks), or the seal, after which nothing follows. */
export type Content = 'seal' | Omit<EntrySecret, 'salt'>;

/** The facts that an entry needs besides its content. */
interface Circumstances {
  readonly key: string;
  readonly cycle: FrozenCycle;
  /** When the service received it. */
  readonly at: Date;
  /** The id by which the entries of the ballot's voter are found. It is made from the content if it is not given. */
  readonly voter?: string | undefined;
  /** How many receipts were already taken by other entries. */
  readonly tries: number;
}

/** The entry that follows a tip (docs/contract.md: The ledger). Days never run backwards in a ledger. */
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
  const entry = {
    ...base,
    commitment: committed,
    hash: entryHash(sha256, { ...place, commitment: committed }),
    ...(isVoided ? { voided: true as const } : { receipt: receiptDigits(vault, key, tries) }),
    voter: voter ?? vault.hmac('voter', cycle._id, secret.voter),
    bound: true as const,
  };
  return { ...entry, secret: vault.encrypt('entry', nameOf(entry), JSON.stringify(secret)) };
}

/** The end of a chain, from its last entry. */
export function tipOf({ _id: { seq }, at, hash, sealed }: Pick<EntryRecord, '_id' | 'at' | 'hash' | 'sealed'>): Tip {
  return { seq, at, hash, sealed };
}

/** A resident as the voter of one cycle. */
export interface Voter {
  /** Hex HMAC-SHA256 of the resident's `_id` under the cycle's own key. */
  readonly pseudonym: string;
  /** The id by which the voter's entries are found. */
  readonly voterId: string;
}

/**
 * The names by which people and their messages are found in a cycle's entries, all made with the cycle's own random key. Once that key is
 * destroyed, nothing leads from people to entries, even for somebody who has SECRET, the roster and the carrier's log.
 */
export interface CycleKeys {
  voter(resident: string): Voter;
  /** The key under which an entry counts once: made from the act that wrote it and the service. */
  once(actKey: string, service: string): string;
  /** Stands for the phone or chat that a ballot came from, which is given as its `addressHmac`. */
  from(address: string): string;
  /** Hides a moment, in milliseconds, in the entry that has a key; the same again shows it. Nobody can show it once the cycle's key is destroyed. */
  hidden(moment: number, entryKey: string): number;
}

/** A moment is hidden in two halves of 24 bits. */
const HALF = 2 ** 24;

/** A cycle's keys; undefined before its vote opens and after they are destroyed. */
export const cycleKeys: (world: World) => (cycle: CycleRecord) => CycleKeys | undefined = perWorld(({ vault }) => {
  const known = boundedMap<string, CycleKeys>(2_000);
  return ({ _id, pseudonymKey }) => {
    if (pseudonymKey) return known.getOrMake(_id, () => keysOf(createSecretKey(vault.decryptBytes('pseudonymKey', _id, pseudonymKey)), _id));
    known.delete(_id);
    return undefined;
  };

  function keysOf(key: KeyObject, cycle: string): CycleKeys {
    const hmac = (text: string) => createHmac('sha256', key).update(text);
    return {
      voter: (resident) => {
        const pseudonym = hmac(resident).digest('hex');
        return { pseudonym, voterId: vault.hmac('voter', cycle, pseudonym) };
      },
      once: (actKey, service) => hmac(`once\n${service}\n${actKey}`).digest('base64url'),
      from: (address) => hmac(`from\n${address}`).digest('base64url'),
      hidden: (moment, entryKey) => {
        const pad = hmac(`moment\n${entryKey}`).digest();
        const [high, low] = [Math.floor(moment / HALF) ^ pad.readUIntBE(0, 3), (moment % HALF) ^ pad.readUIntBE(3, 3)];
        return high * HALF + low;
      },
    };
  }
});

/** When an entry's ballot was received, on paper when it was handed in, in milliseconds; undefined in entries of an earlier version. */
export function receivedAt(vault: Vault, keys: CycleKeys, entry: EntryRecord): number | undefined {
  const { moment } = decryptSecret(vault, entry);
  return moment === undefined ? undefined : keys.hidden(moment, entry.key);
}
