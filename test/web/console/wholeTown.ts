import sharp from 'sharp';
import { needCard } from '../../../src/contacts/addressBook.ts';
import { addressHmac } from '../../../src/contacts/contact.ts';
import type { Act, Typed } from '../../../src/fund/act/index.ts';
import { castBallot, keepTurnoutShares } from '../../../src/fund/ballots/index.ts';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { answerInquiry, closeInquiry, Recording, recordingFiles, takeInquiry, writeInquiry } from '../../../src/fund/inquiries/index.ts';
import { recordingId } from '../../../src/fund/inquiries/recording.ts';
import { keepBoardPicture, keepMeetingPicture, Meeting, recordObjection } from '../../../src/fund/meetings/index.ts';
import { keepTablePicture, keySlip, openBatch } from '../../../src/fund/paper/index.ts';
import { type Actor, operator, Resident, requestMembership, STAFF_ROLES, type StaffRole } from '../../../src/fund/people/index.ts';
import type { MadePicture } from '../../../src/fund/pictures/index.ts';
import { keepProjectPicture } from '../../../src/fund/projects/index.ts';
import { recordProposal, supportProposals } from '../../../src/fund/proposals/index.ts';
import { addResident } from '../../../src/fund/roster/addResident.ts';
import { refuseSecond } from '../../../src/fund/second/index.ts';
import {
  addImplementer,
  addProgress,
  changeGrant,
  correctEntry,
  keepDocument,
  payWork,
  Rating,
  signContract,
} from '../../../src/fund/works/index.ts';
import { publishRating } from '../../../src/fund/works/ratings.ts';
import { holdBroadcast } from '../../../src/outreach/broadcasts/broadcast.ts';
import { queueDue } from '../../../src/outreach/broadcasts/queueBroadcast.ts';
import { collection } from '../../../src/store/collection.ts';
import { withMark } from '../../../src/store/recordMark.ts';
import { DAY_MS } from '../../../src/store/wallTime.ts';
import type { World } from '../../../src/store/world.ts';
import { cancelBroadcast, createBroadcast } from '../../support/broadcasts.ts';
import { card } from '../../support/cards.ts';
import { extendCycle, planCycle } from '../../support/cycles.ts';
import {
  addAddendum,
  answerObjection,
  checkPublication,
  enterObjection,
  planMeeting,
  publish,
  signMinutes,
  writeMinutes,
} from '../../support/meetings.ts';
import { accepted, closed, handIn, keyed, serials } from '../../support/paper.ts';
import { performer } from '../../support/performer.ts';
import {
  draftOpinion,
  enterProposals,
  giveOpinions,
  hideProposal,
  mergeProposals,
  setProposalState,
  sortProposals,
  writeDown,
} from '../../support/proposals.ts';
import { acceptRequest, refuseRequest, unlockAddress } from '../../support/requests.ts';
import { staff } from '../../support/second.ts';
import { silence } from '../../support/silence.ts';
import { addStaff } from '../../support/staff.ts';
import { castAssisted, openTable, validateTable } from '../../support/tables.ts';
import { cycleRecord, type Town, town } from '../../support/town.ts';
import { tried } from '../../support/tried.ts';
import { chooses, stand, won } from '../../support/works.ts';
import { phoneOf } from './office.ts';

/**
 * What words may try: a formula, the end of an attribute, of an element, of a script, an address that runs, a mark that turns writing around, the end of a
 * header's or a file's line, a character that XML does not have.
 */
export const EVIL = `=1"'><img src=x onerror=xss()></script>\u202e\r\nX-EVIL:1\uffff`;
/** The same as the database has it: whoever takes it in from a file or a form has taken away what turns writing around. */
const KEPT = EVIL.replace('\u202e', '');
/** A category of it: one line. */
const OUTSIDE = `环境${KEPT.replace(/\s+/g, ' ')}`;
const LI = operator(`李${KEPT}`);
export const OPENS = new Date('2026-12-01T08:00:00+08:00');
export const CLOSES = new Date('2026-12-11T20:00:00+08:00');
const STRANGERS = ['+8613900000009', '+8613900000010', '+8613900000011'] as const;
/** A phone that is locked. */
export const LOCKED = '+8613700000007';
const PDF = Buffer.from('%PDF-1.7\ntrailer<<>>\n%%EOF\n');

