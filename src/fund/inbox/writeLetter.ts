import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { cleanText } from '../cleanText.ts';
import { isDuplicate } from '../isDuplicate.ts';
import { numbered } from '../numbered.ts';
import { awaitRecording } from '../recordings/awaitRecording.ts';
import { Community } from '../records/community.ts';
import { Letter, type LetterKind, type LetterRecord } from '../records/letter.ts';
import type { Tell } from '../tell.ts';

/** Longest text that is kept, in characters: more than a message can carry. */
const MAX = 2_000;
const HOUR_MS = 60 * 60 * 1000;

/**
 * Puts something into a community's inbox and gives its number there. Who asks to be called is also told to the community's person,
 * once an hour: asking again meanwhile gives the same number. `recording`: spoken, and the carrier's id of it.
 */
export function writeLetter(
  world: World,
  tell: Tell,
): (input: { kind: LetterKind; text: string; recording?: string }, act: Act) => Promise<{ number: number }> {
  return async ({ kind, text, recording }, act) => {
    const { community, channel, address, resident, at } = act;
    const key = world.vault.hmac('act', act.key, 'writeLetter');
    const letters = native(Letter);
    const before = (await letters.findOne({ key })) ?? (kind === 'call' ? await openCall(act) : null);
    if (before) {
      if (kind === 'call' && before.key === key) await callPerson(act, before._id.number, tell);
      return { number: before._id.number };
    }

    act.beginWrite();
    const spoken = recording && { recording: await awaitRecording(world, recording, act), state: 'beingWrittenDown' as const };
    const letter = {
      kind,
      text: [...cleanText(text)].slice(0, MAX).join(''),
      ...(spoken && { spoken }),
      channel,
      address,
      ...(resident && { resident }),
      at,
      key,
    };
    const number = await numbered(
      async () => (await letters.findOne({ '_id.community': community }, { sort: { '_id.number': -1 }, projection: { _id: 1 } }))?._id.number,
      async (number) => {
        try {
          await letters.insertOne({ _id: { community, number }, ...letter } satisfies LetterRecord);
          return number;
        } catch (error) {
          const mine = isDuplicate(error) && (await letters.findOne({ key }, { projection: { _id: 1 } }));
          if (mine) return mine._id.number;
          throw error;
        }
      },
    );
    if (kind === 'call') await callPerson(act, number, tell);
    return { number };
  };
}

/** A call asked for from here in the last hour, and nobody has called yet. */
function openCall({ community, address, channel, at }: Act): Promise<LetterRecord | null> {
  const since = new Date(at.getTime() - HOUR_MS);
  return native(Letter).findOne({ '_id.community': community, address, channel, kind: 'call', at: { $gt: since }, answer: { $exists: false } });
}

/** A phone can be called back; who asks in a chat is answered from the inbox. */
async function callPerson({ community: slug, channel, address }: Act, number: number, tell: Tell): Promise<void> {
  if (channel === 'wechat') return;
  const community = await native(Community).findOne({ _id: slug }, { projection: { person: 1, language: 1 } });
  if (!community) return;
  await tell({
    occasion: `call|${slug}|${number}`,
    community: slug,
    channel: 'sms',
    address: community.person.phone,
    language: community.language,
    kind: 'notice',
    said: { key: 'notice.callWanted', params: { number, phone: address } },
  });
}
