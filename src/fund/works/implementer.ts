import { model, Schema } from 'mongoose';
import { z } from 'zod';
import { encrypted } from '../../store/encryptedFields.ts';
import type { Vault } from '../../store/vault.ts';

/** What an implementer is: a firm, a social organisation, a single person with a trade, or residents who do it themselves. */
export const IMPLEMENTER_KINDS = ['company', 'organisation', 'trader', 'residents'] as const;
export type ImplementerKind = (typeof IMPLEMENTER_KINDS)[number];

/** Who may do works of a community. */
export interface ImplementerRecord {
  /** `number` counts from 1 in a community. */
  _id: { community: string; number: number };
  /** Its name; it is public once the implementer is chosen. */
  organisation: string;
  kind: ImplementerKind;
  /** The number under which it is registered, such as the unified social credit code. */
  registration?: string;
  /** `ImplementerContact`, encrypted as JSON. */
  contact: Buffer;
  /** `staffPhone(…)`: an implementer who signs in with this phone sees its works. */
  phone: string;
  by: string;
  at: Date;
}

const schema = new Schema<ImplementerRecord>(
  {
    _id: {
      type: new Schema({ community: { type: String, required: true }, number: { type: Number, required: true } }, { _id: false }),
      required: true,
    },
    organisation: { type: String, required: true },
    kind: { type: String, enum: IMPLEMENTER_KINDS, required: true },
    registration: String,
    contact: { ...encrypted('implementerContact'), required: true },
    phone: { type: String, required: true },
    by: { type: String, required: true },
    at: { type: Date, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'implementers' },
);
schema.index({ '_id.community': 1, '_id.number': 1 }, { unique: true });
schema.index({ '_id.community': 1, phone: 1 });

export const Implementer = model<ImplementerRecord>('Implementer', schema);

/** The person who answers for an implementer. */
export type ImplementerContact = z.output<typeof stored>;

const stored = z.strictObject({ person: z.string(), phone: z.string() });

export function encryptedContact(vault: Vault, _id: ImplementerRecord['_id'], contact: ImplementerContact): Buffer {
  return vault.encrypt('implementerContact', nameOf(_id), JSON.stringify(contact));
}

export function contactOf(vault: Vault, { _id, contact }: Pick<ImplementerRecord, '_id' | 'contact'>): ImplementerContact {
  return stored.parse(JSON.parse(vault.decrypt('implementerContact', nameOf(_id), contact)));
}

function nameOf({ community, number }: ImplementerRecord['_id']): string {
  return `${community}|${number}`;
}
