import { native } from '../../store/native.ts';
import type { Vault } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { encryptedLetter, letterText } from '../inbox/letterText.ts';
import { maskNumbers } from '../proposals/maskNumbers.ts';
import { Address } from '../records/addressBook.ts';
import { JoinRequest } from '../records/joinRequest.ts';
import { Letter } from '../records/letter.ts';
import { Proposal } from '../records/proposal.ts';
import { Recording } from '../records/recording.ts';
import type { Spoken } from '../records/spoken.ts';
import { addressHmac } from './addressHmac.ts';
import type { Place } from './place.ts';

/**
 * Takes phones and chats, and with them who used them, out of requests, proposals and the inbox. Gives whether there was anything to forget. Locks
 * against guessing stay with their phone until they run out, and `不是我` until it is unlocked.
 */
export async function forgetAt(
  { vault }: Pick<World, 'vault'>,
  { community, at }: Pick<Act, 'community' | 'at'>,
  places: readonly Place[],
  resident?: string,
): Promise<boolean> {
  let gone = false;
  for (const { channel, address } of places) {
    const stranger = addressHmac(vault, { community, channel, address });
    await forgetVoice(at, { community, by: stranger });
    const [requests, proposals] = await Promise.all([
      native(JoinRequest).updateMany({ from: stranger }, [
        { $set: { from: { $concat: ['gone|', community, '|', { $toString: '$_id.request' }] }, state: 'withdrawn' } },
        { $unset: ['who', 'decided'] },
      ]),
      native(Proposal).updateMany({ community, by: stranger, address: { $exists: true } }, { $unset: { address: 1 } }),
    ]);
    const letters = await forgetLetters(vault, at, { from: stranger });
    const known = await native(Address).deleteOne({
      _id: stranger,
      needsCard: { $exists: false },
    });
    const locked = await native(Address).updateOne({ _id: stranger }, { $unset: { newsOf: 1, newsTo: 1 }, $set: { log: [] } });
    gone ||= requests.modifiedCount + proposals.modifiedCount + letters + known.deletedCount + locked.modifiedCount > 0;
  }
  if (resident !== undefined) {
    await forgetVoice(at, { community, by: resident });
    await native(Proposal).updateMany({ community, by: resident }, { $unset: { address: 1 } });
    await forgetLetters(vault, at, { '_id.community': community, resident });
  }
  return gone;
}

/** Takes the sender off letters, and the numbers out of what they wrote. */
async function forgetLetters(vault: Vault, at: Date, which: { from: string } | { '_id.community': string; resident: string }): Promise<number> {
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

/** The proposals stay. */
async function forgetVoice(at: Date, which: { community: string; by: string }): Promise<void> {
  const wanted = { ...which, spoken: { $exists: true } };
  await endRecordings(
    at,
    await native(Proposal)
      .find(wanted, { projection: { spoken: 1 } })
      .toArray(),
  );
}

async function endRecordings(at: Date, of: readonly { spoken?: Spoken }[]): Promise<void> {
  const recordings = of.flatMap(({ spoken }) => spoken?.recording ?? []);
  if (recordings.length > 0) await native(Recording).updateMany({ _id: { $in: recordings } }, { $set: { state: 'ending', dueAt: at, attempts: 0 } });
}
