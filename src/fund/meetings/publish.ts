import type { mongo } from 'mongoose';
import { z } from 'zod';
import { collection } from '../../store/collection.ts';
import { maskNumbers } from '../../store/text.ts';
import { sha256, type Vault } from '../../store/vault.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { act, choice, done, line, lines, refuse, subject } from '../act/index.ts';
import { findCommunity, PUBLISH_DAYS } from '../communities/index.ts';
import { ballotMark, Cycle, type CycleRecord, cycleAt, holdVote, type Project, unopenedCycles, voteOf } from '../cycles/index.ts';
import { type Actor, DAILY_WORK } from '../people/index.ts';
import { feasibleProposals, projectsMadeOf } from '../proposals/index.ts';
import { phonesOfPerson, staffOf, staffPhone, staffRole } from '../staff/index.ts';
import { Objection } from './objection.ts';
import { encryptedList, Publication, type PublicationRecord, type PublishedItem, publicationOf, publishedList } from './publication.ts';

/** Nothing is published in the last minute before a vote opens: it could not be held back any more. */
const ABOUT_TO_OPEN_MS = 60_000;
const LONGEST_FINDING = 500;

/** The list of a cycle, at whatever stage; its revision is the number of what is published now. */
const list = subject({
  path: '/publication/:cycle',
  async find(context, community, at, session) {
    const cycle = await cycleAt('/publication/:cycle').find(context, community, at, session);
    return cycle && { cycle, published: await publicationOf(cycle._id, session) };
  },
  name: ({ cycle, published }: { cycle: CycleRecord; published: PublicationRecord | null }) => `${cycle._id}/${published?._id.number ?? 0}`,
  revision: ({ published }) => published?._id.number ?? 0,
});

/**
 * Publishes a cycle's list before the vote, for `publishDays`: its projects with their costs or, while there are none, its feasible proposals. A
 * new publication replaces the one before, and has to be checked again. `nothing`: there are neither projects nor feasible proposals. `voting`: the vote has
 * opened, or opens within a minute. `ballot`: the list that was looked at (`listMark`). `changed`: it is another one by now.
 */
export const publish = act({
  name: 'publication.publish',
  may: DAILY_WORK,
  on: list,
  input: z.strictObject({ ballot: line(200).optional() }),
  refusals: { nothing: null, voting: null, changed: null },
  async run({ world, session, on: { cycle, published }, input, actor }) {
    const soon = new Date(world.now().getTime() + ABOUT_TO_OPEN_MS);
    const vote = voteOf(cycle, soon);
    if (vote && vote.from <= soon) return refuse('voting');
    const items = await listOf(world, cycle);
    if (items.length === 0) return refuse('nothing');
    if (input.ballot !== undefined && input.ballot !== listMark(items)) return refuse('changed');
    const { _id: id, community } = cycle;
    const days = (await findCommunity(community))?.publishDays ?? PUBLISH_DAYS;
    const _id = { cycle: id, number: (published?._id.number ?? 0) + 1 };
    const from = world.now();
    const to = new Date(from.getTime() + days * DAY_MS);
    const record = { _id, community, list: encryptedList(world.vault, _id, items), from, to, by: actor.name };
    await collection(Publication).insertOne({ ...record, ...(cycle.projects.length === 0 && { ofProposals: true }) }, { session });
    await compareBallot(world, id, session); // a list of proposals has no ballot yet: without one nothing opens
    await holdAtOnce(world, id, session);
    return done({ published: _id.number }, { subject: `${id}/${_id.number}`, after: { from, to, list: items } });
  },
});

/** Stands for a list that somebody looked at: another one is not published for it. */
export function listMark(items: readonly PublishedItem[]): string {
  return sha256(JSON.stringify(items));
}

/** What is published: the projects; while there are none, the proposals that can be one. */
export async function listOf(world: World, { _id, projects }: Pick<CycleRecord, '_id' | 'projects'>): Promise<PublishedItem[]> {
  if (projects.length > 0)
    return projects.map(({ number, title, short, titles, cost }) => ({
      ...{ number, title, ...(short && { short }), ...(titles?.en && { titleEn: titles.en }), cost },
    }));
  const feasible = await feasibleProposals(world, _id);
  return feasible.map(({ number, text, cost }) => ({ number, title: maskNumbers(text), cost }));
}

