import type { mongo } from 'mongoose';
import { z } from 'zod';
import { collection } from '../../store/collection.ts';
import { cleanText, maskNumbers } from '../../store/text.ts';
import { readTime } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { act, day, done, given, line, mistaken, numbers, paragraphs, refuse, subject, time } from '../act/index.ts';
import { findCommunity } from '../communities/index.ts';
import { type CycleRecord, cycleAt, daysOf, findCycle } from '../cycles/index.ts';
import { type Actor, DAILY_WORK } from '../people/index.ts';
import { dropsPictures, keepsPictures } from '../pictures/index.ts';
import { DECISIONS, isOnAgenda, LONGEST_REASON } from '../proposals/index.ts';
import { staffOf } from '../staff/index.ts';
import {
  attendanceOf,
  encryptedNotes,
  LONGEST_NOTES,
  Meeting,
  type MeetingItem,
  type MeetingRecord,
  MOST_ITEMS,
  meetingSubject,
  notesOf,
  ofMeeting,
  problemOf,
} from './meeting.ts';

const LONGEST_PLACE = 60;

/** A meeting of the council. */
export const meeting = subject({
  path: '/meetings/:cycle/:number',
  find: (_, community, { cycle = '', number }, session) =>
    collection(Meeting).findOne({ _id: { cycle, number: Number(number) }, community }, { ...(session && { session }), promoteBuffers: true }),
  name: ({ _id }: MeetingRecord) => meetingSubject(_id),
  revision: ({ revision }) => revision,
});

/** When and where; `yes`, `no`: the proposals that the cadres recommend, and that they do not. */
const planInput = z.strictObject({
  day: day(),
  time: time(),
  place: line(LONGEST_PLACE),
  yes: numbers().optional(),
  no: numbers().optional(),
});
/** `outside`: it lies before the cycle or after it. `unknown`: they are no proposals of the cycle that a council can decide on. */
const notPlanned = { noDay: 'day', outside: 'day', tooMany: 'yes', unknown: 'yes' } as const;

/** Calls a meeting of the council; at the same time and place it is the same one. */
export const planMeeting = act({
  name: 'meeting.plan',
  may: DAILY_WORK,
  on: cycleAt('/meetings/:cycle'),
  input: planInput,
  refusals: notPlanned,
  isNumbered: true,
  async run({ world, session, on, input, actor }) {
    const { _id: cycle, community } = on;
    const plan = await planOf(world, on, input);
    if ('refused' in plan) return plan;
    const { at, place } = plan;
    const same = await collection(Meeting).findOne({ '_id.cycle': cycle, at, place }, { session, projection: { _id: 1 } });
    if (same) return done({ planned: same._id.number });
    const _id = { cycle, number: ((await lastMeeting(cycle)) ?? 0) + 1 };
    const roll = await councilOf(world, community, new Set());
    const made = { _id, community, ...plan, roll, signatures: [], addenda: [], by: actor.name, revision: 1 };
    await collection(Meeting).insertOne(made, { session });
    return done({ planned: _id.number }, { subject: meetingSubject(_id), after: { at, place, proposals: numbersOf(plan.items) } });
  },
});

/** Changes when and where a meeting is, and its agenda, until the minutes are final; what was written of an item that stays on it is kept. */
export const changeMeeting = act({
  name: 'meeting.change',
  may: DAILY_WORK,
  on: meeting,
  input: planInput,
  refusals: { ...notPlanned, final: null },
  async run({ world, session, on, input }) {
    if (on.final) return refuse('final');
    const cycle = await findCycle(on._id.cycle);
    if (!cycle) return refuse('outside');
    const plan = await planOf(world, cycle, input);
    if ('refused' in plan) return plan;
    const { at, place } = plan;
    const items = plan.items.map((item) => ({ ...on.items.find(({ proposal }) => proposal === item.proposal), ...item }));
    await save(on, { at, place, items }, session);
    const before = { at: on.at, place: on.place, proposals: numbersOf(on.items) };
    return done({}, { before, after: { at, place, proposals: numbersOf(items) } });
  },
});

async function planOf(world: World, cycle: CycleRecord, { day, time, place, yes = [], no = [] }: z.output<typeof planInput>) {
  const { timezone = 'UTC' } = (await findCommunity(cycle.community)) ?? {};
  const at = readTime(`${day}T${time}`, timezone, world.now());
  if (!at) return refuse('noDay');
  const { first, last } = daysOf(cycle, world.now(), timezone);
  if (day < first || day > last) return refuse('outside');
  const items = [...yes.map((proposal) => ({ proposal, advice: 'yes' as const })), ...no.map((proposal) => ({ proposal, advice: 'no' as const }))];
  const wanted = numbersOf(items);
  if (wanted.length > MOST_ITEMS) return refuse('tooMany');
  const known = await isOnAgenda(cycle._id, wanted);
  const unknown = wanted.filter((number, index) => !known.has(number) || wanted.indexOf(number) !== index);
  return unknown.length > 0 ? refuse('unknown', { numbers: unknown }) : { at, place, items };
}

