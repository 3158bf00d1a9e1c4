import type { mongo } from 'mongoose';
import { native } from '../../store/native.ts';
import type { Vault } from '../../store/vault.ts';
import type { Channel } from '../act.ts';
import { Address } from '../records/addressBook.ts';
import { consentWords } from './consentWords.ts';

interface Stop {
  /** `addressHmac(…)`. */
  readonly _id: string;
  /** The day (`wholeDay`). */
  readonly at: Date;
  readonly channel: Channel;
  /** Who stopped it, where the person did not write it to us. */
  readonly by: 'carrier' | 'roster';
}

/** Writes that nothing which we start goes to a phone or chat any more, with its proof. Harmless to repeat. */
export async function writeStop(vault: Vault, { _id, at, channel, by }: Stop, session?: mongo.ClientSession): Promise<void> {
  const within = session ? { session } : {};
  await native(Address).updateOne({ _id }, { $setOnInsert: { log: [] } }, { upsert: true, ...within });
  await native(Address).updateOne(
    { _id, stoppedAt: { $exists: false } },
    { $set: { stoppedAt: at }, $push: { log: { what: 'stop', at, words: consentWords(vault, _id, by), channel } } },
    within,
  );
}
