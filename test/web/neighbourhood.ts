import sharp from 'sharp';
import { castBallot } from '../../src/fund/ballots/cast/cast.ts';
import { sealDue } from '../../src/fund/ballots/ledger/sealDue.ts';
import type { Project } from '../../src/fund/cycles/index.ts';
import { operator } from '../../src/fund/people/index.ts';
import { makePicture } from '../../src/fund/pictures/index.ts';
import type { ProposalRecord } from '../../src/fund/proposals/index.ts';
import { encryptedProposal, Proposal } from '../../src/fund/proposals/proposal.ts';
import type { WorkRecord } from '../../src/fund/works/index.ts';
import { addProgress } from '../../src/fund/works/progress.ts';
import { publishRating, Rating } from '../../src/fund/works/ratings.ts';
import { Work } from '../../src/fund/works/work.ts';
import { collection } from '../../src/store/collection.ts';
import { withMark } from '../../src/store/recordMark.ts';
import { dayOf } from '../../src/store/wallTime.ts';
import type { World } from '../../src/store/world.ts';
import { type Town, town } from '../support/town.ts';
import { tried } from '../support/tried.ts';
import { DAY, phoneNumber } from './community.ts';

export const PROPOSES = new Date('2026-11-10T00:00:00+08:00');
export const VOTES = new Date('2026-12-01T08:00:00+08:00');
export const ENDS = new Date('2026-12-15T20:00:00+08:00');

/** The picks, and how many voters have each. */
const BALLOTS: readonly (readonly [picks: readonly number[], times: number])[] = [
  [[3, 7], 61],
  [[1, 3], 38],
  [[2], 29],
  [[7, 1], 14],
];
export const VOTERS = BALLOTS.reduce((sum, [, times]) => sum + times, 0);

/** The votes for each project: numbers that appear nowhere else on a page. */
export const VOTES_FOR = { 1: 52, 2: 29, 3: 99, 7: 75 } as const;

const PROJECTS: readonly Project[] = [
  {
    number: 1,
    title: '楼道装扶手',
    category: '基础设施',
    cost: 25_000,
    detail: '1栋和3栋没有电梯，每层楼梯一边装扶手',
    place: '1栋和3栋的楼梯',
    due: '2027-04',
  },
  {
    number: 2,
    title: '健身角',
    category: '文体',
    cost: 30_000,
    detail: '小广场东边放六件健身器材，地上铺软垫',
    place: '小广场东边',
    due: '2027-05',
  },
  {
    number: 3,
    title: '社区花园',
    titles: { en: 'Community garden' },
    category: '环境',
    cost: 60_000,
    detail: '三号院后面那块空地，种花种菜，大家轮流管',
    place: '三号院后面',
    due: '2027-09',
  },
  { number: 7, title: '修路灯 <b>&</b>', short: '路灯', category: '基础设施', cost: 48_000, detail: '三号院到菜市场一段，八盏灯' },
];

const WORDS = ['休息长椅', '电动车充电棚', '老年活动室空调', '垃圾分类棚改造', '口袋公园', '无障碍坡道', '儿童图书角', '停车位划线和消防通道清理'];

/** More of them, with titles of any length, half of them with a name in English. */
function another(index: number): Project {
  const title = `${WORDS[index % WORDS.length]}${index < WORDS.length ? '' : `，${Math.ceil(index / WORDS.length)}号院`}`;
  const names = index % 2 ? { titles: { en: `Project of yard ${index + 8}` } } : {};
  return {
    number: index + 8,
    title,
    ...names,
    category: ['环境', '文体'][index % 2] ?? '',
    cost: 10_000 + 1_000 * index,
    place: '小区南门',
    due: '2027-06',
    detail: title.repeat(4),
  };
}

const TEXTS: readonly (readonly [text: string, state: ProposalRecord['state'], project?: number])[] = [
  ['三号院门口晚上太黑，老人看不见台阶', 'project', 7],
  ['楼道没有扶手，爬六楼腿发软', 'project', 1],
  ['后面那块空地长满草，不如种花', 'merged', 3],
  ['快递柜离得太远', 'declined'],
  ['<script>alert("x")</script> 垃圾桶 & 盖子', 'considered'],
  ['小广场下雨就积水，能不能修一修', 'received'],
  ['Please put a bench next to the bus stop', 'received'],
];

