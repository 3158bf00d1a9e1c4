import { hideProposal, releaseProposal, setProposalState } from '../src/fund/proposals/index.ts';
import { actVerb } from './support/actVerb.ts';
import { commandOf } from './support/command.ts';

export const command = commandOf(
  'proposals',
  'Proposals of the current cycle: what became of one, and whether everybody can read it. Who made it is told.',
);

const said = ({ notified }: { readonly notified: boolean }) => (notified ? 'Done, and who made it is told.' : 'Done; nobody is told.');

actVerb(command, 'state', setProposalState, { description: 'says what became of it', words: ['state'], said });
actVerb(command, 'hide', hideProposal, { description: 'only staff can read it', said });
actVerb(command, 'release', releaseProposal, { description: 'everybody can read it', said });
