import { native } from '../../store/native.ts';
import type { Vault } from '../../store/vault.ts';
import { Letter, type LetterRecord } from '../records/letter.ts';
import type { Spoken } from '../records/spoken.ts';
import { encryptedLetter } from './letterText.ts';

/** What was spoken becomes a letter's text. */
export async function letterWrittenDown(vault: Vault, _id: LetterRecord['_id'], text: string, spoken: Spoken): Promise<void> {
  await native(Letter).updateOne({ _id }, { $set: { text: encryptedLetter(vault, _id, text), spoken } });
}

/** The recording of a letter is lost before anybody wrote it down. */
export async function letterLost(_id: LetterRecord['_id'], recording: string): Promise<void> {
  await native(Letter).updateOne({ _id, 'spoken.recording': recording, 'spoken.state': 'beingWrittenDown' }, { $set: { 'spoken.state': 'lost' } });
}