/** A town like a real one: 220 residents, seven proposals, four projects or more; `SLUG-2026` votes from `VOTES` to `ENDS`. `number` differs for each town. */
export async function neighbourhood(
  world: World,
  slug: string,
  number: number,
  ballots: 'public' | 'supervisors' = 'public',
  projects = PROJECTS.length,
): Promise<Town> {
  const here = await town(world, {
    residents: 220,
    community: { _id: slug, phone: phoneNumber(number), ballots },
    cycle: {
      _id: `${slug}-2026`,
      title: '2026年社区保障资金',
      budget: 120_000,
      threshold: 5,
      choices: { min: 1, max: 3 },
      stages: [
        { stage: 'announce', from: new Date(PROPOSES.getTime() - 9 * DAY) },
        { stage: 'propose', from: PROPOSES },
        { stage: 'deliberate', from: new Date(PROPOSES.getTime() + 12 * DAY) },
        { stage: 'publish', from: new Date(PROPOSES.getTime() + 17 * DAY) },
        { stage: 'vote', from: VOTES },
        { stage: 'implement', from: new Date(ENDS.getTime() - DAY) },
        { stage: 'evaluate', from: new Date('2027-09-01T00:00:00+08:00') },
        { stage: 'closed', from: new Date('2027-11-30T00:00:00+08:00') },
      ],
      moves: [{ kind: 'extend', stage: 'vote', from: ENDS, by: '孙志刚', reason: '很多人还没回来', at: new Date(PROPOSES.getTime() + 7 * DAY) }],
      projects: [...PROJECTS, ...Array.from({ length: projects - PROJECTS.length }, (_, index) => another(index))],
      ...(projects === PROJECTS.length && { lot: [7, 2, 1, 3] }),
    },
  });
  await Proposal.insertMany(
    TEXTS.map(([text, state, project], index) => ({
      _id: { cycle: `${slug}-2026`, number: index + 1 },
      community: slug,
      at: new Date(PROPOSES.getTime() + index * DAY),
      origin: 'sms',
      channel: 'sms',
      text: encryptedProposal(world.vault, { cycle: `${slug}-2026`, number: index + 1 }, text),
      state,
      ...(project && { project }),
      public: true,
      by: here.residents[index] ?? '',
      slot: `${slug} ${index}`,
      key: `${slug} ${index}`,
      history: [],
    })),
  );
  return here;
}

/** Everybody of `BALLOTS` casts one. */
export async function castAll(world: World, here: Town): Promise<void> {
  const all = BALLOTS.flatMap(([picks, times]) => Array.from({ length: times }, () => picks));
  const outcomes = await Promise.all(all.map((picks, index) => castBallot(world, { picks: [...picks] }, here.act(index, { at: world.now() }))));
  const refused = outcomes.find((outcome) => !('receipt' in outcome));
  if (refused) throw new Error(JSON.stringify(refused));
}

export async function seal(world: World): Promise<void> {
  await sealDue(world)();
}

/** Has the winner 3 built and accepted, with pictures from before and after and `ratings` ratings of the first residents; 7 is looked for. */
export async function carryOut(world: World, { community, cycle, residents }: Town, ratings: readonly number[]): Promise<void> {
  const day = (days: number) => new Date(ENDS.getTime() + days * DAY);
  const step = (state: WorkRecord['state'], days: number, more: Partial<WorkRecord['steps'][number]> = {}) => ({
    ...{ state, day: dayOf(day(days), 'Asia/Shanghai'), by: '周敏', at: day(days), ...more },
  });
  const work = (number: number, steps: WorkRecord['steps']): WorkRecord => ({
    ...{ _id: { cycle, number }, community, state: steps.at(-1)?.state ?? 'approved', steps, offers: [], papers: [], news: 0, revision: 0 },
  });
  const mended = step('to-be-mended', 8, { reason: '水管漏水，找13800001234' });
  const built = [step('approved', 0), step('signed', 2), step('under-way', 3), step('finished', 7), mended, step('accepted', 9)];
  await collection(Work).insertMany([work(3, built), work(7, [step('approved', 0), step('seeking', 1)])]);
  for (const [colour, text, days] of [
    ['sienna', '清出了空地', 3],
    ['forestgreen', '花都种下去了', 7],
  ] as const) {
    const bytes = await sharp({ create: { width: 640, height: 480, channels: 3, background: colour } })
      .jpeg()
      .toBuffer();
    const picture = await makePicture(bytes);
    if ('refused' in picture) throw new Error(picture.refused);
    const later = tried({ ...world, now: () => day(10) });
    await later(addProgress, { community, cycle, number: 3, actor: operator('周敏'), text, pictures: [picture], at: day(days) });
  }
  await collection(Rating).insertMany(
    ratings.map((stars, index) => {
      const _id = { cycle, number: 3, by: residents[index] ?? String(index) };
      return withMark(world.vault, 'ratings', { _id, community, stars, key: `rating-${cycle}-${index}` });
    }),
  );
  await publishRating(world, { cycle, number: 3 });
}
