import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { letterLost } from '../inbox/changeSpoken.ts';
import { tellAuthor } from '../inbox/tellAuthor.ts';
import { tellProposer } from '../proposals/tellProposer.ts';
import { Letter } from '../records/letter.ts';
import { Proposal } from '../records/proposal.ts';
import type { Tell } from '../tell.ts';
import type { Lost } from './workRecordings.ts';

/** There is no sound any more of what nobody has written down yet. Its author is notified once, where the recording never came. */
export function lostRecording(world: World, tell: Tell): Lost {
  return async (recording, why) => {
    const which = { 'spoken.recording': recording, 'spoken.state': 'beingWrittenDown' as const };
    const lost = { $set: { 'spoken.state': 'lost' as const } };
    const [proposal, letter] = await Promise.all([native(Proposal).findOne(which), native(Letter).findOne(which)]);
    if (proposal) {
      const { number } = proposal._id;
      if (why === 'neverCame') await tellProposer(world, tell, proposal, 'recordingLost', { key: 'notice.proposalNotHeard', params: { number } });
      await native(Proposal).updateOne({ _id: proposal._id, ...which }, lost);
    }
    if (letter) {
      const { number } = letter._id;
      if (why === 'neverCame' && letter.kind !== 'call')
        await tellAuthor(world, tell, letter, 'recordingLost', { key: 'notice.letterNotHeard', params: { number } });
      await letterLost(letter._id, recording);
    }
  };
}
