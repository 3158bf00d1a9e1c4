import type { mongo } from 'mongoose';
import { z } from 'zod';
import { collection } from '../../store/collection.ts';
import { encrypted, index, optional, type RecordOf, records } from '../../store/records.ts';
import type { Bytes, Vault } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { hasJustBegun } from './session.ts';

/** A key that somebody of the staff has on a device, and that the device opens for them alone. Here is what is needed to know its answers. */
export const Passkey = records(
  'passkeys',
  {
    /** `passkeyId(…)`. */
    _id: String,
    /** `staffPhone(…)`. */
    phone: String,
    /** What its holder calls it, and the credential's own id (`About`), encrypted as JSON. */
    about: encrypted('passkeyAbout'),
    /** COSE. */
    publicKey: Buffer,
    /** How often it has answered, as far as the device counts: it only grows, or stays 0. */
    counter: Number,
    at: Date,
    usedAt: optional(Date),
  },
  [index({ phone: 1 })],
);
export type PasskeyRecord = RecordOf<typeof Passkey>;

/** The HMAC by which a passkey is found. `credential`: the credential's id in base64url. */
export function passkeyId(vault: Vault, credential: string): string {
  return vault.hmac('passkey', credential);
}

const about = z.object({ name: z.string(), credential: z.string() });
type About = z.infer<typeof about>;

export function encryptedAbout(vault: Vault, _id: string, given: About): Buffer {
  return vault.encrypt('passkeyAbout', _id, JSON.stringify(given));
}

function aboutOf(vault: Vault, { _id, about: encrypted }: { _id: string; about: Bytes }): About {
  return about.parse(JSON.parse(vault.decrypt('passkeyAbout', _id, encrypted)));
}

/** A passkey as its holder sees it. */
export interface OwnPasskey {
  readonly id: string;
  /** Empty if they gave none. */
  readonly name: string;
  /** The credential's id in base64url. */
  readonly credential: string;
  readonly at: Date;
  readonly usedAt?: Date;
}

/** The passkeys of a phone (`staffPhone`), in the order in which they were added. */
export async function passkeysOf({ vault }: Pick<World, 'vault'>, phone: string): Promise<OwnPasskey[]> {
  const found = await collection(Passkey)
    .find({ phone }, { sort: { at: 1 }, promoteBuffers: true })
    .toArray();
  return found.map((passkey) => ({ id: passkey._id, ...aboutOf(vault, passkey), at: passkey.at, ...(passkey.usedAt && { usedAt: passkey.usedAt }) }));
}

/** Whether a phone (`staffPhone`) has a passkey: then its holder signs in by it, and by no digits. */
export async function hasPasskey(phone: string): Promise<boolean> {
  return (await collection(Passkey).findOne({ phone }, { projection: { _id: 1 } })) !== null;
}

export type PasskeyRemoved =
  | { readonly removed: true }
  /** `none`: the phone has none by this id. `old`: the session did not begin just now (`hasJustBegun`). */
  | { readonly refused: 'none' | 'old' };

/** Removes a passkey of a phone (`staffPhone`) for whoever has just signed in as its holder. Without any the digits sign in again. */
export async function removePasskey(world: World, { phone, session, id }: { phone: string; session: string; id: string }): Promise<PasskeyRemoved> {
  if (!(await hasJustBegun(world, { phone, session }))) return { refused: 'old' };
  const { deletedCount } = await collection(Passkey).deleteOne({ _id: id, phone });
  return deletedCount === 1 ? { removed: true } : { refused: 'none' };
}

/** Ends all passkeys of these phones (`staffPhone`), in a transaction; gives how many there were. */
export async function endPasskeys(phones: readonly string[], session: mongo.ClientSession): Promise<number> {
  return (await collection(Passkey).deleteMany({ phone: { $in: [...phones] } }, { session })).deletedCount;
}