/**
 * A supervisor's check of what is published: it is right, or `finding` says what is wrong. What was found wrong can be found right later. `ballot`: the ballot
 * that was looked at (`ballotMark`). `changed`: it is another one by now. `already`: a supervisor has found it right. `samePerson`: they are a cadre, too, and check
 * nothing.
 */
export const checkPublication = act({
  name: 'publication.check',
  may: ['staff supervisor'],
  on: list,
  input: z.strictObject({ is: choice(['right', 'wrong']), finding: lines(LONGEST_FINDING).optional(), ballot: line(200).optional() }),
  refusals: { noFinding: 'finding', noPublication: null, changed: null, already: null, samePerson: null },
  async run({ world, session, on: { cycle, published }, input, actor }) {
    const finding = input.is === 'wrong' ? input.finding : undefined;
    if (input.is === 'wrong' && finding === undefined) return refuse('noFinding');
    if (!published) return refuse('noPublication');
    const mark = ballotMark(cycle);
    if (input.ballot !== undefined && input.ballot !== mark) return refuse('changed');
    if (await isCadreToo(world, cycle.community, actor)) return refuse('samePerson');
    const { _id, check } = published;
    if (check && check.finding === undefined) return refuse('already');
    const found = { by: actor.name, at: world.now(), ...(finding !== undefined && { finding }) };
    const set = { check: { ...found, mark: checkMark(world.vault, published, found, cycle) } };
    await collection(Publication).updateOne({ _id }, { $set: set, $unset: { changed: 1 } }, { session });
    await holdAtOnce(world, cycle._id, session);
    const items = publishedList(world.vault, published).length;
    return done({}, { after: { isRight: finding === undefined, items, ballot: mark }, ...(finding !== undefined && { reason: finding }) });
  },
});

/** Whether the actor is a cadre, too, under whatever phone: they may have published the list themselves. */
async function isCadreToo(world: World, community: string, { id }: Actor): Promise<boolean> {
  const own = await staffRole(world, id);
  if (!own) return false;
  const [phones, staff] = await Promise.all([phonesOfPerson(world, community, own.phone), staffOf(world, community)]);
  return staff.some(({ role, phone }) => role === 'cadre' && phones.includes(staffPhone(world.vault, phone)));
}

/**
 * Looks at all votes that have not opened. A vote is held back as long as no supervisor has found its publication right with the ballot as it is, nothing
 * is published although the cycle has a stage for it, the ballot differs from what is published, or an objection is overdue (docs/contract.md: Proposals).
 * What will be overdue is known ten days ahead, so that no vote opens because this ran late. Harmless to repeat.
 */
export async function holdVotes(world: World): Promise<void> {
  const cycles = await unopenedCycles(world.now());
  if (cycles.length === 0) return;
  const [newest, overdue] = await Promise.all([
    newestOf(cycles.map(({ _id }) => _id)),
    firstDue([...new Set(cycles.map(({ community }) => community))]),
  ]);
  for (const cycle of cycles) await holdVote(world, cycle, firstOf(wrongSince(world, cycle, newest.get(cycle._id)), overdue.get(cycle._id)));
}

/** Looks at one cycle, in the session of an act that makes its publication right or wrong: nobody opens the vote before the next look at all. */
async function holdAtOnce(world: World, id: string, session: mongo.ClientSession): Promise<void> {
  const cycle = await collection(Cycle).findOne({ _id: id, frozen: { $exists: false } }, { session });
  const publication = await publicationOf(id, session);
  if (!cycle || !publication) return;
  const overdue = await firstDue([cycle.community], session);
  await holdVote(world, cycle, firstOf(wrongSince(world, cycle, publication), overdue.get(id)), session);
}

function firstOf(...moments: readonly (Date | undefined)[]): Date | undefined {
  return moments.filter((each) => each !== undefined).toSorted((one, other) => +one - +other)[0];
}

type Standing = Pick<PublicationRecord, '_id' | 'check' | 'differs' | 'from' | 'to'>;

/** The newest publication of each of these cycles that has one. */
async function newestOf(cycles: readonly string[]): Promise<Map<string, Standing>> {
  const found = await collection(Publication)
    .find({ '_id.cycle': { $in: [...cycles] } }, { sort: { '_id.cycle': 1, '_id.number': 1 }, projection: { check: 1, differs: 1, from: 1, to: 1 } })
    .toArray();
  return new Map(found.map((publication) => [publication._id.cycle, publication]));
}

