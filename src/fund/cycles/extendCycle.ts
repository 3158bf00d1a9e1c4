import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { sha256 } from '../../store/vault.ts';
import { readTime } from '../../store/wallTime.ts';
import { act, choice, day, done, given, line, refuse, time } from '../act/index.ts';
import { findCommunity } from '../communities/index.ts';
import { DAILY_WORK } from '../people/index.ts';
import { calendarMark, heldVote, LONGEST_KEYING_MS, slipsClose, stageAt, voteOf } from './calendar.ts';
import type { Move } from './cycle.ts';
import { cycleAt, onCycle } from './cycleSubject.ts';
import { recordMove } from './recordMove.ts';

/**
 * How long a change waits before it takes effect, so that every process has heard of it by then. What a process remembers of a cycle holds for a
 * second, or until it hears of a change (`changes`, which counts as deaf after 900 ms).
 */
export const HEARD_MS = 2_000;
const LONGEST_REASON = 300;

/** What is put off: a vote's close, or the end of keying its slips of paper. */
export const EXTENDS = ['vote', 'slips'] as const;
export type Extends = (typeof EXTENDS)[number];

/** A cycle by its calendar: who changes it has looked at it. */
export const calendar = { ...onCycle, revision: calendarMark };

/**
 * Puts off a vote's close, or the end of keying its slips (docs/contract.md: The vote), until `day` and `time`, or the moment `to`. The extension is recorded and
 * public, and takes two persons. Resolves once every process has heard of it, 2 s later. `passed`: the close has passed, or is so near that not every process would
 * hear of the change in time. `earlier`: it is not later than it is now. `tooLong`: slips would be keyed longer than 72 hours after the close.
 */
export const extendCycle = act({
  name: 'cycle.extend',
  may: DAILY_WORK,
  approval: { by: 'supervisor' },
  on: calendar,
  input: z.strictObject({
    what: choice(EXTENDS).optional(),
    day: day().optional(),
    time: time().optional(),
    to: given(z.iso.datetime()).optional(),
    reason: line(LONGEST_REASON),
  }),
  refusals: { noDay: 'day', noVote: 'day', passed: 'day', earlier: 'day', tooLong: 'day' },
  around: async ({ on }, transact) => {
    const performed = await transact(calendarMark(on));
    if (performed.is === 'done') await sleep(HEARD_MS);
    return performed;
  },
  async run({ world, session, on, input, actor }) {
    const { _id: id } = on;
    const { what = 'vote', reason } = input;
    const { timezone = 'UTC' } = (await findCommunity(on.community)) ?? {};
    const at = world.now();
    const to = input.to === undefined ? readTime(`${input.day}T${input.time ?? '00:00'}`, timezone, at) : new Date(input.to);
    if (!to) return refuse('noDay');
    const close = (heldVote(on, at) ?? voteOf(on, at))?.to;
    const ends = what === 'slips' ? slipsClose(on, at) : close;
    if (!close || !ends) return refuse('noVote');
    if (on.sealedAt || at.getTime() + HEARD_MS >= ends.getTime()) return refuse('passed');
    if (to <= ends) return refuse('earlier');
    if (what === 'slips' && to.getTime() > close.getTime() + LONGEST_KEYING_MS) return refuse('tooLong');
    const extended: Move = { kind: what === 'slips' ? 'slips' : 'extend', stage: 'vote', from: to, by: actor.name, reason, at };
    await recordMove(world, on, extended, session);
    const field = what === 'slips' ? 'slipsUntil' : 'closes';
    const about = `${id}/${what}`; // the vote and its slips wait each for itself
    return done({ extended }, { before: { [field]: ends }, after: { [field]: to }, reason, about, pinned: { to: to.toISOString() } });
  },
});

/**
 * Opens a vote that is held back, all the same (docs/contract.md: The vote). It is recorded and public, as a move is, with its reason, and takes two persons.
 * Resolves once it is in force, 2 s later. `projects`: a hash of those that would be voted on as somebody asked for it. `notHeld`: nothing holds the vote back, or its
 * day has not come.
 */
export const openAllTheSame = act({
  name: 'cycle.openAllTheSame',
  may: DAILY_WORK,
  approval: { by: 'supervisor' },
  on: { ...cycleAt('/publication/:cycle'), revision: calendarMark },
  input: z.strictObject({ reason: line(LONGEST_REASON), projects: given(z.string()).optional() }),
  refusals: { notHeld: null, noProjects: null, changed: null },
  around: async ({ on }, transact) => {
    const performed = await transact(calendarMark(on));
    if (performed.is === 'done') await sleep(HEARD_MS);
    return performed;
  },
  async run({ world, session, on, input: { reason, projects }, actor }) {
    const at = world.now();
    const held = heldVote(on, at);
    if (!held) return refuse('notHeld');
    if (on.projects.length === 0) return refuse('noProjects');
    const votedOn = sha256(JSON.stringify(on.projects));
    if (projects !== undefined && projects !== votedOn) return refuse('changed');
    const from = new Date(at.getTime() + HEARD_MS);
    const opened: Move = { kind: 'move', stage: 'vote', from, by: actor.name, reason, at };
    const holds = (on.holds ?? []).map((hold) => (hold.to ? hold : { ...hold, to: from }));
    await recordMove(world, on, opened, session, holds);
    const lines = on.projects.map(({ number, title, cost }) => `${number} ${title} ${cost.toLocaleString('en-US')}`);
    const ballot = { title: on.title, budget: on.budget, projects: lines };
    const detail = { before: { stage: stageAt(on, at), from: held.from }, after: { stage: 'vote', closes: held.to, ...ballot }, reason };
    return done({ opened }, { ...detail, pinned: { projects: votedOn } });
  },
});
