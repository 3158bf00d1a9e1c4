import { native } from '../../store/native.ts';
import type { Vault } from '../../store/vault.ts';
import { maskNumbers } from '../proposals/maskNumbers.ts';
import { endRecordings } from '../recordings/endRecordings.ts';
import { Letter } from '../records/letter.ts';
import { encryptedLetter, letterText } from './letterText.ts';

/** Takes the sender off letters, and the numbers out of what they wrote; gives how many letters it was. `from` is an `addressHmac`. */
export async function forgetLetters(
  vault: Vault,
  at: Date,
  which: { from: string } | { '_id.community': string; resident: string },
): Promise<number> {
  const letters = await native(Letter)
    .find(which, { projection: { text: 1, spoken: 1 } })
    .toArray();
  await endRecordings(at, letters);
  for (const letter of letters) {
    const { _id } = letter;
    const text = encryptedLetter(vault, _id, maskNumbers(letterText(vault, letter)));
    await native(Letter).updateOne({ _id }, { $set: { text }, $unset: { address: 1, from: 1, resident: 1 } });
  }
  return letters.length;
}
