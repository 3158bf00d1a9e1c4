import { setTimeout as sleep } from 'node:timers/promises';
import type { Act, Typed } from '../../src/fund/act/index.ts';
import { findCycle } from '../../src/fund/cycles/index.ts';
import {
  acceptBatch,
  type BatchState,
  closeTable,
  finishKeying,
  keySlip,
  MOST_IN_BATCH,
  makeSlips,
  markSlip,
  openBatch,
  openTable,
  readBatch,
} from '../../src/fund/paper/index.ts';
import { type Actor, operator } from '../../src/fund/people/index.ts';
import { CodedError } from '../../src/store/codedError.ts';
import type { World } from '../../src/store/world.ts';

/** A table at which voters hand in slips, and those who key them. */
export interface PaperTable {
  /** Hands in one slip, with the voter's card. */
  handIn(voter: Voter, picks: readonly number[]): Promise<void>;
  /**
   * Closes the table, has every slip keyed by two and settled by a third, and accepted by one; gives the numbers of the batches once another person may
   * accept them. `wrongly`: of every so many one is keyed wrongly by one of two.
   */
  key(wrongly?: number): Promise<number[]>;
  /** Accepts batches as the second person: they are counted. */
  count(batches: readonly number[]): Promise<void>;
}

type Clerks = readonly [first: Actor, second: Actor, third: Actor];

type Voter = { readonly card: string } | { readonly resident: string };

const AT_TABLE = operator('table');
const WITNESS = 'witness';
/** Longer than an accepted batch has to wait after its table was closed. */
const SETTLED_MS = 15_500;
/** Each with its clerks: a person who opens a batch twice gets the one that is empty. */
const DESKS = 8;

/** Opens a table with new slips. */
export async function paperTable(world: World, cycle: string, slips: number, projects: readonly number[]): Promise<PaperTable> {
  const { community = '' } = (await findCycle(cycle)) ?? {};
  const { serials } = await perform(makeSlips, 0, AT_TABLE, { count: slips });
  const { table } = await perform(openTable, 0, AT_TABLE, { place: 'replay', received: slips, other: WITNESS });
  const left = [...serials];
  const inBox: { readonly serial: string; readonly picks: readonly number[] }[] = [];
  return { handIn, key, count };

  async function handIn(voter: Voter, picks: readonly number[]): Promise<void> {
    const serial = left.pop() ?? '';
    await perform(markSlip, table, AT_TABLE, { id: serial, serial, ...voter, other: WITNESS });
    inBox.push({ serial, picks });
  }

  async function key(wrongly = 0): Promise<number[]> {
    const counts = { handedOut: inBox.length, spoiled: 0, left: slips - inBox.length };
    await perform(closeTable, table, AT_TABLE, { ...counts, other: WITNESS });
    const closed = performance.now();
    const wrong = new Map(inBox.flatMap(({ serial, picks }, n) => (wrongly > 0 && n % wrongly === 0 ? [[serial, otherThan(picks, projects)]] : [])));
    const piles = Array.from({ length: Math.ceil(inBox.length / MOST_IN_BATCH) }, (_, n) => inBox.slice(n * MOST_IN_BATCH, (n + 1) * MOST_IN_BATCH));
    const batches: number[] = [];
    const desk = async (_: unknown, at: number): Promise<void> => {
      for (let pile = piles.shift(); pile; pile = piles.shift()) batches.push(await keyed(pile, wrong, [clerk(1, at), clerk(2, at), clerk(3, at)]));
    };
    await Promise.all(Array.from({ length: DESKS }, desk));
    await sleep(Math.max(0, closed + SETTLED_MS - performance.now()));
    for (const batch of batches) await perform(acceptBatch, batch, clerk(1));
    return batches;
  }

  async function perform<Result extends object>(act: Act<Result>, number: number, actor: Actor, input: Typed = {}): Promise<Result> {
    const asked = { community, at: { cycle, number: String(number) }, input, actor };
    const performed = await act.perform({ world, notify: async () => undefined }, asked);
    if (performed.is !== 'done') throw notTaken(performed);
    return performed.result;
  }

  async function count(batches: readonly number[]): Promise<void> {
    for (const batch of batches) await perform(acceptBatch, batch, clerk(2));
  }

  async function keyed(pile: typeof inBox, wrong: ReadonlyMap<string, readonly number[]>, [first, second, third]: Clerks): Promise<number> {
    const { batch } = done(await openBatch(world, { cycle, table, actor: first }));
    let state: BatchState = 'first';
    for (const [actor, isWrong] of [[first, (n: number) => n % 2 === 0] as const, [second, (n: number) => n % 2 === 1] as const]) {
      for (const [n, { serial, picks }] of pile.entries()) {
        const said = (isWrong(n) && wrong.get(serial)) || picks;
        done(await keySlip(world, { cycle, batch, serial, says: { picks: said }, actor }));
      }
      ({ state } = await perform(finishKeying, batch, actor));
    }
    if (state !== 'differences') return batch;
    const differ = new Set((await readBatch.read({ world, community, actor: third }, cycle, batch))?.differ);
    for (const { serial, picks } of pile) if (differ.has(serial)) done(await keySlip(world, { cycle, batch, serial, says: { picks }, actor: third }));
    await perform(finishKeying, batch, third);
    return batch;
  }
}

function clerk(turn: 1 | 2 | 3, desk = 0): Actor {
  return operator(`clerk ${turn} at desk ${desk}`);
}

function otherThan(picks: readonly number[], projects: readonly number[]): number[] {
  const other = projects.find((project) => !picks.includes(project));
  return other === undefined ? picks.slice(1) : [other];
}

/** The outcome of an act that nothing may refuse here. */
function done<Outcome extends object>(outcome: Outcome): Exclude<Outcome, { readonly refused: unknown }> {
  if (!isDone(outcome)) throw notTaken(outcome);
  return outcome;
}

function notTaken(outcome: object): CodedError {
  return new CodedError('not-cast', `A slip of the file was not taken: ${JSON.stringify(outcome)}.`);
}

function isDone<Outcome extends object>(outcome: Outcome): outcome is Exclude<Outcome, { readonly refused: unknown }> {
  return !('refused' in outcome);
}