const count = z.int().min(0).max(9_999).optional();

/**
 * Writes the minutes: who was there, by the ids of their roles, the votes by hand, what was decided. Cadres write them, and who was there of the council amends
 * them, not the roll. Numbers of phones, IDs and banks are kept masked. Signatures of what stood there before are void. `notThere`: a member of the council amends
 * what they took part in. What does not follow from the votes is a mistake at `items.PROPOSAL`, an `ItemProblem`.
 */
export const writeMinutes = act({
  name: 'meeting.minutes',
  may: [...DAILY_WORK, 'staff council'],
  on: meeting,
  input: z.strictObject({
    there: given(z.array(z.string())),
    items: given(
      z.array(
        z.strictObject({
          proposal: z.int(),
          ...{ for: count, against: count, abstained: count },
          decision: z.enum(DECISIONS).optional(),
          reason: z
            .string()
            .refine((given) => [...given].length <= LONGEST_REASON, 'tooLong')
            .optional(),
        }),
      ),
    ),
    notes: paragraphs(LONGEST_NOTES).optional(),
  }),
  refusals: { final: null, notThere: null },
  async run({ world, session, on, input, actor }) {
    if (on.final) return refuse('final');
    const isCouncil = actor.role === 'council';
    if (isCouncil && !wasThere(on, actor)) return refuse('notThere');
    const text = maskNumbers(input.notes ?? '');
    const roll = isCouncil ? on.roll : await councilOf(world, on.community, new Set(input.there));
    const items = on.items.map(({ proposal, advice }) => itemOf({ proposal, advice }, input.items));
    const attendance = attendanceOf({ roll }, (await findCommunity(on.community))?.council);
    const problems = items.flatMap((item) => {
      const problem = problemOf(item, attendance);
      return problem ? [[`items.${item.proposal}`, problem] as const] : [];
    });
    if (problems.length > 0) return mistaken(Object.fromEntries(problems));
    await save(on, { roll, items, notes: encryptedNotes(world.vault, on._id, text) }, session);
    const said = (of: Pick<MeetingRecord, 'roll' | 'items'>, notes: string) => ({ there: attendanceOf(of, undefined).there, items: of.items, notes });
    return done({}, { before: said(on, notesOf(world.vault, on)), after: said({ roll, items }, text) });
  },
});

async function save({ _id }: MeetingRecord, set: Partial<MeetingRecord>, session: mongo.ClientSession): Promise<void> {
  await collection(Meeting).updateOne({ _id }, { $set: { ...set, signatures: [] }, $inc: { revision: 1 } }, { session });
}

const pictured = { on: meeting, of: ({ _id, community }: MeetingRecord) => ({ community, ...ofMeeting(_id) }) };
export const keepMeetingPicture = keepsPictures({ ...pictured, isOpen: ({ final }) => final === undefined });
/** Even after the minutes are final. */
export const dropMeetingPicture = dropsPictures(pictured);

/** Whether an actor of the council was there. */
export function wasThere({ roll }: Pick<MeetingRecord, 'roll'>, { id }: Pick<Actor, 'id'>): boolean {
  return roll.some((member) => member.id === id && member.isThere);
}

/** The council as it is now, by name. */
async function councilOf(world: World, community: string, there: ReadonlySet<string>): Promise<MeetingRecord['roll']> {
  const staff = await staffOf(world, community);
  return staff.filter(({ role }) => role === 'council').map(({ id, name }) => ({ id, name, isThere: there.has(id) }));
}

function itemOf({ proposal, advice }: Pick<MeetingItem, 'proposal' | 'advice'>, written: readonly Omit<MeetingItem, 'advice'>[]): MeetingItem {
  const { proposal: _, decision, reason, ...counts } = written.find((item) => item.proposal === proposal) ?? { proposal };
  const given = Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined));
  const why = maskNumbers(cleanText(reason ?? ''));
  return { proposal, advice, ...given, ...(decision && { decision }), ...(why !== '' && { reason: why }) };
}

function numbersOf(items: readonly Pick<MeetingItem, 'proposal'>[]): number[] {
  return items.map(({ proposal }) => proposal);
}

async function lastMeeting(cycle: string): Promise<number | undefined> {
  const last = await collection(Meeting).findOne({ '_id.cycle': cycle }, { sort: { '_id.number': -1 }, projection: { _id: 1 } });
  return last?._id.number;
}
