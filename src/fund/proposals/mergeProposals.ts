import type { mongo } from 'mongoose';
import { z } from 'zod';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { act, done, line, lines, number, refuse } from '../act/index.ts';
import { findCycle } from '../cycles/index.ts';
import { DAILY_WORK } from '../people/index.ts';
import { moveOn, notifyProposer } from './moveOn.ts';
import { encryptedProposal, isOpenState, LONGEST_PROPOSAL, LONGEST_REASON, lastNumber, Proposal, type ProposalRecord } from './proposal.ts';
import { listOf } from './sortProposals.ts';
import { proposal } from './subjects.ts';
import { uniteSupports } from './support.ts';

const LONGEST_OTHERS = 300;

/**
 * Makes a proposal part of another one, or with others of a new one that says `newText`: they keep number, text and proposer, and who supported one of
 * them supports that one, once. What was part of them becomes part of it as well. Each proposer is notified once. Can be undone (`takeApart`) until the ballot
 * is frozen. `state`: one of them is part of something already, refused, done, or not public.
 */
export const mergeProposals = act({
  name: 'proposal.merge',
  may: DAILY_WORK,
  on: proposal,
  input: z.strictObject({ into: number().optional(), others: line(LONGEST_OTHERS).optional(), newText: lines(LONGEST_PROPOSAL).optional() }),
  refusals: { noInto: 'into', noText: 'newText', noProposal: 'into', noOthers: 'others', itself: 'into', state: null, frozen: null, changed: null },
  isNumbered: true,
  async run({ world, notify, session, on, input: { into, others, newText }, actor }) {
    const { cycle: id } = on._id;
    const { community } = on;
    if ((await findCycle(id))?.frozen) return refuse('frozen');
    if (into === undefined && newText === undefined) return refuse(others === undefined ? 'noInto' : 'noText');
    if (into === on._id.number) return refuse('itself');
    const numbers = [...new Set([on._id.number, ...(into === undefined ? numbersIn(others) : [])])];
    const wanted = into === undefined ? numbers : [...numbers, into];
    const find = (which: mongo.Filter<ProposalRecord>) =>
      collection(Proposal)
        .find({ '_id.cycle': id, ...which }, { session })
        .toArray();
    const found = await find({ '_id.number': { $in: wanted } });
    if (found.length < wanted.length) return refuse(into === undefined ? 'noOthers' : 'noProposal');
    if (found.some(({ state, public: isPublic, hidden }) => !isOpenState(state) || !isPublic || hidden)) return refuse('state');
    const joining = [...found.filter(({ _id }) => _id.number !== into), ...(await find({ mergedInto: { $in: numbers } }))];
    const root = into ?? ((await lastNumber(id)) ?? 0) + 1;
    const at = world.now();
    if (into === undefined && newText !== undefined) {
      const _id = { cycle: id, number: root };
      const made = { community, at, origin: on.origin, writtenBy: actor.name, state: 'received' as const, public: true };
      const text = encryptedProposal(world.vault, _id, newText);
      await collection(Proposal).insertOne({ _id, ...made, by: makerOf(world, _id), text, history: [] }, { session });
    }
    for (const each of joining) {
      const { mergedInto, mergedBy = mergedInto } = each;
      const set = { mergedInto: root, ...(mergedBy !== undefined && { mergedBy }) };
      if (!(await moveOn(each, { state: 'merged', by: actor.name, at }, session, { set }))) return refuse('changed');
      const said = { key: 'notice.proposalMergedInto', params: { number: each._id.number, into: root } };
      await notifyProposer(world, notify, each, `merged|${each.history.length}`, said, session);
    }
    const joined = joining.map(({ _id }) => _id.number);
    await uniteSupports(id, joined, root, session);
    const before = Object.fromEntries(joining.map(({ _id, state, mergedInto }) => [_id.number, mergedInto ?? state]));
    const after = { into: root, ...(into === undefined && { text: newText }) };
    return done({ into: root }, { subject: `${id}/${listOf(numbers)}`, before, after });
  },
});

function numbersIn(typed = ''): number[] {
  return typed.split(/\D+/).flatMap((part) => (part === '' ? [] : [Number(part)]));
}

/**
 * Makes a proposal that was merged one of its own again, in the state before, with its own supports and with what was part of it before; proposers are notified.
 * A text that was made for a merge and has no part any more is hidden.
 */
export const takeApart = act({
  name: 'proposal.apart',
  may: DAILY_WORK,
  on: proposal,
  input: z.strictObject({ reason: line(LONGEST_REASON) }),
  refusals: { notMerged: null, frozen: null, changed: null },
  async run({ world, notify, session, on, input: { reason }, actor }) {
    const { cycle: id, number } = on._id;
    if ((await findCycle(id))?.frozen) return refuse('frozen');
    const { mergedInto, history } = on;
    if (mergedInto === undefined) return refuse('notMerged');
    const state = history.findLast((change) => change.state !== 'merged')?.state ?? 'received';
    const at = world.now();
    const change = { state, by: actor.name, at };
    if (!(await moveOn(on, change, session, { unset: { mergedInto: 1, mergedBy: 1 } }))) return refuse('changed');
    const others = await collection(Proposal).find({ '_id.cycle': id, mergedInto }, { session }).toArray();
    const own = partsBy(number, others);
    for (const part of own) {
      const besides = { set: { mergedInto: number }, ...(part.mergedBy === number && { unset: { mergedBy: 1 as const } }) };
      if (!(await moveOn(part, { state: 'merged', by: actor.name, at }, session, besides))) return refuse('changed');
    }
    await uniteSupports(id, [number, ...own.map(({ _id }) => _id.number)], number, session);
    const hidden =
      own.length === others.length && (await hideMade(world, { cycle: id, number: mergedInto }, { by: actor.name, reason, at }, session));
    const said = { key: 'notice.proposalApart', params: { number, into: mergedInto } };
    await notifyProposer(world, notify, on, `apart|${history.length}`, said, session);
    for (const part of own) {
      const joined = { key: 'notice.proposalMergedInto', params: { number: part._id.number, into: number } };
      await notifyProposer(world, notify, part, `merged|${part.history.length}`, joined, session);
    }
    const after = { state, ...(own.length > 0 && { with: own.map(({ _id }) => _id.number) }), ...(hidden && { hidden: mergedInto }) };
    return done({}, { before: { into: mergedInto }, after, reason });
  },
});

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
