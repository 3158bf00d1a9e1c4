import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { parse } from 'yaml';
import { conversationId } from '../../src/dialog/conversation.ts';
import { conversations } from '../../src/dialog/conversations.ts';
import type { Reply } from '../../src/dialog/question.ts';
import { cycleKeys, decryptSecret, Entry } from '../../src/fund/ballots/ledger/entry.ts';
import { Cycle } from '../../src/fund/cycles/index.ts';
import { damm } from '../../src/fund/people/index.ts';
import { residentId } from '../../src/fund/people/resident.ts';
import { collection } from '../../src/store/collection.ts';
import { root } from '../../src/store/files.ts';
import type { World } from '../../src/store/world.ts';
import { emptyDatabase, useDatabase } from '../support/database.ts';
import { movedWorld } from '../support/movedWorld.ts';
import { startService, type TestService } from '../support/service.ts';
import { begun } from './accepted.ts';
import { type Came, judged, type Verdict } from './judge.ts';
import { sealed } from './sealed.ts';

/**
 * Sets of conversations that somebody wrote without sight of code or texts, played over SMS: how much of them is understood. `sets/README.md` says how
 * they are written, and `sets/reached.yaml` what each reached when it was used to measure: no less may be reached later.
 * `SET=file` measures another one and tells its misses.
 */
const FOLDER = join(root, 'test/conversations/sets');

interface Written {
  readonly id: string;
  readonly kind: string;
  readonly stage?: Stage;
  readonly who?: 'resident' | 'stranger' | 'couple';
  readonly turns: readonly { readonly say: string; readonly is?: string }[];
}

const STAGES = { before: '2026-11-15T10:00', open: '2026-12-05T10:00', after: '2027-03-10T10:00' } as const;
type Stage = keyof typeof STAGES;

/** So many write at the same time. */
const AT_ONCE = 12;

interface Played {
  readonly written: Written;
  readonly verdict: Verdict;
  readonly went: string;
  /** So many were cast. */
  readonly ballots: number;
}

const reached: Readonly<Record<string, { readonly understood: number; readonly misunderstood: number; readonly wrong: number }>> = parse(
  readFileSync(join(FOLDER, 'reached.yaml'), 'utf8'),
);
const asked = process.env.SET;
const files = asked ? [asked] : readdirSync(FOLDER).flatMap((name) => (name.endsWith('.set.yaml') ? join(FOLDER, name) : []));

describe('sets of conversations', () => {
  const { world } = useDatabase('sets');
  for (const file of files)
    it(`${basename(file)}: what it reached`, async () => {
      const all: readonly Written[] = parse(readFileSync(file, 'utf8'));
      const played: Played[] = [];
      for (const stage of Object.keys(STAGES) as Stage[])
        played.push(
          ...(await playedIn(
            stage,
            all.filter((each) => (each.stage ?? 'open') === stage),
          )),
        );
      const share = (verdict: Verdict) => played.filter((each) => each.verdict === verdict).length / played.length;
      if (asked) console.log(table(played));
      const least = asked ? undefined : reached[basename(file, '.set.yaml')];
      if (!least) return;
      const missed = table(played);
      expect(share('right'), missed).to.be.at.least(least.understood);
      expect(share('misunderstood'), missed).to.be.at.most(least.misunderstood);
      expect(share('wrong'), missed).to.be.at.most(least.wrong);
    }).timeout(600_000);

  async function playedIn(stage: Stage, all: readonly Written[]): Promise<Played[]> {
    if (all.length === 0) return [];
    await emptyDatabase();
    const { world: moved, clock } = movedWorld(world);
    clock.moveTo('2026-10-20T09:00');
    const { folder, writers, voters } = communityOf(all);
    const here: World = { ...moved, vault: world.vault };
    const service = await startService(here, folder);
    try {
      if (stage === 'after') {
        clock.moveTo(STAGES.open);
        for (const from of voters) await service.sms.deliver({ from, to: service.community.phone, body: '投 1 3 5' });
        clock.moveTo('2026-12-15T20:10');
        await sealed(clock);
        await begun({ 1: 'under-way', 3: 'accepted' });
      }
      clock.moveTo(STAGES[stage]);
      const there = () => collection(Entry).countDocuments({ voter: { $exists: true } });
      const before = await there();
      const done: Played[] = [];
      const left = all.entries();
      const some = async () => {
        for (const [at, written] of left) done.push(await playedBy(here, service, written, writers[at] as Writer));
      };
      await Promise.all(Array.from({ length: AT_ONCE }, some));
      const cast = done.reduce((sum, { ballots }) => sum + ballots, 0);
      expect(await there(), 'ballots, each of somebody who writes').to.equal(before + cast);
      return done;
    } finally {
      await service.stop();
    }
  }

  /** Plays a conversation; its verdict is the worst of its turns. */
  async function playedBy(here: World, service: TestService, written: Written, { from, residents, cards }: Writer): Promise<Played> {
    const { community, sms } = service;
    const own = residents.map((id) => residentId(world.vault, community._id, id));
    let verdict: Verdict = 'right';
    let textBefore = '';
    let castBefore = 0;
    const went: string[] = [];
    for (const { say, is } of written.turns) {
      const body = say.replace('{card}', cards[0] ?? '').replace('{card2}', cards[1] ?? '');
      const text = (await sms.deliver({ from, to: community.phone, body })) ?? '';
      const ballots = await ballotsOf(here, own);
      const cast = ballots.length > castBefore ? ballots.at(-1) : undefined;
      const came: Came = { reply: await replyTo(from, community.phone), text, textBefore, ...(cast && { cast }) };
      const each = is === undefined ? 'right' : judged(is, came);
      if (WORSE.indexOf(each) > WORSE.indexOf(verdict)) verdict = each;
      went.push(`→ ${say} ← ${text.replaceAll('\n', ' / ')}${is === undefined || each === 'right' ? '' : ` **${each}, should ${is}**`}`);
      textBefore = text;
      castBefore = ballots.length;
    }
    return { written, verdict, went: went.join(' '), ballots: castBefore };
  }

  /** The picks of each ballot that these residents cast, in order. */
  async function ballotsOf(here: World, residents: readonly string[]): Promise<number[][]> {
    const cycle = await collection(Cycle).findOne({});
    const keys = cycle && cycleKeys(here)(cycle);
    if (!keys) return []; // no vote yet, or long over
    const voters = residents.map((resident) => keys.voter(resident).voterId);
    const entries = await collection(Entry)
      .find({ voter: { $in: voters } }, { sort: { '_id.seq': 1 }, promoteBuffers: true })
      .toArray();
    return entries.map((entry) => decryptSecret(here.vault, entry).picks);
  }

  async function replyTo(address: string, to: string): Promise<Reply | undefined> {
    const _id = conversationId(world.vault, { channel: 'sms', address, to });
    const found = await mongoose.connection.collection<{ _id: string; revision: number }>('conversations').findOne({ _id });
    const [newest] = found
      ? await conversations(world).answersOf({ _id, revision: found.revision, turn: { key: '', batch: '' }, isHeld: false })
      : [];
    if (!newest) return undefined;
    return JSON.parse(world.vault.decrypt('conversationAnswer', _id, Buffer.from(newest.encrypted)).toString()).reply;
  }
});

