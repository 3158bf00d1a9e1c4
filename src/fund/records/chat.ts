import { model, Schema } from 'mongoose';

/** A chat that has scanned a poster: which community it belongs to. Where there is one community alone, nothing is kept. */
export interface ChatRecord {
  /** `chatId(…)`. */
  _id: string;
  community: string;
}

const schema = new Schema<ChatRecord>(
  { _id: { type: String, required: true }, community: { type: String, required: true } },
  { strict: 'throw', versionKey: false, collection: 'chats' },
);

export const Chat = model<ChatRecord>('Chat', schema);
