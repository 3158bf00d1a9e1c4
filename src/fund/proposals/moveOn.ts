import type { mongo } from 'mongoose';
import type { Notice, Notify } from '../../contacts/notify.ts';
import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { answerOf, Resident } from '../people/index.ts';
import { Proposal, type ProposalRecord, proposalAddress } from './proposal.ts';

/** What changes with the state. `where`: what else has to be as it was read. */
interface Besides {
  readonly set?: mongo.MatchKeysAndValues<ProposalRecord>;
  readonly unset?: mongo.OnlyFieldsOfType<ProposalRecord, unknown, '' | 1 | true>;
  readonly where?: mongo.Filter<ProposalRecord>;
}

/** Moves a proposal on to a state, unless it was moved on since it was read; gives whether it was. */
export async function moveOn(
  { _id, history }: Pick<ProposalRecord, '_id' | 'history'>,
  change: ProposalRecord['history'][number],
  session: mongo.ClientSession,
  { set, unset, where }: Besides = {},
): Promise<boolean> {
  const { matchedCount } = await collection(Proposal).updateOne(
    { _id, history: { $size: history.length }, ...where },
    { $set: { ...set, state: change.state }, ...(unset && { $unset: unset }), $push: { history: change } },
    { session },
  );
  return matchedCount > 0;
}

const CHANGED = 'proposal-changed';

/** The error that undoes what is done to several proposals, because somebody else changed one of them. */
export function proposalChanged(): CodedError {
  return new CodedError(CHANGED, 'Somebody else changed one of these proposals meanwhile; look at it again.');
}

/** Gives what `work` does; if it was undone by `proposalChanged`, that. */
export async function unlessChanged<Done>(work: Promise<Done>): Promise<Done | { readonly refused: 'changed' }> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CodedError && error.code === CHANGED) return { refused: 'changed' };
    throw error;
  }
}

/**
 * Notifies a proposal's proposer of what became of it, once `session`'s act is done; gives false if they have been deleted since. `occasion` names what
 * became of it. `byDay`: not in the quiet hours, because somebody else did something; `atOnce`: it belongs to what they did just now.
 */
export async function notifyProposer(
  { vault }: Pick<World, 'vault'>,
  notify: Notify,
  proposal: ProposalRecord,
  occasion: string,
  said: Notice['said'],
  session?: mongo.ClientSession,
  when: 'byDay' | 'atOnce' = 'byDay',
): Promise<boolean> {
  const { _id, community, channel, by } = proposal;
  const address = proposalAddress(vault, proposal);
  if (address === undefined || channel === undefined) return false;
  const person = await collection(Resident).findOne(
    { community, _id: by },
    { projection: { language: 1, person: 1, phoneId: 1, linkedContacts: 1 } },
  );
  const notice: Notice = {
    occasion: `proposal|${_id.cycle}|${_id.number}|${occasion}`,
    community,
    ...answerOf(vault, { channel, address }, person),
    ...(person && { resident: by }),
    language: person?.language,
    kind: 'answer',
    ...(when === 'byDay' && { heedsQuiet: true }),
    askedAt: proposal.at,
    said,
  };
  await notify(notice, session);
  return true;
}

/** Parts of one proposal whose proposers are notified of what became of it. */
const MOST_PARTS = 500;

/** Notifies a proposal's proposer as `notifyProposer` does, and by `ofPart` those of its parts, each person once. */
export async function notifyProposers(
  world: Pick<World, 'vault'>,
  notify: Notify,
  proposal: ProposalRecord,
  occasion: string,
  { ofPart, ...said }: Notice['said'] & { readonly ofPart: string | undefined },
  session: mongo.ClientSession,
): Promise<boolean> {
  const { cycle, number: into } = proposal._id;
  const notified = await notifyProposer(world, notify, proposal, occasion, said, session);
  const told = new Set([proposal.by]);
  const parts = ofPart ? collection(Proposal).find({ '_id.cycle': cycle, mergedInto: into }, { session, limit: MOST_PARTS }) : [];
  for await (const part of parts) {
    if (!ofPart || told.has(part.by)) continue;
    told.add(part.by);
    const params = { ...said.params, number: part._id.number, into };
    await notifyProposer(world, notify, part, `${into}|${occasion}`, { key: ofPart, params }, session);
  }
  return notified;
}
