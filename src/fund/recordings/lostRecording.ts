import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { tellAuthor } from '../inbox/tellAuthor.ts';
import { tellProposer } from '../proposals/tellProposer.ts';
import { Letter } from '../records/letter.ts';
import { Proposal } from '../records/proposal.ts';
import type { Tell } from '../tell.ts';

/** There is no sound any more of what nobody has written down yet; who spoke is told where `tell` is given. What is told is told once. */
export async function lostRecording(world: World, tell: Tell | undefined, recording: string): Promise<void> {
  const which = { 'spoken.recording': recording, 'spoken.state': 'beingWrittenDown' as const };
  const lost = { $set: { 'spoken.state': 'lost' as const } };
  const [proposal, letter] = await Promise.all([native(Proposal).findOne(which), native(Letter).findOne(which)]);
  if (proposal) {
    const { number } = proposal._id;
    if (tell) await tellProposer(world, tell, proposal, 'recordingLost', { key: 'notice.proposalNotHeard', params: { number } });
    await native(Proposal).updateOne({ _id: proposal._id, ...which }, lost);
  }
  if (letter) {
    const { number } = letter._id;
    if (tell && letter.kind !== 'call') await tellAuthor(world, tell, letter, 'recordingLost', { key: 'notice.letterNotHeard', params: { number } });
    await native(Letter).updateOne({ _id: letter._id, ...which }, lost);
  }
}
