import type { mongo } from 'mongoose';
import type { Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import { numbered } from '../../store/databaseErrors.ts';
import { cleanText } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { findCycle } from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { moveOn, notifyProposer, proposalChanged, unlessChanged } from './moveOn.ts';
import { encryptedProposal, isOpenState, LONGEST_PROPOSAL, lastNumber, Proposal, type ProposalRecord } from './proposal.ts';
import { listOf } from './sortProposals.ts';
import { uniteSupports } from './support.ts';

export interface Merging {
  readonly cycle: string;
  readonly numbers: readonly number[];
  /** The proposal that they become part of, or the text of a new one. */
  readonly into: number | string;
  readonly actor: Actor;
}

export type Merged =
  | { readonly into: number }
  /** `state`: one of them is part of something already, refused, done, or not public. `changed`: somebody else was faster. */
  | { readonly refused: 'noProposal' | 'itself' | 'state' | 'frozen' | 'text' | 'changed' };

/**
 * Makes proposals part of another one, or of a new one: they keep number, text and proposer, and who supported one of them supports that one, once.
 * What was part of them becomes part of it as well. Each proposer is notified once. Can be undone (`takeApart`) until the ballot is frozen. Rejects with
 * `not-allowed` (`checkRight`).
 */
export function mergeProposals(world: World, notify: Notify): (merging: Merging) => Promise<Merged> {
  return async ({ cycle: id, numbers, into, actor }) => {
    const cycle = await findCycle(id);
    if (!cycle) return { refused: 'noProposal' };
    const acting = checkRight(actor, 'mergeProposals', cycle.community);
    if (cycle.frozen) return { refused: 'frozen' };
    if (typeof into === 'number' && numbers.includes(into)) return { refused: 'itself' };
    const text = typeof into === 'string' ? cleanText(into) : undefined;
    if (text !== undefined && (text === '' || [...text].length > LONGEST_PROPOSAL)) return { refused: 'text' };
    const wanted = [...new Set([...numbers, ...(typeof into === 'number' ? [into] : [])])];
    const found = await collection(Proposal)
      .find({ '_id.cycle': id, '_id.number': { $in: wanted } })
      .toArray();
    if (found.length < wanted.length || numbers.length === 0) return { refused: 'noProposal' };
    if (found.some(({ state, public: isPublic, hidden }) => !isOpenState(state) || !isPublic || hidden)) return { refused: 'state' };
    const parts = found.filter(({ _id }) => _id.number !== into);
    const within = await collection(Proposal)
      .find({ '_id.cycle': id, mergedInto: { $in: [...numbers] } })
      .toArray();
    const joining = [...parts, ...within];
    return unlessChanged(typeof into === 'number' ? merge(into) : numbered(() => lastNumber(id), merge));

    function merge(root: number): Promise<Merged> {
      return withLog(world)(acting.community, async (session, write) => {
        const at = world.now();
        const [first] = parts;
        if (text !== undefined && first) {
          const _id = { cycle: id, number: root };
          const made = { community: acting.community, at, origin: first.origin, writtenBy: actor.name, state: 'received' as const, public: true };
          await collection(Proposal).insertOne(
            { _id, ...made, by: makerOf(world, _id), text: encryptedProposal(world.vault, _id, text), history: [] },
            { session },
          );
        }
        for (const proposal of joining) {
          const change = { state: 'merged' as const, by: actor.name, at };
          const { mergedInto, mergedBy = mergedInto } = proposal;
          if (!(await moveOn(proposal, change, session, { set: { mergedInto: root, ...(mergedBy !== undefined && { mergedBy }) } })))
            throw proposalChanged();
        }
        await uniteSupports(
          id,
          joining.map(({ _id }) => _id.number),
          root,
          session,
        );
        const before = Object.fromEntries(joining.map(({ _id, state, mergedInto }) => [_id.number, mergedInto ?? state]));
        const detail = { before, after: { into: root, ...(text !== undefined && { text }) } };
        await write({ ...acting, subject: `${id}/${listOf(numbers)}`, detail });
        for (const proposal of joining) {
          const said = { key: 'notice.proposalMergedInto', params: { number: proposal._id.number, into: root } };
          await notifyProposer(world, notify, proposal, `merged|${proposal.history.length}`, said, session);
        }
        return { into: root };
      });
    }
  };
}

export type TakenApart = { readonly done: true } | { readonly refused: 'noProposal' | 'notMerged' | 'frozen' | 'changed' };

/**
 * Makes a proposal that was merged one of its own again, in the state before, with its own supports and with what was part of it before; proposers are notified.
 * A text that was made for a merge and has no part any more is hidden. Rejects with `not-allowed` (`checkRight`).
 */
export function takeApart(
  world: World,
  notify: Notify,
): (part: { cycle: string; number: number; actor: Actor; reason: string }) => Promise<TakenApart> {
  return async ({ cycle: id, number, actor, reason }) => {
    const [cycle, proposal] = await Promise.all([findCycle(id), collection(Proposal).findOne({ _id: { cycle: id, number } })]);
    if (!cycle || !proposal) return { refused: 'noProposal' };
    const acting = checkRight(actor, 'mergeProposals', cycle.community);
    if (cycle.frozen) return { refused: 'frozen' };
    const { mergedInto, history } = proposal;
    if (mergedInto === undefined) return { refused: 'notMerged' };
    const state = history.findLast((change) => change.state !== 'merged')?.state ?? 'received';
    return unlessChanged(
      withLog(world)(acting.community, async (session, write): Promise<TakenApart> => {
        const at = world.now();
        const change = { state, by: actor.name, at };
        if (!(await moveOn(proposal, change, session, { unset: { mergedInto: 1, mergedBy: 1 } }))) return { refused: 'changed' };
        const others = await collection(Proposal).find({ '_id.cycle': id, mergedInto }, { session }).toArray();
        const own = partsBy(number, others);
        for (const part of own) {
          const besides = { set: { mergedInto: number }, ...(part.mergedBy === number && { unset: { mergedBy: 1 as const } }) };
          if (!(await moveOn(part, { state: 'merged', by: actor.name, at }, session, besides))) throw proposalChanged();
        }
        await uniteSupports(id, [number, ...own.map(({ _id }) => _id.number)], number, session);
        const hidden =
          own.length === others.length && (await hideMade(world, { cycle: id, number: mergedInto }, { by: actor.name, reason, at }, session));
        const after = { state, ...(own.length > 0 && { with: own.map(({ _id }) => _id.number) }), ...(hidden && { hidden: mergedInto }) };
        await write({ ...acting, subject: `${id}/${number}`, detail: { before: { into: mergedInto }, after, reason } });
        const said = { key: 'notice.proposalApart', params: { number, into: mergedInto } };
        await notifyProposer(world, notify, proposal, `apart|${history.length}`, said, session);
        for (const part of own) {
          const joined = { key: 'notice.proposalMergedInto', params: { number: part._id.number, into: number } };
          await notifyProposer(world, notify, part, `merged|${part.history.length}`, joined, session);
        }
        return { done: true };
      }),
    );
  };
}

/** Of parts of one proposal those that came there by a part, directly or by another one. Pure. */
function partsBy(number: number, parts: readonly ProposalRecord[]): ProposalRecord[] {
  const direct = parts.filter(({ mergedBy }) => mergedBy === number);
  return direct.flatMap((part) => [part, ...partsBy(part._id.number, parts)]);
}

/** Stands for a proposer where the text was made for a merge. */
function makerOf({ vault }: World, { cycle, number }: ProposalRecord['_id']): string {
  return vault.hmac('act', `${cycle}|${number}`, 'mergeProposals');
}

/** Hides a text that was made for a merge; gives whether it was one. */
async function hideMade(
  world: World,
  _id: ProposalRecord['_id'],
  hidden: NonNullable<ProposalRecord['hidden']>,
  session: mongo.ClientSession,
): Promise<boolean> {
  const made = { _id, by: makerOf(world, _id), hidden: { $exists: false } };
  return (await collection(Proposal).updateOne(made, { $set: { hidden } }, { session })).matchedCount === 1;
}