/** Picks, and how many vote so. */
export type Ballots = readonly (readonly [picks: readonly number[], times: number])[];

/** The town, and moves its clock. */
export interface WholeTown {
  readonly here: Town;
  /** Last year's cycle, whose works are built. */
  readonly before: string;
}

/** Up to which stage it has come: what follows is left to be done. */
export type Until = 'publication' | 'vote';

/**
 * A community that has everything at once, on its third day of voting, said in the worst words: proposals, a round of opinions, meetings, a publication with
 * objections, ballots, tables and slips, works and an account of last year, letters and recordings, messages, what waits for a second person, a cycle to come.
 */
export async function wholeTown(world: World, at: (moment: Date) => void, ballots: Ballots, until: Until = 'vote'): Promise<WholeTown> {
  const days = (count: number) => at(new Date(OPENS.getTime() + count * DAY_MS));
  days(-20);
  const here = await founded(world);
  const picture = await photo();
  await proposed(world, here);
  await met(world, here, picture);
  days(-4);
  if (until === 'publication') return { here, before: await built(world, here, picture) };
  await published(world, here, picture);
  const before = await built(world, here, picture);
  at(new Date(OPENS.getTime() + 60_000));
  await voted(world, here, ballots);
  await onPaper(world, here, picture);
  days(3);
  await keepTurnoutShares(world)(here.cycle);
  await waiting(world, here);
  await letters(world, here);
  await messages(world, here);
  return { here, before };
}

type NotDone = { readonly refused: unknown } | { readonly wrongs: unknown };

/** What was refused was not done: then the town is not whole. */
function done<Outcome extends object>(outcome: Outcome): Exclude<Outcome, NotDone> {
  if (isDone(outcome)) return outcome;
  throw new Error(JSON.stringify(outcome));
}

function isDone<Outcome extends object>(outcome: Outcome): outcome is Exclude<Outcome, NotDone> {
  return !('refused' in outcome) && !('wrongs' in outcome);
}

async function founded(world: World): Promise<Town> {
  const projects = [1, 2, 3].map((number) => ({
    ...{ number, title: `项目${number}${KEPT}`, short: `<u>"'项${number}`, category: OUTSIDE, cost: 10_000 },
    ...{ detail: `三号院${KEPT}`, place: `东边${KEPT}` },
  }));
  const here = await town(world, {
    residents: 530,
    idOf: (n) => `K${1_000 + n}`,
    community: {
      name: `青松${KEPT}`,
      person: { name: `居委会${KEPT}`, phone: '+862880000003' },
      quiet: '00:00-00:00',
      twoPersonsAbove: 1_000,
      about: { money: KEPT, notFor: KEPT, answers: [{ asks: ['几点开门', KEPT], says: `九点${KEPT}` }] },
      categories: [
        { name: OUTSIDE, words: ['花'] },
        { name: '路灯', words: ['灯'] },
      ],
    },
    cycle: {
      title: `今年${KEPT}`,
      choices: { min: 1, max: 3 },
      stages: [
        { stage: 'propose', from: new Date(OPENS.getTime() - 30 * DAY_MS) },
        { stage: 'publish', from: new Date(OPENS.getTime() - 5 * DAY_MS) },
        { stage: 'vote', from: OPENS },
        { stage: 'implement', from: new Date(CLOSES.getTime() - DAY_MS) },
      ],
      moves: [
        {
          ...{ kind: 'extend', stage: 'vote', from: CLOSES, by: `孙${KEPT}`, reason: `下雨${KEPT}` },
          at: new Date(OPENS.getTime() - 21 * DAY_MS),
        },
      ],
      paper: { until: new Date(CLOSES.getTime() + 2 * DAY_MS), key: 'atOnce' },
      projects,
    },
  });
  let from = 0;
  for (const [building, size] of [
    ['1栋', 300],
    ['2栋', 222],
    ['3栋', 8],
  ] as const) {
    await collection(Resident).updateMany({ _id: { $in: here.residents.slice(from, from + size) } }, { $set: { building } });
    from += size;
  }
  await here.person('0-evil', { name: `赵${KEPT}`, building: `4栋${KEPT}`, phone: '+8613700001001' });
  await here.person('0-plain', { name: '赵小梅', building: `4栋${KEPT}` });
  for (const role of STAFF_ROLES) done(await addStaff(world)(here.community, { name: calledAs(role), phone: phoneOf(role), role }, LI));
  return here;
}

