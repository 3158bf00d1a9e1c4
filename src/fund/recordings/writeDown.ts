import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { cleanText } from '../cleanText.ts';
import { letterWrittenDown } from '../inbox/changeSpoken.ts';
import { tellAuthor } from '../inbox/tellAuthor.ts';
import { LONGEST_PROPOSAL } from '../proposals/longestProposal.ts';
import { encryptedProposal } from '../proposals/proposalText.ts';
import { tellProposer } from '../proposals/tellProposer.ts';
import { Letter } from '../records/letter.ts';
import { Proposal } from '../records/proposal.ts';
import type { Tell } from '../tell.ts';

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