const WORSE: readonly Verdict[] = ['right', 'harmless', 'misunderstood', 'wrong'];

interface Writer {
  readonly from: string;
  /** Who they may be, as the roster names them. */
  readonly residents: readonly string[];
  readonly cards: readonly string[];
}

/** As `sets/README.md` promises. */
const SUPERVISORS = 3;

/** The community's folder with a roster for these conversations: who writes each, and twenty who vote. */
function communityOf(all: readonly Written[]): { folder: string; writers: Writer[]; voters: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'set-'));
  cpSync(FOLDER, folder, { recursive: true });
  const rows: string[] = [];
  const add = (phone: string) => {
    const id = String(rows.length + 1);
    const card = cardOf(rows.length + 1);
    rows.push(`${id},居民${id},${phone},${card},3栋,zh-CN,`);
    return { id, card };
  };
  const writers = all.map(({ who = 'resident' }, at): Writer => {
    const from = `+86138000${String(at + 1).padStart(5, '0')}`;
    const phones = who === 'couple' ? [from, from] : who === 'resident' ? [from, ''] : ['', ''];
    const people = phones.map(add);
    return { from, residents: people.map(({ id }) => id), cards: people.map(({ card }) => card) };
  });
  const voters = Array.from({ length: 20 }, (_, at) => `+86139000${String(at).padStart(5, '0')}`);
  for (const phone of voters) add(phone);
  for (let at = 0; at < SUPERVISORS; at++)
    rows.push(`${rows.length + 1},监督${at + 1},+86137000${String(at).padStart(5, '0')},${cardOf(rows.length + 1)},3栋,zh-CN,supervisor`);
  writeFileSync(join(folder, 'residents.csv'), ['id,name,phone,card,building,language,role', ...rows].join('\n'));
  return { folder, writers, voters };
}

function cardOf(n: number): string {
  const digits = String(20_000_000 + n * 37);
  return `${digits}${damm(digits)}`;
}

function table(played: readonly Played[]): string {
  const kinds = [...new Set(played.map(({ written }) => written.kind))].sort();
  const row = (name: string, some: readonly Played[]) =>
    [name, some.length, ...WORSE.map((verdict) => some.filter((each) => each.verdict === verdict).length)].join('\t');
  const misses = played
    .filter(({ verdict }) => verdict !== 'right')
    .map(({ written: { id, kind }, verdict, went }) => `${id} ${kind} ${verdict}: ${went}`);
  return [
    ['kind', 'n', ...WORSE].join('\t'),
    ...kinds.map((kind) =>
      row(
        kind,
        played.filter(({ written }) => written.kind === kind),
      ),
    ),
    row('all', played),
    ...misses.sort(),
  ].join('\n');
}