/** A member of its staff as who acts. */
function member(world: World, { community }: Town, role: StaffRole) {
  return staff(world, community, { role, phone: phoneOf(role), name: calledAs(role) });
}

/** As bad a name as the staff takes: one short line. */
function calledAs(role: StaffRole): string {
  return `${role}王芳=1"'><img src=x><u>`;
}

async function photo(): Promise<MadePicture> {
  const bytes = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#6a5' } })
    .jpeg()
    .toBuffer();
  return { large: bytes, medium: bytes, small: bytes, width: 64, height: 48, original: '1'.repeat(64) };
}

/** 1 declined, 2 feasible and recommended, 3 part of 4, 5 hidden, 6 a draft, 7 and 8 unsorted, 9 on paper, 10 to 12 spoken. */
async function proposed(world: World, here: Town): Promise<void> {
  const { cycle, notify } = here;
  for (const n of [1, 2, 3, 4, 5, 6, 7, 8]) await recordProposal(world, { text: `第${n}条，路边种花${EVIL} javascript:xss()` }, here.act(n));
  const given = { text: `纸上的${EVIL}`, origin: 'paper' as const, name: `钱${KEPT}`, phone: STRANGERS[0] };
  done(await enterProposals(world)({ cycle, proposals: [given], actor: LI, key: 'paper' }));
  done(await sortProposals(world)({ cycle, numbers: [1, 2, 3, 4], category: OUTSIDE, actor: LI }));
  await supportProposals(world)({ numbers: [2, 4] }, here.act(20));
  done(await mergeProposals(world, notify)({ cycle, numbers: [3], into: 4, actor: LI }));
  const draft = draftOpinion(world);
  done(await draft({ cycle, number: 1, opinion: { isFeasible: false, reason: 'outside', sentence: EVIL }, seen: undefined, actor: LI }));
  for (const number of [2, 6])
    done(await draft({ cycle, number, opinion: { isFeasible: true, cost: 10_000, own: 10, manner: 'works' }, seen: undefined, actor: LI }));
  done(await giveOpinions(world, notify)({ cycle, numbers: [1, 2], actor: LI }));
  done(await hideProposal(world, notify)({ cycle, number: 5, actor: LI, reason: KEPT }));
  done(await setProposalState(world, notify)({ cycle, number: 7, state: 'considered', actor: LI }));
  for (const [n, name] of ['REa', 'REb'].entries())
    await recordProposal(world, { text: '', recording: name }, here.act(30 + n, { channel: 'voice' }));
  for (const name of ['REa', 'REb']) await heard(world, name);
  done(await writeDown(world, notify)({ recording: recordingId(world.vault, 'REa'), text: `听写${EVIL}`, actor: LI, isFirst: true }));
}

/** The sound of a recording is here. */
async function heard(world: World, name: string): Promise<void> {
  const _id = recordingId(world.vault, name);
  await recordingFiles(world).keep(_id, silence(2));
  await collection(Recording).updateOne({ _id }, { $set: { state: 'kept', seconds: 2, dueAt: new Date('2099-01-01') } });
}

