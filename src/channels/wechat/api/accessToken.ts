import { model, Schema } from 'mongoose';

/** The access token of one WeChat account, which all processes share. */
export interface AccessTokenRecord {
  /** The AppID. */
  _id: string;
  encrypted?: Buffer;
  /** Until when it is used, by the database's clock. */
  until?: Date;
  /** Somebody is asking WeChat for another one, until then. */
  askingUntil?: Date;
}

const schema = new Schema<AccessTokenRecord>(
  { _id: { type: String, required: true }, encrypted: Buffer, until: Date, askingUntil: Date },
  { strict: 'throw', versionKey: false, collection: 'accessTokens' },
);

export const AccessToken = model<AccessTokenRecord>('AccessToken', schema);
