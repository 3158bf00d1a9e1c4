import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { awaitRecording } from '../recordings/awaitRecording.ts';
import { Letter, type LetterRecord } from '../records/letter.ts';
import type { Tell } from '../tell.ts';
import { openCall } from './openCall.ts';
import { tellPerson } from './tellPerson.ts';

type Caller = Pick<Act, 'community' | 'channel' | 'address' | 'at'>;

/** What became of a caller who asked for a person, and was connected to one. */
export interface AfterDial {
  /** They talked: nobody has to call back. */
  talked(caller: Caller): Promise<void>;
  /** Nobody answered: the community's person is told who wants to be called. */
  nobody(caller: Caller): Promise<void>;
  /** They left a message: it lies in the inbox with the request. `recording` is the carrier's id. */
  message(caller: Caller, recording: string): Promise<void>;
}

/** Each is harmless to repeat, and does nothing where there is no such request any more. */
export function afterDial(world: World, tell: Tell): AfterDial {
  return {
    talked: async (caller) => {
      const letter = await openCall(caller);
      if (letter) await change(letter, { answer: { text: '', by: 'phone', at: world.now() } });
    },
    nobody: async (caller) => {
      const letter = await openCall(caller);
      if (letter) await tellPerson(tell, caller, letter._id.number);
    },
    message: async (caller, carrierId) => {
      const letter = await openCall(caller);
      if (!letter || letter.spoken) return;
      const recording = await awaitRecording(world, carrierId, caller);
      await change(letter, { spoken: { recording, state: 'beingWrittenDown' } });
    },
  };
}

async function change({ _id }: LetterRecord, to: Partial<LetterRecord>): Promise<void> {
  await native(Letter).updateOne({ _id, answer: { $exists: false } }, { $set: to });
}
