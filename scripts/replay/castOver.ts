import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { slottedIn } from '../../src/app/templated.ts';
import type { CarrierName } from '../../src/contacts/channel.ts';
import { loadCatalogue } from '../../src/dialog/loadCatalogue.ts';
import type { Reply } from '../../src/dialog/question.ts';
import { CodedError } from '../../src/store/codedError.ts';
import type { World } from '../../src/store/world.ts';
import { fakeAliyun } from '../fakes/aliyun.ts';
import type { AriPhone } from '../fakes/ariPhone.ts';
import { fakeAsterisk } from '../fakes/asterisk.ts';
import type { HandingOver } from '../fakes/handingOver.ts';
import { fakeKannel } from '../fakes/kannel.ts';
import { fakeMas } from '../fakes/mas.ts';
import type { Played } from '../support/writeElection.ts';
import { APOLOGY, type Cast, callTwiceAtMost } from './cast.ts';
import { type Counterpart, type Outcome, replayElection } from './replayElection.ts';

/** A carrier whose replies are texts of their own, as a replay needs it. */
export interface TextLine extends HandingOver, Counterpart {
  readonly name: CarrierName;
  /** The number that is texted, as the carrier writes it. */
  readonly number: string;
  /** Only what is approved goes out. */
  readonly approve?: (code: string, wording: string) => void;
  stop(): Promise<void>;
}

/** A carrier of calls. */
export interface CallLine extends Counterpart {
  readonly name: CarrierName;
  /** Casts a ballot by a call over it. */
  readonly cast: Cast;
  stop(): Promise<void>;
}

/** Those besides Twilio that can be played here. */
export const OTHERS: Readonly<Record<string, () => Promise<TextLine | CallLine>>> = {
  kannel: async () => {
    const fake = await fakeKannel();
    return { ...fake, name: 'kannel', number: '106901234501', settings: { kannel: fake.settings } };
  },
  mas: async () => {
    const fake = await fakeMas();
    return { ...fake, name: 'mas', number: '01', settings: { mas: fake.settings } };
  },
  aliyun: async () => {
    const fake = await fakeAliyun();
    return { ...fake, name: 'aliyun', number: '1069987654', settings: { aliyun: fake.settings } };
  },
  asterisk: async () => {
    const fake = await fakeAsterisk();
    return { name: 'asterisk', settings: { asterisk: fake.settings }, attach: () => {}, cast: castByCall(fake.dial), stop: fake.stop };
  },
};

/** Replays an election over such a carrier; who voted on paper does so here. */
export async function overCarrier(world: World, played: Played, opened: () => Promise<TextLine | CallLine>): Promise<Outcome> {
  const line = await opened();
  const cast = 'cast' in line ? line.cast : castOver(line);
  try {
    const voters = played.votes.map((vote) => ({ vote, cast: vote.phone ? cast : undefined }));
    return await replayElection(world, await filesFor(world, played, line), voters, line);
  } finally {
    await line.stop();
  }
}

const WAITS_MS = 60_000;

/** Texts `投 3 7` from the voter's own phone, and waits for the receipt there. */
export function castOver(line: TextLine): Cast {
  return async (_, { from, picks }) => {
    const since = line.taken.length;
    const { status, text } = await line.push({ from, to: line.number, body: `投 ${picks.join(' ')}`, sid: randomBytes(16).toString('hex') });
    if (status !== 200) throw new CodedError('not-cast', `A ballot of the file was not taken: ${status} ${text}`);
    for (const until = performance.now() + WAITS_MS; performance.now() < until; await sleep(20)) {
      const reply = line.taken.slice(since).find(({ to }) => to.slice(-11) === from.slice(-11));
      if (reply && /\d{3} \d{3} \d{4}/.test(reply.body)) return;
      if (reply) throw new CodedError('not-cast', `A ballot of the file (${picks.join(' ')}) was not taken: ${reply.body}`);
    }
    throw new CodedError('not-cast', `No receipt came for a ballot of the file (${picks.join(' ')}).`);
  };
}

