import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import type { World } from '../../store/world.ts';
import { Inquiry, inquiryAddress, inquiryText, Recording, type RecordingRecord, type Spoken } from '../inquiries/index.ts';
import { type Actor, checkView } from '../people/index.ts';
import { Proposal, proposalAddress, proposalText } from './proposal.ts';

/** A proposal or an inquiry that was spoken, with what is known of its recording. */
export interface SpokenItem {
  /** The id by which commands name the recording. */
  readonly id: string | undefined;
  /** What it is, by its number: `proposal 12`, `question 3`. */
  readonly of: string;
  readonly at: Date;
  readonly written: Spoken['state'] | undefined;
  readonly sound: RecordingRecord['state'] | 'deleted';
  readonly seconds: number | undefined;
  /** The reason why the last try to fetch or delete the recording failed: a stable code. */
  readonly reason: string | undefined;
  /** Where the answer goes; undefined after a deletion. */
  readonly address: string | undefined;
  readonly text: string;
}

/** What was spoken in a community and is not written down, oldest first. `isAll`: what is written down, too. */
export async function spokenItems({ vault }: Pick<World, 'vault'>, community: string, isAll: boolean): Promise<SpokenItem[]> {
  const spoken = isAll ? { spoken: { $exists: true } } : { 'spoken.state': { $in: ['beingWrittenDown' as const, 'lost' as const] } };
  const [proposals, inquiries, recordings] = await Promise.all([
    collection(Proposal)
      .find({ community, ...spoken })
      .toArray(),
    collection(Inquiry)
      .find({ '_id.community': community, ...spoken })
      .toArray(),
    collection(Recording)
      .find({ community }, { projection: { carrierId: 0 } })
      .toArray(),
  ]);
  const kept = new Map(recordings.map((recording) => [recording._id, recording]));
  const items = [
    ...proposals.map((proposal) => ({
      ...proposal,
      of: `proposal ${proposal._id.number}`,
      address: proposalAddress(vault, proposal),
      text: proposalText(vault, proposal),
    })),
    ...inquiries.map((inquiry) => ({
      ...inquiry,
      of: `${inquiry.kind} ${inquiry._id.number}`,
      address: inquiryAddress(vault, inquiry),
      text: inquiryText(vault, inquiry),
    })),
  ];
  return items
    .toSorted((one, other) => one.at.getTime() - other.at.getTime())
    .map(({ spoken, of, at, address, text }) => {
      const { state = 'deleted' as const, seconds, reason } = kept.get(spoken?.recording ?? '') ?? {};
      return { id: spoken?.recording, of, at, written: spoken?.state, sound: state, seconds, reason, address, text };
    });
}

/** How many recordings wait to be written down, and since when. Rejects with `not-allowed` (`checkView`). */
export async function waitingRecordings(community: string, actor: Actor): Promise<{ readonly count: number; readonly since?: Date }> {
  checkView(actor, 'waiting', community);
  const spoken = { 'spoken.state': 'beingWrittenDown' as const };
  const total = [{ $group: { _id: null, count: { $sum: 1 }, since: { $min: '$at' } } }];
  const [proposals, inquiries] = await Promise.all([
    forReaders(Proposal)
      .aggregate<{ count: number; since: Date }>([{ $match: { community, ...spoken } }, ...total])
      .toArray(),
    forReaders(Inquiry)
      .aggregate<{ count: number; since: Date }>([{ $match: { '_id.community': community, ...spoken } }, ...total])
      .toArray(),
  ]);
  const found = [...proposals, ...inquiries].toSorted((one, other) => one.since.getTime() - other.since.getTime());
  const count = found.reduce((sum, each) => sum + each.count, 0);
  return { count, ...(found[0] && { since: found[0].since }) };
}
