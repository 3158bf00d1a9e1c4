import { model, Schema } from 'mongoose';

export const ROLES = ['resident', 'cadre', 'council', 'supervisor'] as const;

/** Somebody on a community's roster. After a deletion only the HMACs stay, so that leaving and coming back gives no second ballot. */
export interface ResidentRecord {
  /** `vault.hmac('resident', slug, roster id)`: what the ballot's pseudonym is made of. */
  _id: string;
  community: string;
  /** What the roster says of them (`Person`), encrypted as JSON; gone after a deletion, like phone, building, language. */
  person?: Buffer;
  /** `addressHmac(…)` of the roster's phone. */
  phoneId?: string;
  building?: string;
  language?: string;
  role: (typeof ROLES)[number];
  /** `vault.hmac('card', slug, card)`. Kept after a deletion until the close. */
  card?: string;
  /** Who made the card; none where it came with a file. */
  cardMade?: { by: string; at: Date };
  /** Cards that `residents cards --new` ended: a file that still has one does not bring it back. */
  endedCards?: string[];
  /** `addressHmac(…)` of every phone and chat; set at a deletion and kept until the close: `accept` asks whether it is the same person. */
  leftAddresses?: string[];
  /** Asked to be deleted while voting was open, on which day (`wholeDay`), by which act and from where (`addressHmac(…)`): done after the seal (`leaveDue`), taken back by 恢复. */
  leaving?: { at: Date; key: string; from: string };
  /** The act that asked to be deleted: it counts once. */
  leftKey?: string;
  /** Phones and chats tied by card or by `accept`. */
  ties: Tie[];
  addedAt: Date;
  /** The day (`wholeDay`) on which they asked to be deleted. */
  leftAt?: Date;
}

/** A phone (`sms`, also for calls) or a chat that belongs to somebody. */
export interface Tie {
  /** `addressHmac(…)`. */
  id: string;
  channel: 'sms' | 'wechat';
  /** Encrypted. */
  address: Buffer;
}

const schema = new Schema<ResidentRecord>(
  {
    _id: { type: String, required: true },
    community: { type: String, required: true },
    person: Buffer,
    phoneId: String,
    building: String,
    language: String,
    role: { type: String, enum: ROLES, required: true },
    card: String,
    cardMade: { type: { by: String, at: Date }, _id: false },
    endedCards: { type: [String], default: undefined },
    leftAddresses: { type: [String], default: undefined },
    leaving: { type: { at: Date, key: String, from: String }, _id: false },
    leftKey: String,
    ties: { type: [{ type: { id: String, channel: String, address: Buffer }, _id: false }], required: true },
    addedAt: { type: Date, required: true },
    leftAt: Date,
  },
  { strict: 'throw', versionKey: false, collection: 'residents' },
);
// what every turn looks for, in whichever community: there is one index for it and none to choose
schema.index({ phoneId: 1 });
schema.index({ 'ties.id': 1 });
schema.index({ community: 1, phoneId: 1 });
schema.index({ community: 1, building: 1, phoneId: 1 });
schema.index({ community: 1, card: 1 }, { unique: true, partialFilterExpression: { card: { $exists: true } } });
schema.index({ community: 1, leftAddresses: 1 }, { partialFilterExpression: { leftAddresses: { $exists: true } } });
schema.index({ leaving: 1 }, { partialFilterExpression: { leaving: { $exists: true } } });
schema.index({ community: 1, addedAt: 1 });
schema.index({ community: 1, role: 1, _id: 1 });

export const Resident = model<ResidentRecord>('Resident', schema);
