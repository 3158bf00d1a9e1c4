import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { awaitRecording } from '../recordings/awaitRecording.ts';
import { Letter, type LetterRecord } from '../records/letter.ts';
import type { Tell } from '../tell.ts';
import { insertLetter } from './insertLetter.ts';
import { encryptedAnswer } from './letterText.ts';
import { openCall } from './openCall.ts';
import { tellPerson } from './tellPerson.ts';

type Caller = Pick<Act, 'community' | 'channel' | 'address' | 'at'>;

/** What became of a caller who asked for a person, and was connected to one. */
export interface AfterDial {
  /** They talked: nobody has to call back. */
  talked(caller: Caller): Promise<void>;
  /** Nobody answered: the community's person is told who wants to be called. */
  nobody(caller: Caller): Promise<void>;
  /**
   * They left a message: it lies in the inbox with the request, or by itself where the request has one already or has gone. `recording` is
   * the carrier's id.
   */
  message(caller: Caller, recording: string): Promise<void>;
}

/** Each is harmless to repeat; without a message nothing is done where there is no such request any more. */
export function afterDial(world: World, tell: Tell): AfterDial {
  return {
    talked: async (caller) => {
      const letter = await openCall(world, caller);
      if (letter) await change(letter, { answer: { text: encryptedAnswer(world.vault, letter._id, ''), by: 'phone', at: world.now() } });
    },
    nobody: async (caller) => {
      const letter = await openCall(world, caller);
      if (letter) await tellPerson(tell, caller, letter._id.number);
    },
    message: async (caller, carrierId) => {
      const recording = await awaitRecording(world, carrierId, caller);
      if (await native(Letter).findOne({ 'spoken.recording': recording }, { projection: { _id: 1 } })) return;
      const spoken = { recording, state: 'beingWrittenDown' as const };
      const letter = await openCall(world, caller);
      if (letter && (await change(letter, { spoken }, { spoken: { $exists: false } }))) return;
      const { community, channel, address, at } = caller;
      const key = world.vault.hmac('act', carrierId, 'message');
      const resident = letter?.resident && { resident: letter.resident };
      const number = await insertLetter(world, community, { kind: 'call', text: '', spoken, channel, address, ...resident, at, key });
      if (!letter) await tellPerson(tell, caller, number);
    },
  };
}

/** False where it has been answered meanwhile. */
async function change({ _id }: LetterRecord, to: Partial<LetterRecord>, where: { spoken?: { $exists: false } } = {}): Promise<boolean> {
  return (await native(Letter).updateOne({ _id, answer: { $exists: false }, ...where }, { $set: to })).matchedCount === 1;
}
