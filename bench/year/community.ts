import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spreadNumberOf } from '../fill.ts';
import type { Spoken } from '../request.ts';

export const RESIDENTS = 40;
/** Communities begin on this many days, one after the other. */
export const BEGINNINGS = 28;
/** Of so many communities one has staff who work. */
export const STAFFED = 100;
export const ZONE = 'Asia/Shanghai';
export const slugOf = (community: number) => `year-${community}`;
export const cycleOf = (community: number) => `${slugOf(community)}-2027`;
/** A day of the year as the day of a community's own calendar: each is as many days behind as it began later. */
export const ownDay = (day: number, community: number) => day - (community % BEGINNINGS);
/** Days after its beginning on which each stage of a community begins. */
export const STAGES = { propose: 2, deliberate: 30, vote: 45, implement: 59, evaluate: 200, closed: 230 };
/** What residents write on a day of the year. */
export function spokenOn(day: number, communities: number): Spoken[] {
  return Array.from({ length: communities }, (_, community) => {
    return Array.from({ length: RESIDENTS }, (_, resident) => saidBy(ownDay(day, community), resident))
      .map((body, resident) => ({ body, from: phoneOf(community, resident), to: spreadNumberOf(community) }))
      .flatMap(({ body, ...way }) => (body === undefined ? [] : [{ ...way, body }]));
  }).flat();
}

const DURING_VOTE = ['投 1 3', '投 2', '我要投花园', '投 4 1 2', '啥时候截止哦'];

/** What a resident writes on a day of the community's own calendar, if anything. */
function saidBy(day: number, resident: number): string | undefined {
  const { propose, deliberate, vote, implement, evaluate, closed } = STAGES;
  if (day >= propose && day < deliberate) {
    if (resident % 8 === 0 && day === propose + 1 + resident / 8)
      return `提议 在${resident + 1}号楼门口装一排扶手，老人下楼有地方抓，晚上看得见，下雨不滑`;
    if (resident % 3 === 1 && day === propose + 10 + (resident % 5)) return `支持 ${1 + (resident % 5)}`;
    if (resident === 39 && day === deliberate - 2) return '问 楼下的垃圾桶怎么还没换';
  }
  if (day >= vote && day < implement - 1 && resident % 2 === 0 && day === vote + 1 + (resident % 12))
    return DURING_VOTE[(resident / 2) % DURING_VOTE.length];
  if (day === vote + 13 && resident % 20 === 2) return '投 3';
  if (day === implement + 20 && resident === 5) return '删除';
  if (day === implement + 21 && resident % 13 === 7) return '退订';
  if (day > implement + 30 && day < evaluate && day % 28 === resident % 28 && resident < 6) return '进度';
  if (day > evaluate && day < closed && day === evaluate + 1 + resident && resident < 20) return `评 1 ${1 + (resident % 5)}`;
  return undefined;
}

const phoneOf = (community: number, resident: number) => `+86${15_000_000_000 + community * RESIDENTS + resident}`;

/** Writes the files of a community: its settings, its residents, its staff if it has some, its cycle. */
export async function writeFolder(dir: string, community: number): Promise<void> {
  await mkdir(dir, { recursive: true });
  const slug = slugOf(community);
  const behind = community % BEGINNINGS;
  const stage = (name: keyof typeof STAGES, time = '00:00') => `${name}: +${STAGES[name] + behind}dT${time}`;
  const stages = [
    `announce: +${behind}dT00:00`,
    stage('propose'),
    stage('deliberate'),
    stage('vote', '08:00'),
    stage('implement', '20:00'),
    stage('evaluate'),
    stage('closed'),
  ];
  const titles = ['楼道扶手', '健身角', '社区花园', '修路灯'];
  await Promise.all([
    writeFile(
      join(dir, 'community.yaml'),
      `slug: ${slug}\nname: 第${community + 1}社区\nlanguage: zh-CN\ntimezone: ${ZONE}\nphone: "${spreadNumberOf(community)}"\nverify: phone\nballots: public\nquiet: "21:00-08:00"\npapers: warned\nrates: {sms: 100}\nperson: {name: 居委会, phone: "+862880000003"}\n`,
    ),
    writeFile(
      join(dir, 'residents.csv'),
      `id,name,phone,card,building,language,role\n${Array.from({ length: RESIDENTS }, (_, resident) => `${resident + 1},居民${resident + 1},${phoneOf(community, resident)},,${1 + (resident % 5)}栋,zh-CN,`).join('\n')}\n`,
    ),
    ...(community % STAFFED === 0
      ? [writeFile(join(dir, 'staff.csv'), 'name,phone,role\n王芳,+8613800000021,cadre\n何静,+8613800000011,council\n')]
      : []),
    writeFile(
      join(dir, 'cycle.yaml'),
      `id: ${cycleOf(community)}\ntitle: 今年的社区保障资金\nbudget: 150000\ncurrency: CNY\nrule: greedy\nthreshold: 1\nchoices: {min: 1, max: 3}\nstages: {${stages.join(', ')}}\nprojects:\n${titles.map((title, index) => `  - {number: ${index + 1}, title: ${title}, cost: ${25_000 * (index + 1)}, detail: ${title}在三号院}`).join('\n')}\n`,
    ),
  ]);
}
