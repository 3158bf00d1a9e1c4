import type { Tell } from '../../contacts/tell.ts';
import { native } from '../../store/collection.ts';
import { cleanText } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { Letter, type Lost, letterLost, letterWrittenDown, tellAuthor } from '../inquiries/index.ts';
import { tellProposer } from './decideProposal.ts';
import { encryptedProposal, LONGEST_PROPOSAL, Proposal } from './proposal.ts';

export type WrittenDown =
  | { readonly of: 'proposal' | 'letter'; readonly number: number; readonly told: boolean }
  | { readonly refused: 'noRecording' | 'empty' | 'tooLong' };

/** What somebody heard in a recording becomes the text of the proposal or letter, also when the recording was lost and they were called instead. Who spoke is told. */
export function writeDown(world: World, tell: Tell): (heard: { recording: string; text: string; by: string }) => Promise<WrittenDown> {
  return async ({ recording, text: heard, by }) => {
    const text = cleanText(heard);
    if (text === '') return { refused: 'empty' };
    const which = { 'spoken.recording': recording };
    const spoken = { recording, state: 'writtenDown' as const, by, at: world.now() };
    const proposal = await native(Proposal).findOne(which);
    if (proposal) {
      if ([...text].length > LONGEST_PROPOSAL) return { refused: 'tooLong' };
      const { number } = proposal._id;
      const said = { key: 'notice.proposalWrittenDown', params: { number, text } };
      const told = await tellProposer(world, tell, proposal, `writtenDown|${spoken.at.toISOString()}`, said);
      await native(Proposal).updateOne({ _id: proposal._id }, { $set: { text: encryptedProposal(world.vault, proposal._id, text), spoken } });
      return { of: 'proposal', number, told };
    }
    const letter = await native(Letter).findOne(which);
    if (!letter) return { refused: 'noRecording' };
    const { number } = letter._id;
    const isCall = letter.kind === 'call';
    const said = { key: 'notice.letterWrittenDown', params: { number } };
    const told = isCall ? false : await tellAuthor(world, tell, letter, `writtenDown|${spoken.at.toISOString()}`, said);
    await letterWrittenDown(world.vault, letter._id, text, spoken);
    return { of: 'letter', number, told };
  };
}

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