/** Meeting 1 is over and signed; 2 is to come. */
async function met(world: World, here: Town, picture: MadePicture): Promise<void> {
  const { cycle, notify } = here;
  const plan = (day: string, proposals: readonly number[]) => ({
    ...{ at: new Date(day), place: `活动室${EVIL}` },
    items: proposals.map((proposal) => ({ proposal, advice: 'yes' as const })),
  });
  done(await planMeeting(world)({ cycle, plan: plan('2026-11-10T11:00:00Z', [2]), actor: LI }));
  const meeting = async () => {
    const found = await collection(Meeting).findOne({ _id: { cycle, number: 1 } });
    if (!found) throw new Error('no meeting');
    return found;
  };
  const { roll, revision } = await meeting();
  const items = [{ proposal: 2, for: 1, decision: 'recommended' as const, reason: EVIL }];
  const minutes = { there: roll.map(({ id }) => id), items, notes: `说了${EVIL}` };
  done(await writeMinutes(world)({ cycle, number: 1, seen: revision, minutes, actor: LI }));
  done(await tried(world)(keepMeetingPicture, { cycle, number: 1, pictures: [picture], caption: EVIL, actor: LI }));
  for (const role of ['cadre', 'council'] as const) {
    const seen = (await meeting()).revision;
    done(await signMinutes(world, notify)({ cycle, number: 1, seen, actor: await member(world, here, role) }));
  }
  done(await addAddendum(world)({ cycle, number: 1, text: `补充${EVIL}`, actor: LI }));
  done(await planMeeting(world)({ cycle, plan: plan('2026-12-20T11:00:00Z', []), actor: LI }));
}

/** Objection 1 is answered, 2 and 3 are not. */
async function published(world: World, here: Town, picture: MadePicture): Promise<void> {
  const { cycle, notify } = here;
  for (const number of [1, 2, 3])
    done(
      await tried(world)(keepProjectPicture, {
        ...{ cycle, number, caption: EVIL, actor: LI },
        pictures: [{ ...picture, original: `${number}`.repeat(64) }],
      }),
    );
  done(await publish(world)({ cycle, seen: 0, actor: LI }));
  const actor = await member(world, here, 'supervisor');
  done(await checkPublication(world)({ cycle, number: 1, finding: `少一项${EVIL}`, actor }));
  done(await checkPublication(world)({ cycle, number: 1, actor }));
  for (const [n, text] of [`3 太贵${EVIL}`, `1 太远${EVIL}`].entries()) done(await recordObjection(world, { text }, here.act(40 + n)));
  done(await answerObjection(world, notify)({ cycle, number: 1, text: `三家比过价${EVIL}`, actor: LI }));
  const objection = { text: `纸上的${EVIL}`, origin: 'paper' as const };
  done(await enterObjection(world)({ cycle, objection, actor: LI, key: 'paper' }));
  done(await tried(world)(keepBoardPicture, { cycle, number: 1, pictures: [picture], caption: EVIL, actor: LI }));
}

/** Last year's works: 3 is under contract and paid for in part, 4 is finished, 5 has somebody who does it, 7 is offered, 8 is accepted and rated. Gives its cycle. */
async function built(world: World, here: Town, picture: MadePicture): Promise<string> {
  const { community } = here;
  const cycle = `${community}-0`;
  const from = (count: number) => new Date(OPENS.getTime() + count * DAY_MS);
  await collection(Cycle).insertOne({
    ...cycleRecord(community, world.now()),
    ...{ _id: cycle, title: `去年${KEPT}` },
    stages: [
      { stage: 'announce', from: from(-400) },
      { stage: 'implement', from: from(-300) },
      { stage: 'closed', from: from(200) },
    ],
    projects: [3, 4, 5, 7, 8].map((number) => ({ number, title: `去年的${number}${KEPT}`, cost: 60_000, detail: KEPT })),
  });
  await won(world, { community, cycle }, { 3: 60_000, 4: 30_000, 5: 30_000, 7: 48_000, 8: 20_000 });
  await chooses(world, { community, cycle }, 3, phoneOf('implementer'));
  await stand(cycle, 3, { chosen: { implementer: 1, amount: 62_000, reason: `熟手${KEPT}`, by: `李${KEPT}`, at: world.now() } });
  const on = { community, cycle, number: 3, actor: LI };
  for (const [kind, isPublic] of [
    ['contract', true],
    ['invoice', false],
  ] as const)
    done(
      await tried(world)(keepDocument, {
        ...on,
        kind,
        title: `${kind}${EVIL}`,
        file: { type: 'pdf', bytes: PDF, original: kind },
        ...(isPublic && { isPublic: 'yes' }),
      }),
    );
  done(await tried(world)(signContract, { ...on, paper: `号${EVIL}`, amount: 58_000, day: '2026-11-20', until: '2027-06-30' }));
  done(await tried(world)(payWork, { ...on, amount: 20_000, day: '2026-11-21', paper: `发票${EVIL}`, key: 'first' }));
  const correction = { community, cycle, entry: 7, amount: 18_000, was: 20_000, day: '2026-11-22', reason: EVIL, key: 'right', actor: LI };
  done(await tried(world)(correctEntry, correction));
  done(await tried(world)(addProgress, { ...on, text: `挖开了${EVIL}`, pictures: [picture], key: 'news' }));
  const offer = { implementer: 1, asked: { by: `李${KEPT}`, at: world.now() }, amount: 40_000, day: '2026-11-20' };
  await stand(cycle, 7, { state: 'seeking', offers: [offer] });
  const other = { organisation: `吴记${EVIL}`, kind: 'trader', person: `吴${EVIL}`.slice(0, 30), phone: STRANGERS[2] };
  done(await tried(world)(addImplementer, { community, actor: LI, ...other }));
  await stand(cycle, 4, { state: 'finished' });
  await stand(cycle, 5, { state: 'chosen', chosen: { implementer: 1, amount: 20_000, reason: KEPT, by: `李${KEPT}`, at: world.now() } });
  const step = { state: 'accepted' as const, day: '2026-11-20', by: `李${KEPT}`, at: world.now(), reason: KEPT };
  await stand(cycle, 8, { state: 'accepted', steps: [step] });
  await collection(Rating).insertMany(
    here.residents
      .slice(0, 12)
      .map((by, n) => withMark(world.vault, 'ratings', { _id: { cycle, number: 8, by }, community, stars: 4, key: `${cycle} ${n}` })),
  );
  await publishRating(world, { cycle, number: 8 });
  return cycle;
}

