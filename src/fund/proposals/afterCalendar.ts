import type { Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import { numbered } from '../../store/databaseErrors.ts';
import { forEachSettled } from '../../store/pauses.ts';
import type { World } from '../../store/world.ts';
import { type CycleRecord, liveCycles, periods } from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import { moveOn, notifyProposer, proposalChanged, unlessChanged } from './moveOn.ts';
import {
  encryptedProposal,
  encryptedProposalAddress,
  encryptedProposalOf,
  lastNumber,
  Proposal,
  type ProposalRecord,
  proposalAddress,
  proposalOf,
  proposalText,
} from './proposal.ts';

/** Each look goes back a little further than the last one: another process may have written late. */
const AGAIN_MS = 10 * 60_000;
/** Proposals that one look moves on of so many cycles, which are asked for together; the next look goes on. */
const MAX_AT_ONCE = 200;
const TOGETHER = 500;

/**
 * What the calendar does to proposals. As a vote opens, what the council recommended and is not on the ballot is `notOnBallot`: a cadre says why
 * (`leaveOffBallot`). As a cycle begins, what came too late for the one before becomes a proposal of it, and its proposer hears the new number. It finds by
 * itself what is to be done, so it may run late, twice or in several processes. A whole city's votes may open at once.
 */
export function afterCalendar(world: World, notify: Notify): () => Promise<void> {
  let from = new Date(0);
  return async () => {
    const now = world.now();
    const since = (at: Date | undefined) => at !== undefined && from <= at && at <= now;
    const live = await liveCycles(now);
    const opened = live.filter(({ frozen }) => since(frozen?.at));
    const begun = live.filter((cycle) => !cycle.frozen && since(periods(cycle, now)[0]?.from));
    await forEachSettled(together(opened), 'looks', (cycles) => leaveOff(world, cycles));
    await forEachSettled(together(begun), 'looks', (cycles) => carryInto(world, notify, cycles));
    from = new Date(now.getTime() - AGAIN_MS);
  };
}

function together(cycles: readonly CycleRecord[]): CycleRecord[][] {
  return Array.from({ length: Math.ceil(cycles.length / TOGETHER) }, (_, place) => cycles.slice(place * TOGETHER, (place + 1) * TOGETHER));
}

async function leaveOff(world: World, cycles: readonly CycleRecord[]): Promise<void> {
  const filter = { '_id.cycle': { $in: cycles.map(({ _id }) => _id) }, state: 'recommended' } as const;
  const left = await collection(Proposal).find(filter, { limit: MAX_AT_ONCE }).toArray();
  const at = world.now();
  for (const proposal of left) {
    const service = { community: proposal.community, by: 'Yisheng', role: 'service', act: 'proposal.state' };
    await withLog(world, proposal.community, async (session, write) => {
      if (!(await moveOn(proposal, { state: 'notOnBallot', by: service.by, at }, session))) return;
      const detail = { before: { state: proposal.state }, after: { state: 'notOnBallot' } };
      await write({ ...service, subject: `${proposal._id.cycle}/${proposal._id.number}`, detail });
    });
  }
}

async function carryInto(world: World, notify: Notify, cycles: readonly CycleRecord[]): Promise<void> {
  const filter = { community: { $in: cycles.map(({ community }) => community) }, late: true, state: 'received' } as const;
  const late = await collection(Proposal)
    .find(filter, { limit: MAX_AT_ONCE, sort: { at: 1 } })
    .toArray();
  for (const proposal of late) {
    const into = cycles.find(({ _id, community }) => community === proposal.community && _id !== proposal._id.cycle);
    if (!into) continue;
    await unlessChanged(
      numbered(
        () => lastNumber(into._id),
        (number) => carry(world, notify, proposal, { cycle: into._id, number }),
      ),
    );
  }
}

/** Makes a late proposal one of another cycle, with its words, its author and where they are told; what each day allows was counted when it came. */
async function carry(world: World, notify: Notify, proposal: ProposalRecord, _id: ProposalRecord['_id']): Promise<void> {
  const { vault } = world;
  const { _id: before, community } = proposal;
  const { origin, channel, category, by, hidden, released, spoken, writtenBy } = proposal;
  const [text, address, whose] = [proposalText(vault, proposal), proposalAddress(vault, proposal), proposalOf(vault, proposal)];
  const at = world.now();
  const made: ProposalRecord = {
    ...{ _id, community, at: proposal.at, origin, by, state: 'received', public: proposal.public, carriedFrom: before, history: [] },
    ...(channel && { channel }),
    ...(category !== undefined && { category }),
    ...(writtenBy !== undefined && { writtenBy }),
    ...(hidden && { hidden }),
    ...(released && { released }),
    ...(spoken && { spoken }),
    ...(text !== '' && { text: encryptedProposal(vault, _id, text) }),
    ...(address !== undefined && { address: encryptedProposalAddress(vault, _id, address) }),
    ...(whose !== undefined && { whose: encryptedProposalOf(vault, _id, whose) }),
  };
  const service = { community, by: 'Yisheng', role: 'service', act: 'proposal.carry' };
  await withLog(world, community, async (session, write) => {
    const besides = { set: { carriedTo: _id }, unset: { late: 1 as const, spoken: 1 as const } };
    if (!(await moveOn(proposal, { state: 'carried', by: service.by, at }, session, besides))) throw proposalChanged();
    await collection(Proposal).insertOne(made, { session });
    await write({ ...service, subject: `${before.cycle}/${before.number}`, detail: { after: { ..._id } } });
    const said = { key: 'notice.proposalCarried', params: { number: before.number, into: _id.number } };
    await notifyProposer(world, notify, made, 'carried', said, session);
  });
}
