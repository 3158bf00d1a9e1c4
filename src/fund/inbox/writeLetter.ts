import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { cleanText } from '../cleanText.ts';
import { awaitRecording } from '../recordings/awaitRecording.ts';
import { Letter, type LetterKind } from '../records/letter.ts';
import type { Tell } from '../tell.ts';
import { insertLetter } from './insertLetter.ts';
import { openCall } from './openCall.ts';
import { tellPerson } from './tellPerson.ts';

/** Longest text that is kept, in characters: more than a message can carry. */
const MAX = 2_000;

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
    const isTold = kind === 'call' && channel !== 'voice'; // a caller is connected at once: see afterDial
    const key = world.vault.hmac('act', act.key, 'writeLetter');
    const before = (await native(Letter).findOne({ key })) ?? (kind === 'call' ? await openCall(world, act) : null);
    if (before) {
      if (isTold && before.key === key) await tellPerson(tell, act, before._id.number);
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
    const number = await insertLetter(world, community, letter);
    if (isTold) await tellPerson(tell, act, number);
    return { number };
  };
}