async function voted(world: World, here: Town, ballots: Ballots): Promise<void> {
  const all = ballots.flatMap(([picks, times]) => Array.from({ length: times }, () => [...picks]));
  for (const outcome of await Promise.all(all.map((picks, n) => castBallot(world, { picks }, here.act(n))))) done(outcome);
}

/** The cards of residents who have not voted; the first of them hand in at table 1. */
const ON_PAPER = 500;

/** Table 1 is over, its batch counted; 2 is open; of 3 a batch is being keyed; of 4 one is keyed twice. */
async function onPaper(world: World, here: Town, picture: MadePicture): Promise<void> {
  const { community, cycle } = here;
  const made = await serials(world, cycle, 12);
  const serial = (n: number) => made[n] ?? '';
  for (const n of [1, 2, 3, 4])
    done(await openTable(world, here.notify)({ cycle, place: `${n}号院${EVIL}`, received: 30, other: `周${KEPT}`, actor: LI }));
  const place = { cycle, table: 1 };
  for (const n of [0, 1, 2]) done(await handIn(world, place, serial(n), { card: card(ON_PAPER + n) }));
  done(await handIn(world, place, serial(3), { name: `孙${EVIL}`, building: EVIL }));
  await closed(world, place);
  done(await tried(world)(keepTablePicture, { cycle, number: 1, pictures: [picture], caption: EVIL, actor: LI }));
  done(await validateTable(world)({ ...place, incident: `少一张${EVIL}`, actor: await member(world, here, 'supervisor') }));
  done(
    await accepted(
      world,
      cycle,
      await keyed(
        world,
        place,
        [0, 1, 2, 3].map((n) => [serial(n), [1]] as const),
      ),
    ),
  );
  done(await handIn(world, { cycle, table: 2 }, serial(4), { card: card(ON_PAPER + 4) }));
  done(await handIn(world, { cycle, table: 3 }, serial(5), { card: card(ON_PAPER + 5) }));
  await closed(world, { cycle, table: 3 });
  done(await handIn(world, { cycle, table: 4 }, serial(6), { card: card(ON_PAPER + 7) }));
  await closed(world, { cycle, table: 4 });
  await keyed(world, { cycle, table: 4 }, [[serial(6), [3]]]);
  const council = await member(world, here, 'council');
  done(await openBatch(world, { cycle, table: 3, actor: council }));
  done(await keySlip(world, { cycle, batch: 3, serial: serial(5), says: { picks: [2] }, actor: council }));
  const assisted = { community, person: { card: card(ON_PAPER + 6) }, picks: [1], witness: `周${KEPT}`, key: 'assisted', actor: LI };
  done(await castAssisted(world, async () => undefined)(assisted));
}