/** Since when something is not right with what is published of a cycle: from the first on where its stage for that is left out. Undefined if all is right. */
function wrongSince({ vault }: World, cycle: CycleRecord, publication: Standing | undefined): Date | undefined {
  if (!publication) return cycle.stages.some(({ stage }) => stage === 'publish') ? new Date(0) : undefined;
  const { check, differs, from } = publication;
  return isCheckOf(vault, publication, check, cycle) && !differs ? undefined : from;
}

/** Of what a check is one: nobody who writes into the database and has no SECRET checks anything, nor changes what was checked, or how long it is public. */
function checkMark(
  vault: Vault,
  { _id, to }: Pick<PublicationRecord, '_id' | 'to'>,
  { by, at, finding }: Omit<NonNullable<PublicationRecord['check']>, 'mark'>,
  ballot: CycleRecord,
): string {
  return vault.hmac('ballotCheck', _id.cycle, String(_id.number), to.toISOString(), by, at.toISOString(), finding ?? '', ballotMark(ballot));
}

/** Whether a supervisor has found a ballot right, as it is now. */
function isCheckOf(
  vault: Vault,
  publication: Pick<PublicationRecord, '_id' | 'to'>,
  check: PublicationRecord['check'],
  ballot: CycleRecord,
): boolean {
  return check !== undefined && check.finding === undefined && check.mark === checkMark(vault, publication, check, ballot);
}

/**
 * Notes, in the session of a change to the ballot, whether the ballot still says what is published, and takes back the check if it is another ballot than was
 * checked. The vote is held back until both are right. People vote only on what they could object to.
 */
export async function compareBallot(world: World, id: string, session: mongo.ClientSession): Promise<void> {
  const [publication, cycle] = [await publicationOf(id, session), await collection(Cycle).findOne({ _id: id }, { session })];
  if (!publication || !cycle) return;
  const { check, differs } = publication;
  const isSame = (await differencesOf(world, publication, cycle.projects, session)).length === 0;
  const isOther = check !== undefined && check.finding === undefined && !isCheckOf(world.vault, publication, check, cycle);
  if (isSame === (differs === undefined) && !isOther) return;
  const set = { ...(!isSame && !differs && { differs: world.now() }), ...(isOther && { changed: world.now() }) };
  const unset = { ...(isSame && { differs: 1 as const }), ...(isOther && { check: 1 as const }) };
  const change = { ...(Object.keys(set).length > 0 && { $set: set }), ...(Object.keys(unset).length > 0 && { $unset: unset }) };
  await collection(Publication).updateOne({ _id: publication._id }, change, { session });
  await holdAtOnce(world, id, session);
}

/** One thing that the ballot says otherwise than the list: what was published, and which project it is now; one of them is absent. */
export interface Difference {
  readonly published?: PublishedItem;
  readonly project?: Project;
}

/**
 * How a ballot differs from what is published. Projects are the same if they have the same numbers, titles, short names and costs. Of a list of proposals each
 * is to be a project at the published cost, and no project of anything else.
 */
export async function differencesOf(
  { vault }: Pick<World, 'vault'>,
  publication: PublicationRecord,
  projects: readonly Project[],
  session?: mongo.ClientSession,
): Promise<Difference[]> {
  const list = publishedList(vault, publication);
  const made = publication.ofProposals
    ? await projectsMadeOf(publication._id.cycle, list, session)
    : new Map(list.map(({ number }) => [number, number]));
  const isSame = ({ title, short, titleEn, cost }: PublishedItem, project: Project) =>
    project.cost === cost &&
    (publication.ofProposals || (project.title === title && (project.short || undefined) === short && project.titles?.en === titleEn));
  const changed = list.flatMap((published): Difference[] => {
    const project = projects.find(({ number }) => number === made.get(published.number));
    if (project && isSame(published, project)) return [];
    return [{ published, ...(project && { project }) }];
  });
  const known = new Set(made.values());
  return [...changed, ...projects.filter(({ number }) => !known.has(number)).map((project) => ({ project }))];
}

/** The first day by which an objection should be answered that is not yet, by cycle. */
async function firstDue(communities: readonly string[], session?: mongo.ClientSession): Promise<Map<string, Date>> {
  const found = await collection(Objection)
    .aggregate<{ _id: string; due: Date }>(
      [{ $match: { community: { $in: [...communities] }, 'answer.at': null } }, { $group: { _id: '$_id.cycle', due: { $min: '$due' } } }],
      { ...(session && { session }) },
    )
    .toArray();
  return new Map(found.map(({ _id, due }) => [_id, due]));
}
