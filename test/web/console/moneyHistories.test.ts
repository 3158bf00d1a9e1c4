import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { closeAccount, entriesBefore, publicAccount, wrongAccounts } from '../../../src/fund/accounts/index.ts';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import type { Actor } from '../../../src/fund/people/index.ts';
import { refuseSecond } from '../../../src/fund/second/index.ts';
import {
  acceptWork,
  addExtra,
  addImplementer,
  addOwn,
  askImplementer,
  changeGrant,
  chooseImplementer,
  correctEntry,
  documentsOf,
  dropDocument,
  findWork,
  keepDocument,
  mendWork,
  movesFrom,
  moveWork,
  payWork,
  recordOffer,
  signContract,
  type WorkRecord,
  worksOfCycle,
} from '../../../src/fund/works/index.ts';
import { forgedRecords } from '../../../src/operation/forged.ts';
import { collection } from '../../../src/store/collection.ts';
import { dayOf } from '../../../src/store/wallTime.ts';
import { useDatabase } from '../../support/database.ts';
import { confirmSecond, staff } from '../../support/second.ts';
import { cycleRecord, type Town, town } from '../../support/town.ts';
import { tried } from '../../support/tried.ts';
import { importAccount, LATER, PAPER, won } from '../../support/works.ts';
import { phoneOf, staffAll, useOffice } from './office.ts';

const COMMUNITIES = 5;
const HISTORIES = 10;
const ACTS = 40;
const WORKS = [3, 7];
const DAY = dayOf(new Date(), 'Asia/Shanghai');
/** What one person may enter alone, by community. */
const ALONE = [0, 400, 400, 1_500, 1_500];
const SEED = Number(process.env.TEST_MONEY_SEED ?? randomBytes(4).readUInt32LE());

type Kind = 'granted' | 'own' | 'contracted' | 'paid';
/** What the account has to say, as this test counts it. */
interface Model {
  readonly budget: number;
  extra: number;
  readonly works: Map<number, Record<Kind, number>>;
  /** What one person entered of a work since a second one confirmed. */
  readonly alone: Map<string, number>;
  readonly waiting: { readonly number: number; readonly counts: () => void }[];
}

