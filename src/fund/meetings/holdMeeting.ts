import { collection } from '../../store/collection.ts';
import { numbered } from '../../store/databaseErrors.ts';
import { cleanText, maskNumbers } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { findCommunity } from '../communities/index.ts';
import { findCycle } from '../cycles/index.ts';
import { type Acting, type Detail, withLog } from '../log/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { dropPicture, keepPicture, type MadePicture, type PictureKept } from '../pictures/index.ts';
import { isOnAgenda } from '../proposals/index.ts';
import { staffOf } from '../staff/index.ts';
import {
  attendanceOf,
  encryptedNotes,
  type ItemProblem,
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

/** What is known of a meeting before it is held. */
export interface MeetingPlan {
  readonly at: Date;
  /** 1 to 60 characters. */
  readonly place: string;
  /** The proposals, in their order, with what the cadres recommend. */
  readonly items: readonly Pick<MeetingItem, 'proposal' | 'advice'>[];
}

/** `unknown`: `numbers` are no proposals of the cycle that a council can decide on. */
export type NotPlanned = { readonly refused: 'noCycle' | 'place' | 'tooMany' } | { readonly refused: 'unknown'; readonly numbers: readonly number[] };

/** Calls a meeting of the council; at the same time and place it is the same one. Rejects with `not-allowed` (`checkRight`). */
export function planMeeting(
  world: World,
): (meeting: { cycle: string; plan: MeetingPlan; actor: Actor }) => Promise<{ readonly planned: number } | NotPlanned> {
  return async ({ cycle: id, plan, actor }) => {
    const cycle = await findCycle(id);
    if (!cycle) return { refused: 'noCycle' };
    const { community } = cycle;
    const acting = checkRight(actor, 'planMeeting', community);
    const wrong = await planProblem(id, plan);
    if (wrong) return wrong;
    const roll = await councilOf(world, community, new Set());
    const place = cleanText(plan.place);
    return numbered(
      () => lastMeeting(id),
      (number) =>
        withLog(world)(community, async (session, write): Promise<{ planned: number }> => {
          const same = await collection(Meeting).findOne({ '_id.cycle': id, at: plan.at, place }, { session, projection: { _id: 1 } });
          if (same) return { planned: same._id.number };
          const items = plan.items.map(({ proposal, advice }) => ({ proposal, advice }));
          const record = {
            _id: { cycle: id, number },
            community,
            at: plan.at,
            place,
            items,
            roll,
            signatures: [],
            addenda: [],
            by: actor.name,
            revision: 1,
          };
          await collection(Meeting).insertOne(record, { session });
          await write({ ...acting, subject: meetingSubject(record._id), detail: { after: { at: plan.at, place, proposals: numbersOf(items) } } });
          return { planned: number };
        }),
    );
  };
}

type Changed = { readonly done: true } | NotPlanned | { readonly refused: 'noMeeting' | 'changed' | 'final' };

interface Change {
  readonly cycle: string;
  readonly number: number;
  /** The revision that was looked at. */
  readonly seen: number;
  readonly actor: Actor;
}

/**
 * Changes when and where a meeting is, and its agenda, until the minutes are final; what was written of an item that stays on it is kept. Rejects with
 * `not-allowed` (`checkRight`).
 */
export function changeMeeting(world: World): (change: Change & { plan: MeetingPlan }) => Promise<Changed> {
  return async ({ cycle, number, seen, plan, actor }) => {
    const meeting = await collection(Meeting).findOne({ _id: { cycle, number } });
    if (!meeting) return { refused: 'noMeeting' };
    const acting = checkRight(actor, 'changeMeeting', meeting.community);
    const wrong = await planProblem(cycle, plan);
    if (wrong) return wrong;
    const items = plan.items.map((item) => ({ ...meeting.items.find(({ proposal }) => proposal === item.proposal), ...item }));
    const place = cleanText(plan.place);
    const before = { at: meeting.at, place: meeting.place, proposals: numbersOf(meeting.items) };
    const after = { at: plan.at, place, proposals: numbersOf(items) };
    return saved(world, meeting, seen, { at: plan.at, place, items }, { ...acting, detail: { before, after } });
  };
}

/** What was written of a meeting. */
export interface MinutesWritten {
  /** The ids of the roles of those who were there. */
  readonly there: readonly string[];
  readonly items: readonly Omit<MeetingItem, 'advice'>[];
  readonly notes: string;
}

export type MinutesKept =
  | { readonly done: true }
  /** `notThere`: a member of the council amends what they took part in. */
  | { readonly refused: 'noMeeting' | 'changed' | 'final' | 'notThere' | 'notes' }
  | { readonly refused: 'items'; readonly problems: ReadonlyMap<number, ItemProblem> };

/**
 * Writes the minutes: who was there, the votes by hand, what was decided. Cadres write them, and who was there of the council amends them, not the roll.
 * Numbers of phones, IDs and banks are kept masked. Signatures of what stood there before are void. Rejects with `not-allowed` (`checkRight`).
 */
export function writeMinutes(world: World): (minutes: Change & { minutes: MinutesWritten }) => Promise<MinutesKept> {
  return async ({ cycle, number, seen, minutes, actor }) => {
    const meeting = await collection(Meeting).findOne({ _id: { cycle, number } });
    if (!meeting) return { refused: 'noMeeting' };
    const { _id, community } = meeting;
    const acting = checkRight(actor, 'writeMinutes', community);
    if (actor.role === 'council' && !wasThere(meeting, actor)) return { refused: 'notThere' };
    const text = maskNumbers(minutes.notes.split('\n').map(cleanText).join('\n').trim());
    if ([...text].length > LONGEST_NOTES) return { refused: 'notes' };
    const roll = actor.role === 'council' ? meeting.roll : await councilOf(world, community, new Set(minutes.there));
    const items = meeting.items.map(({ proposal, advice }) => itemOf({ proposal, advice }, minutes.items));
    const attendance = attendanceOf({ roll }, (await findCommunity(community))?.council);
    const problems = new Map(items.flatMap((item) => problemIn(item)));
    if (problems.size > 0) return { refused: 'items', problems };
    const set = { roll, items, notes: encryptedNotes(world.vault, _id, text) };
    const said = (of: Pick<MeetingRecord, 'roll' | 'items'>, notes: string) => ({ there: attendanceOf(of, undefined).there, items: of.items, notes });
    const detail = { before: said(meeting, notesOf(world.vault, meeting)), after: said({ roll, items }, text) };
    return saved(world, meeting, seen, set, { ...acting, detail });

    function problemIn(item: MeetingItem): [number, ItemProblem][] {
      const problem = problemOf(item, attendance);
      return problem ? [[item.proposal, problem]] : [];
    }
  };
}

/** Keeps a picture of a meeting whose minutes are not final. Rejects with `not-allowed` (`checkRight`). */
export function keepMeetingPicture(
  world: World,
): (given: {
  community: string;
  cycle: string;
  number: number;
  picture: MadePicture;
  caption?: string;
  actor: Actor;
}) => Promise<PictureKept | { readonly refused: 'noMeeting' }> {
  const keep = keepPicture(world);
  return async ({ cycle, number, ...given }) => {
    const _id = { cycle, number };
    const isThere = await collection(Meeting).findOne({ _id, community: given.community }, { projection: { _id: 1 } });
    if (!isThere) return { refused: 'noMeeting' };
    const isOpen = async (session: Parameters<NonNullable<Parameters<typeof keep>[0]['isOpen']>>[0]) =>
      (await collection(Meeting).findOne({ _id, final: { $exists: false } }, { session, projection: { _id: 1 } })) !== null;
    return keep({ ...given, of: ofMeeting(_id), isOpen });
  };
}

/** Removes a picture that shows what it should not, even after the minutes are final. Rejects with `not-allowed` (`checkRight`). */
export function dropMeetingPicture(world: World) {
  const drop = dropPicture(world);
  return ({ cycle, number, ...given }: { community: string; cycle: string; number: number; id: string; reason: string; actor: Actor }) =>
    drop({ ...given, of: ofMeeting({ cycle, number }) });
}

/** Whether an actor of the council was there. */
export function wasThere({ roll }: Pick<MeetingRecord, 'roll'>, { id }: Pick<Actor, 'id'>): boolean {
  return roll.some((member) => member.id === id && member.isThere);
}

async function saved(
  world: World,
  { _id, community }: MeetingRecord,
  seen: number,
  set: Partial<MeetingRecord>,
  deed: Acting & { readonly detail: Detail },
): Promise<{ readonly done: true } | { readonly refused: 'changed' | 'final' }> {
  return withLog(world)(community, async (session, write) => {
    const which = { _id, revision: seen, final: { $exists: false } };
    const { matchedCount } = await collection(Meeting).updateOne(which, { $set: { ...set, signatures: [] }, $inc: { revision: 1 } }, { session });
    if (matchedCount === 0) {
      const now = await collection(Meeting).findOne({ _id }, { session, projection: { final: 1 } });
      return { refused: now?.final ? ('final' as const) : ('changed' as const) };
    }
    await write({ ...deed, subject: meetingSubject(_id) });
    return { done: true as const };
  });
}

async function planProblem(cycle: string, { place, items }: MeetingPlan): Promise<NotPlanned | undefined> {
  const words = [...cleanText(place)].length;
  if (words === 0 || words > 60) return { refused: 'place' };
  const wanted = numbersOf(items);
  if (wanted.length > MOST_ITEMS) return { refused: 'tooMany' };
  const known = await isOnAgenda(cycle, wanted);
  const numbers = wanted.filter((number, index) => !known.has(number) || wanted.indexOf(number) !== index);
  return numbers.length > 0 ? { refused: 'unknown', numbers } : undefined;
}

/** The council as it is now, by name. */
async function councilOf(world: World, community: string, there: ReadonlySet<string>): Promise<MeetingRecord['roll']> {
  const staff = await staffOf(world, community);
  return staff.filter(({ role }) => role === 'council').map(({ id, name }) => ({ id, name, isThere: there.has(id) }));
}

function itemOf({ proposal, advice }: Pick<MeetingItem, 'proposal' | 'advice'>, written: MinutesWritten['items']): MeetingItem {
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
