import type { Channel } from '../../contacts/channel.ts';
import { forReaders } from '../../store/connect.ts';
import { maskNumbers } from '../../store/text.ts';
import type { Vault } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { type Origin, onPublicList, Proposal, type ProposalRecord, type ProposalState, proposalText, type Refusal, refusalOf } from './proposal.ts';
import { supportsOf } from './support.ts';

/** A proposal as anyone may read it. */
export interface PublicProposal {
  readonly number: number;
  /** ISO 8601. */
  readonly at: string;
  /** Over which channel it came; null if a cadre wrote it down. */
  readonly channel: Channel | null;
  readonly origin: Origin;
  readonly category: string | null;
  /** The text, with the numbers of phones, IDs and banks masked. Empty while there is `spoken`. */
  readonly text: string;
  /** The proposal was spoken on the phone and is not in writing yet. */
  readonly spoken?: 'beingWrittenDown' | 'lost';
  readonly state: ProposalState;
  /** The project that it became part of. */
  readonly project: number | null;
  /** How many residents support it, those of its parts among them. */
  readonly supports: number;
  /** The proposal that it is part of now. */
  readonly mergedInto: number | null;
  /** Why it is refused; null while that is not given. A council gives no code. */
  readonly reason: Refusal | null;
  /** What it costs, in whole units, once that is given. */
  readonly cost: number | null;
}

const PAGE = 200;

/** A page of a cycle's public proposals, newest first, at most `most` of them. With `before`, only proposals with lower numbers. */
export async function publicProposals({ vault }: Pick<World, 'vault'>, cycle: string, before?: number, most = PAGE): Promise<PublicProposal[]> {
  const wanted = { ...onPublicList(cycle), ...(before !== undefined && { '_id.number': { $lt: before } }) };
  const found = await forReaders(Proposal)
    .find(wanted, { sort: { '_id.number': -1 }, limit: most })
    .toArray();
  const supports = await supportsOf(
    cycle,
    found.map(({ _id }) => _id.number),
  );
  return found.map((record) => publicProposal(record, publicText(vault, record), supports));
}

/** A proposal's text, with the numbers of phones, IDs and banks masked; empty while a spoken one is not written down. */
export function publicText(vault: Vault, record: Pick<ProposalRecord, '_id' | 'text'>): string {
  return maskNumbers(proposalText(vault, record));
}

/** A proposal that is on the public list, as anyone may read it. `text`: its `publicText`. `supports`: how many residents support each, by number. */
export function publicProposal(
  { _id, at, channel, origin, category, spoken, state, project, mergedInto, opinion, council }: Omit<ProposalRecord, 'text'>,
  text: string,
  supports: ReadonlyMap<number, number>,
): PublicProposal {
  return {
    number: _id.number,
    at: at.toISOString(),
    channel: channel === origin ? channel : null,
    origin,
    category: category ?? null,
    text,
    ...(spoken && spoken.state !== 'writtenDown' && { spoken: spoken.state }),
    state,
    project: project ?? null,
    supports: supports.get(_id.number) ?? 0,
    mergedInto: mergedInto ?? null,
    reason: refusalOf({ state, opinion, council }) ?? null,
    cost: opinion?.given && opinion.isFeasible ? (opinion.cost ?? null) : null,
  };
}