/** What waits for a second person, was refused by one, or waits for a cadre. */
async function waiting(world: World, here: Town): Promise<void> {
  const { community, cycle, notify } = here;
  const [actor, supervisor] = [await member(world, here, 'cadre'), await member(world, here, 'supervisor')];
  const later = new Date(CLOSES.getTime() + DAY_MS);
  const asked = done(await extendCycle(world)({ id: cycle, to: later, actor, reason: `不急${KEPT}` }));
  if (!('waits' in asked)) throw new Error('an extension needs a second person');
  done(await refuseSecond(world, { community, number: Number(asked.waits), actor: supervisor, reason: KEPT }));
  done(await extendCycle(world)({ id: cycle, to: later, actor, reason: `下雪${KEPT}` }));
  done(await performer(world, here, actor)(addResident, {}, { id: `n${KEPT}`, name: `周${KEPT}`, building: KEPT, role: 'resident', reason: KEPT }));
  for (const [n, from] of STRANGERS.entries()) await requestMembership(world, { name: `冯${n}${KEPT}`, building: EVIL }, here.act(from));
  done(await refuseRequest(world, notify)({ community, request: 2, actor, reason: KEPT }));
  done(await acceptRequest(world, notify)({ community, request: 3, actor, reason: KEPT }));
  const from = { community, channel: 'sms' as const, address: LOCKED };
  await needCard(addressHmac(world.vault, from), community);
  await needCard(addressHmac(world.vault, { ...from, address: '+8613700001001' }), community);
  done(await unlockAddress(world, from, actor, KEPT));
  done(
    await tried(world)(changeGrant, {
      community,
      cycle: `${community}-0`,
      work: 3,
      amount: 58_500,
      day: '2026-12-01',
      paper: KEPT,
      reason: EVIL,
      key: 'less',
      actor,
    }),
  );
  const plan = {
    ...{ id: `${community}-2`, title: `明年${KEPT}`, budget: 5_000, currency: 'CNY', rule: 'greedy', choices: { max: 2 } },
    stages: { announce: '2090-01-01T08:00', vote: '2090-02-01T08:00', implement: '2090-03-01T08:00' },
  };
  done(await planCycle(world)(community, plan, LI));
}

async function letters(world: World, here: Town): Promise<void> {
  const { community, notify } = here;
  const from = () => here.act(STRANGERS[0]);
  for (const kind of ['question', 'complaint', 'question', 'call', 'question'] as const)
    await writeInquiry(world, notify, { kind, text: kind === 'call' ? '' : `几点开门${EVIL} javascript:xss()` }, from());
  await writeInquiry(world, notify, { kind: 'question', text: '', recording: 'REq' }, here.act(STRANGERS[1], { channel: 'voice' }));
  await heard(world, 'REq');
  const letter = (act: Act, number: string, input: Typed, actor: Actor) =>
    act.perform({ world, notify }, { community, at: { number }, input, actor });
  done(await letter(answerInquiry, '1', { text: `九点${KEPT}` }, LI));
  done(await letter(closeInquiry, '4', { note: KEPT }, LI));
  done(await letter(takeInquiry, '3', {}, await member(world, here, 'cadre')));
}

/** One was sent, one is paused, one was cancelled, one waits for its time. */
async function messages(world: World, { community }: Town): Promise<void> {
  const later = new Date(world.now().getTime() + DAY_MS);
  const create = (name: string, dueAt: Date) =>
    createBroadcast(
      world,
      {
        id: `${community}-${name}`,
        occasion: `broadcast|${community}|${name}`,
        community,
        text: `${name}停水${KEPT}`,
        to: `building:4栋${KEPT}`,
        dueAt,
      },
      LI,
    );
  await create('sent', world.now());
  await queueDue(world, ['sms']);
  const paused = await create('paused', later);
  await holdBroadcast(world, paused._id);
  const cancelled = await create('cancelled', later);
  await cancelBroadcast(world, cancelled._id, LI);
  await create('later', later);
}