/** Money that cannot be bent: `TEST_MONEY_SEED` runs a history again. */
describe(`the money of ${COMMUNITIES * HISTORIES} random years of ${ACTS} acts, by one and by two persons (seed ${SEED})`, function () {
  this.timeout(300_000);
  const { world } = useDatabase('moneyHistories');
  const office = useOffice(world);
  const done = new Map<string, number>();

  it('is never more paid than contracted, contracted than granted, granted than there is, or moved by one person than they may', async () => {
    await Promise.all(Array.from({ length: COMMUNITIES }, (_, n) => years(n)));
    expect(await wrongAccounts(), 'sums that their entries do not give').to.deep.equal([]);
    const { forged } = await forgedRecords(world.vault, true);
    expect(
      forged.filter(({ kind }) => /^(works|workDocuments|workNews|implementers|accounts|accountEntries) /.test(kind)),
      'what acts wrote bears its mark',
    ).to.deep.equal([]);
    const often = ['grant', 'own', 'extra', 'pay', 'correct', 'sign', 'choose', 'accept', 'confirmed', 'move', 'settled'];
    expect(
      often.filter((act) => !done.has(act)),
      JSON.stringify(Object.fromEntries(done)),
    ).to.deep.equal([]);
  });

  function did(act: string): void {
    done.set(act, (done.get(act) ?? 0) + 1);
  }

  async function years(index: number): Promise<void> {
    const alone = ALONE[index] ?? 0;
    const papers = index % 2 === 0 ? 'required' : 'warned';
    const here = await town(world, { community: { twoPersonsAbove: alone, offersAbove: 100_000, papers } });
    await staffAll(world, here.community);
    const cadre = await staff(world, here.community, { role: 'cadre', phone: phoneOf('cadre') });
    const others = [await staff(world, here.community, { role: 'cadre', phone: '+8613900000001', name: '另一位' })];
    const supervisor = await staff(world, here.community, { role: 'supervisor', phone: phoneOf('supervisor') });
    for (const n of [1, 2])
      await tried(world)(addImplementer, {
        ...{ community: here.community, actor: cadre },
        ...{ organisation: `第${n}家`, kind: 'company', person: '周', phone: `1370000000${n}` },
      });
    for (let year = 0; year < HISTORIES; year += 1) {
      const seed = SEED + index * HISTORIES + year;
      const acts: string[] = [];
      try {
        await history(here, { cadres: [cadre, ...others], supervisor, alone, cycle: `${here.community}-y${year}` }, random(seed), acts);
      } catch (error) {
        throw new Error(`TEST_MONEY_SEED=${SEED}, community ${index}, year ${year}: ${acts.join(' · ')}`, { cause: error });
      }
    }
  }

  interface Year {
    readonly cycle: string;
    readonly cadres: readonly Actor[];
    readonly supervisor: Actor;
    readonly alone: number;
  }

  async function history({ community }: Town, { cycle, cadres, supervisor, alone }: Year, dice: Dice, acts: string[]): Promise<void> {
    const projects = WORKS.map((number) => ({ number, title: `项目${number}`, cost: 1_000 + dice(3_000) }));
    await collection(Cycle).insertOne({ ...cycleRecord(community, world.now()), _id: cycle, projects });
    const granted = Object.fromEntries(projects.map(({ number, cost }) => [number, cost]));
    const budget = projects.reduce((sum, { cost }) => sum + cost, 0) + dice(1_000);
    await won(world, { community, cycle }, granted, budget);
    const works = new Map(projects.map(({ number, cost }) => [number, { granted: cost, own: 0, contracted: 0, paid: 0 }]));
    const model: Model = { budget, extra: 0, works, alone: new Map(), waiting: [] };
    let forms = 0;
    const states = new Map<number, string>();
    for (const at of WORKS) await contracted(at);

    for (let act = 0; act < ACTS; act += 1) {
      await oneOf(dice, steps)();
      await holds();
    }
    await agrees();

    function number(): number {
      return WORKS[dice(WORKS.length)] ?? 3;
    }
    function actor(): Actor {
      return cadres[dice(10) === 0 ? 1 : 0] ?? supervisor;
    }
    function form() {
      forms += 1;
      return { community, cycle, day: DAY, key: `${cycle} ${forms}`, actor: actor() };
    }
    function said(act: string, outcome: object): void {
      const became = 'refused' in outcome ? String(outcome.refused) : 'mistakes' in outcome ? 'mistaken' : 'waits' in outcome ? 'waits' : 'done';
      acts.push(`${act} ${became}`);
      if (became === 'done') did(act.split(' ')[0] ?? '');
    }
    /** Counts an entry once it is there: at once, by one person, or when it is confirmed. */
    function count(act: string, outcome: object, kind: Kind | 'extra', work: number | undefined, amount: number): void {
      said(`${act} ${work ?? ''} ${amount}`, outcome);
      const add = () => {
        const sums = work === undefined ? undefined : works.get(work);
        if (kind === 'extra') model.extra += amount;
        else if (sums) sums[kind] += amount;
      };
      const name = `${work} ${kind}`;
      if ('waits' in outcome && !('already' in outcome))
        model.waiting.push({
          number: Number(outcome.waits),
          counts: () => {
            add();
            model.alone.set(name, 0);
            did(act);
          },
        });
      if (!('entry' in outcome || 'signed' in outcome)) return;
      add();
      if (kind === 'contracted') return;
      model.alone.set(name, (model.alone.get(name) ?? 0) + amount);
      expect(['paid', 'own'], `${act} by one person`).to.include(kind);
      expect(model.alone.get(name), `${act} by one person`).to.be.at.most(alone);
    }

    /** Most works are given to somebody and under contract before anybody bends them, and half of those are accepted. */
    async function contracted(at: number): Promise<void> {
      await forward(at);
      if (dice(4) === 0) return;
      await choose(at);
      await decide();
      await forward(at);
      if (dice(2) === 0) return;
      await forward(at);
      await forward(at);
      await forward(at);
      await decide();
    }

    async function decide(): Promise<void> {
      const next = model.waiting.splice(dice(model.waiting.length), 1)[0];
      if (!next) return;
      const deciding = { community, number: next.number, actor: supervisor };
      const isRefused = dice(5) === 0;
      const outcome = isRefused ? await refuseSecond(world, { ...deciding, reason: '不行' }) : await confirmSecond(world)(deciding);
      said(isRefused ? 'refused' : 'confirmed', outcome);
      if ('confirmed' in outcome) next.counts();
      if ('refused' in outcome) await refuseSecond(world, { ...deciding, reason: '过时了' });
    }

    /** What the account and the works say, after each act. */
    async function holds(): Promise<void> {
      const account = (await publicAccount(cycle)) ?? expect.fail('no account');
      expect({
        extra: account.extra,
        works: account.works.toSorted((one, other) => one.work - other.work).map(({ work, ...sums }) => [work, sums]),
      }).to.deep.equal({
        extra: model.extra,
        works: [...works].toSorted(([one], [other]) => one - other),
      });
      expect(account.granted).to.be.at.most(account.budget + account.extra);
      const found = await worksOfCycle(cycle);
      for (const { work, granted: given, own, contracted, paid } of account.works) {
        expect(Math.min(given, own, paid, account.extra), 'below nothing').to.be.at.least(0);
        expect(paid, 'paid').to.be.at.most(contracted);
        expect(contracted, 'contracted').to.be.at.most(given + own);
        const { state = '' } = found.find(({ _id }) => _id.number === work) ?? {};
        const before = states.get(work);
        states.set(work, state);
        if (before === 'accepted' && state === 'paid') did('settled');
        if (state === 'paid' || state === 'rated') expect(paid, `${work} is ${state}`).to.equal(contracted).and.be.above(0);
      }
    }

    /** Page, API and CSV say what the entries say. */
    async function agrees(): Promise<void> {
      const entries = await entriesBefore(cycle, { limit: 1_000 });
      const sum = (kind: string) => entries.reduce((total, each) => total + (each.kind === kind ? each.amount : 0), 0);
      const sums = { granted: sum('granted'), own: sum('own'), contracted: sum('contracted'), paid: sum('paid') };
      const api = await office.json<object>(`/api/cycles/${cycle}/account`);
      expect(api).to.deep.include({ ...sums, budget, extra: sum('extra'), left: sums.granted + sums.own - sums.paid });
      const csv = await (await fetch(`${office.url}/api/cycles/${cycle}/account.csv`)).text();
      const rows: { kind: string; amount: string }[] = parse(csv, { columns: true, bom: true });
      for (const [kind, total] of Object.entries({ ...sums, extra: sum('extra') }))
        expect(
          rows.reduce((of, row) => of + (row.kind === kind ? Number(row.amount.replace(/^'/, '')) : 0), 0),
          `CSV ${kind}`,
        ).to.equal(total);
      const page = await (await (await office.as('council')).get(`/console/${community}/account?cycle=${cycle}`)).text();
      const total = /<tr class="total">(.*?)<\/tr>/s.exec(page)?.[1]?.replace(/<span class="named">.*?<\/span>|<[^>]*>/g, ' ') ?? '';
      const shown = [...total.matchAll(/-?\d[\d,]*/g)].map(([amount]) => Number(amount.replaceAll(',', '')));
      expect(shown, 'page').to.deep.equal([...Object.values(sums), sums.granted + sums.own - sums.paid]);
    }

    async function work(at: number): Promise<WorkRecord> {
      return (await findWork(cycle, at)) ?? expect.fail('no work');
    }

    async function forward(at = number()): Promise<void> {
      const on = { community, cycle, number: at, actor: actor() };
      const { state, revision, chosen } = await work(at);
      if (state === 'seeking') return choose(at);
      if (state === 'chosen') {
        const amount = Math.round(((chosen?.amount ?? 0) * (8 + dice(4))) / 10);
        return count('sign', await tried(world)(signContract, { ...on, paper: `HT${at}`, amount, day: DAY }), 'contracted', at, amount);
      }
      if (state === 'finished') {
        if (dice(6) === 0) return said('mend', await tried(world)(mendWork, { ...on, what: '灯', until: LATER, seen: revision }));
        for (const kind of ['contract', 'acceptance', 'invoice']) if (dice(8) > 0) await keep(at, kind);
        const outcome = await tried(world)(acceptWork, { ...on, day: DAY, seen: (await work(at)).revision });
        return waits('accept', outcome);
      }
      if (state === 'accepted') return pay(at, true);
      const [to] = movesFrom(state).filter(({ isBack }) => !isBack);
      if (to) said('move', await tried(world)(moveWork, { ...on, to: to.to, from: state }));
    }

    /** An act that moves no money waits, too. */
    function waits(act: string, outcome: object): void {
      said(act, outcome);
      if ('waits' in outcome && !('already' in outcome))
        model.waiting.push({
          number: Number(outcome.waits),
          counts: () => did(act),
        });
    }

    async function choose(at: number): Promise<void> {
      const on = { community, cycle, number: at, actor: actor() };
      for (const implementer of [1, 2]) {
        await tried(world)(askImplementer, { ...on, implementer });
        await tried(world)(recordOffer, { ...on, implementer, amount: 500 + dice(4_000), day: DAY });
      }
      const { revision } = await work(at);
      waits('choose', await tried(world)(chooseImplementer, { ...on, seen: revision, implementer: 1 + dice(2), reason: '好' }));
    }

    async function keep(at: number, kind: string): Promise<void> {
      const made = { ...PAPER, original: `${kind} ${at} ${dice(3)}` };
      said('keep', await tried(world)(keepDocument, { community, cycle, number: at, actor: actor(), kind, title: kind, file: made }));
    }

    async function pay(at = number(), isRest = false): Promise<void> {
      const { contracted = 0, paid = 0 } = works.get(at) ?? {};
      const amount = [contracted - paid, contracted - paid, 1 + dice(500), 1 + dice(2_000), alone][isRest ? 0 : dice(5)] ?? 0;
      const again = dice(3) === 0 ? { reason: '分两次' } : {};
      const payment = { number: at, amount, paper: `F${dice(30)}`, ...again };
      count('pay', await tried(world)(payWork, { ...form(), ...payment }), 'paid', at, amount);
    }

    /** Corrects an entry, of a work that is paid off if there is one. */
    async function correct(): Promise<void> {
      const off = WORKS.find((at) => ['paid', 'rated'].includes(states.get(at) ?? ''));
      const entries = (await entriesBefore(cycle, { limit: 100 })).filter(({ corrects }) => corrects === undefined);
      const paid = entries.find(({ kind, work: at }) => kind === 'paid' && at === off);
      const entry = paid ?? entries[dice(dice(2) === 0 ? entries.length : Math.min(2, entries.length))];
      if (!entry) return;
      const all = await entriesBefore(cycle, { limit: 100 });
      const now = all.reduce((sum, { corrects, amount }) => sum + (corrects === entry._id.entry ? amount : 0), entry.amount);
      const to = [now + 1 + dice(500), now - 1 - dice(500), 0, 900_000][dice(4)] ?? 0;
      const outcome = await tried(world)(correctEntry, { ...form(), entry: entry._id.entry, amount: to, was: now, reason: '写错了' });
      count('correct', outcome, entry.kind, entry.work, to - now);
      if (paid) await decide();
    }

    async function twoAtOnce(): Promise<void> {
      const at = number();
      const { contracted = 0, paid = 0 } = works.get(at) ?? {};
      const amount = Math.max(1, Math.min(alone, contracted - paid));
      const paper = `at once ${forms}`;
      const both = await Promise.all([0, 1].map((n) => tried(world)(payWork, { ...form(), number: at, amount, paper: `${paper}${n}` })));
      for (const outcome of both) count('pay', outcome, 'paid', at, amount);
    }

    async function file(): Promise<void> {
      if (dice(4) > 0) return;
      const at = number();
      const [kind = 'own', amount = 0] =
        [
          ['own', 1 + dice(600)],
          ['paid', 1 + dice(600)],
          ['granted', 1 + dice(600)],
          ['extra', 500],
        ][dice(4)] ?? [];
      const line = `,${DAY},${kind},${kind === 'extra' ? '' : at},${amount},文件${forms},原因,\n`;
      const bytes = Buffer.from(`entry,day,kind,work,amount,paper,reason,corrects\n${line}`);
      forms += 1;
      const outcome = await importAccount(world)({ cycle, bytes, isTry: false, actor: actor() });
      const isAdded = 'added' in outcome && outcome.added === 1;
      count('import', isAdded ? { entry: 1 } : { refused: 'not' }, kind === 'paid' ? 'paid' : kind === 'own' ? 'own' : 'granted', at, Number(amount));
    }

    /** What may be done, as often as it stands here. */
    function steps(): (() => Promise<void>)[] {
      const advance = [forward, forward, forward, forward, forward, forward].map((step) => () => step());
      return [
        ...advance,
        ...[decide, decide, decide, decide, decide, decide],
        ...[() => pay(), () => pay(), () => pay(), correct, correct, twoAtOnce],
        async () => {
          const at = number();
          const to = [(works.get(at)?.granted ?? 0) + 1 + dice(700), dice(3_000), 900_000][dice(3)] ?? 0;
          const outcome = await tried(world)(changeGrant, { ...form(), work: at, amount: to, reason: '涨价' });
          count('grant', outcome, 'granted', at, to - (works.get(at)?.granted ?? 0));
        },
        async () => {
          const [at, amount] = [number(), 1 + dice(700)];
          count('own', await tried(world)(addOwn, { ...form(), work: at, amount }), 'own', at, amount);
        },
        async () => {
          const amount = 1 + dice(900);
          count('extra', await tried(world)(addExtra, { ...form(), amount, paper: `街办${forms}`, reason: '街道补的' }), 'extra', undefined, amount);
        },
        async () => {
          const at = number();
          const { state } = await work(at);
          const [back] = movesFrom(state).filter(({ isBack }) => isBack);
          if (back && dice(2) === 0)
            said('back', await tried(world)(moveWork, { community, cycle, number: at, actor: actor(), to: back.to, from: state, reason: '退回' }));
        },
        async () => {
          const at = number();
          const [first] = await documentsOf(await work(at));
          if (first)
            said('drop', await tried(world)(dropDocument, { community, cycle, number: at, actor: actor(), document: first.id, reason: '换' }));
        },
        file,
        async () => {
          if (dice(12) > 0) return;
          const seen = (await publicAccount(cycle))?.entries ?? 0;
          waits('close', await tried(world)(closeAccount, { community, cycle, seen, actor: actor() }));
        },
      ];
    }
  }
});

/** A whole number from 0 on, below a limit. */
type Dice = (below: number) => number;

function oneOf(dice: Dice, steps: () => readonly (() => Promise<void>)[]): () => Promise<void> {
  const all = steps();
  return all[dice(all.length)] ?? (async () => {});
}

/** The same numbers for the same seed (mulberry32). */
function random(seed: number): Dice {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
