import type { Act } from '../../../../src/contacts/act.ts';
import { castBallot } from '../../../../src/fund/ballots/cast/cast.ts';
import type { EntryRecord } from '../../../../src/fund/ballots/index.ts';
import { Entry } from '../../../../src/fund/ballots/ledger/entry.ts';
import type { CycleRecord } from '../../../../src/fund/cycles/index.ts';
import { collection } from '../../../../src/store/collection.ts';
import type { World } from '../../../../src/store/world.ts';
import { type Town, type TownGiven, town } from '../../../support/town.ts';

export const OPENS = new Date('2026-12-01T00:00:00Z');
export const CLOSES = new Date('2026-12-15T12:00:00Z');
export const DURING = new Date('2026-12-05T04:00:00Z');
export const SECOND = 1_000;
export const DAY = 24 * 60 * 60 * SECOND;

/** A world whose clock stands where it is put. */
export interface HeldWorld extends World {
  at: Date;
}

export function heldWorld(world: World, at = DURING): HeldWorld {
  const held: HeldWorld = { ...world, at, now: () => held.at };
  return held;
}

/** A town with so many residents, whose vote is open from `OPENS` to `CLOSES`; four projects, one to three picks. */
export function village(world: World, residents: number, { community, cycle }: TownGiven = {}): Promise<Town> {
  const vote: Partial<CycleRecord> = {
    title: '2027年社区保障资金',
    budget: 100_000,
    choices: { min: 1, max: 3 },
    stages: [
      { stage: 'announce', from: new Date('2026-11-01T00:00:00Z') },
      { stage: 'vote', from: OPENS },
      { stage: 'implement', from: CLOSES },
      { stage: 'closed', from: new Date('2027-11-30T00:00:00Z') },
    ],
    projects: [
      { number: 1, title: '修路灯', short: '路灯', category: '基础设施', cost: 48_000 },
      { number: 2, title: '健身角', cost: 30_000 },
      { number: 3, title: '三号院后面那块空地改成社区花园', cost: 60_000 },
      { number: 7, title: '楼道扶手', cost: 25_000, detail: '一到五栋', place: '一栋', due: '2027-06' },
    ],
  };
  return town(world, { residents, ...(community && { community }), cycle: { ...vote, ...cycle } });
}

/** Casts a ballot and gives the receipt; throws if the ballot was refused. */
export async function castFor(world: World, act: Act, ...picks: number[]): Promise<string> {
  const cast = await castBallot(world, { picks }, act);
  if ('refused' in cast) throw new Error(`refused: ${JSON.stringify(cast.refused)}`);
  return cast.receipt;
}

export function entriesOf(cycle: string): Promise<EntryRecord[]> {
  return collection(Entry).find({ '_id.cycle': cycle }, { promoteBuffers: true }).sort({ '_id.seq': 1 }).toArray();
}