type Phone = Pick<AriPhone, 'heard' | 'hears' | 'press' | 'hangUp'>;

/** A call by a voter who knows the numbers, and interrupts what is said. */
export function castByCall(dial: (from: string, to: string) => Promise<Phone>): Cast {
  return (_, { from, to, picks }) => callTwiceAtMost(picks, async () => heardAtLast(await dial(from, to), picks));
}

/** What is heard last in a call: the receipt, or that nothing was recorded. */
async function heardAtLast(phone: Phone, picks: readonly number[]): Promise<string[]> {
  const steps = [['1', '知道号码'], ['1', '按项目号'], ...picks.map((pick) => [`${pick}#`, `(?<!\\d)${pick}号`] as const), ['#', '凭证']] as const;
  let since = 0;
  await phone.hears(1);
  for (const [keys, what] of steps) {
    if (phone.heard.slice(since).some((text) => APOLOGY.test(text))) break;
    since = phone.heard.length;
    phone.press(keys);
    await phone.hears(new RegExp(`${what}|${APOLOGY.source}`), since);
    if (!phone.heard.slice(since).some((text) => /投好了|改好了|凭证/.test(text))) continue;
    await phone.hears(/凭证/, since); // at the last pick allowed it is cast at once: another key would cut off what is read back
    break;
  }
  phone.hangUp();
  return phone.heard.slice(since);
}

/** The longest title of a project in a template's slot, beside its number. */
const SHORT = 12;

async function filesFor(world: World, played: Played, line: TextLine | CallLine): Promise<Played> {
  const { name } = line;
  if ('cast' in line) return { ...played, files: { ...played.files, community: { ...played.files.community, carriers: { voice: name } } } };
  const { number, approve } = line;
  const community = { ...played.files.community, carriers: { sms: name }, textNumber: number, shownNumber: '106901234501' };
  const { projects } = played.files.cycle;
  if (!approve || !Array.isArray(projects)) return { ...played, files: { ...played.files, community } };
  const cycle = { ...played.files.cycle, projects: projects.map((project) => ({ ...project, short: [...project.title].slice(0, SHORT).join('') })) };
  return { ...played, files: { ...played.files, community, cycle, templates: await receiptTemplates(world, played, projects.length, approve) } };
}

/** What nobody can vote or sign in without: a template for each number of projects that a receipt may name, with and without who writes, and the codes. `community` is its name, `to` its person's phone. Each is approved. */
export async function receiptTemplates(
  world: World,
  { community, to }: Pick<Played, 'community' | 'to'>,
  most: number,
  approve: (code: string, wording: string) => void,
) {
  const catalogue = await loadCatalogue();
  const sizes = Array.from({ length: most }, (_, index) => index + 1);
  const replies: Reply[] = sizes.flatMap((size) => {
    const picks = sizes.slice(0, size).map((number) => ({ number, label: '路灯' }));
    const [receipt, changed] = ['vote.receipt', 'vote.changed'].map((key) => ({
      says: [{ key, params: { picks, receipt: '4820917735', closesAt: world.now().toISOString() } }],
    }));
    return receipt && changed ? [receipt, changed, { ...receipt, adds: [{ key: 'common.first' }] }] : [];
  });
  const codes: Reply[] = ['notice.code', 'notice.signInCode'].map((key) => ({ says: [{ key, params: { digits: '482913' } }] }));
  const signedIn: Reply = { says: [{ key: 'notice.signedIn', params: { at: world.now().toISOString() } }] };
  return [...replies, ...codes, signedIn].map((reply, index) => {
    const told = { said: { key: '', reply }, language: 'zh-CN', isFirst: false };
    const { text, variant, wording, slots } = slottedIn(
      world,
      catalogue,
      { name: community, timezone: 'Asia/Shanghai', person: { name: '居委会', phone: to } },
      told,
    );
    const code = `SMS_${index + 1}`;
    approve(code, wording);
    return { text, ...(variant && { variant }), code, slots: [...slots.keys()] };
  });
}
