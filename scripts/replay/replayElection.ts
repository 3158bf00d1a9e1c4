import { setTimeout as sleep } from 'node:timers/promises';
import { app } from '../../src/app/app.ts';
import { logger } from '../../src/app/logger.ts';
import type { CarrierSettings } from '../../src/carriers/settings.ts';
import { playedCarriers } from '../../src/demo/carriers/playedCarriers.ts';
import { countLedger, moveCycle, results } from '../../src/fund/ballots/index.ts';
import { findCycle } from '../../src/fund/cycles/index.ts';
import { operator } from '../../src/fund/people/index.ts';
import { enqueue } from '../../src/outreach/outbox/enqueue.ts';
import type { World } from '../../src/store/world.ts';
import { importFiles } from '../support/importFiles.ts';
import { onOwnPort } from '../support/onOwnPort.ts';
import { progress } from '../support/progress.ts';
import type { Played, PlayedVote } from '../support/writeElection.ts';
import type { Cast, ReplayLine, Voting } from './cast.ts';
import { wrongAmong } from './mixed.ts';
import { paperTable } from './paperTable.ts';

/** The number of ballots that are under way at once. */
const AT_ONCE = 16;
/** One slip of so many is keyed wrongly by one of two. */
const KEYED_WRONGLY = 50;

export interface Outcome {
  readonly cycle: string;
  readonly winners: readonly number[];
  readonly ballots: number;
  /** Ballots of the file that were not counted as they stand there, or counted too often. */
  readonly wrong: number;
}

/** A carrier in place of the played ones. */
export interface Counterpart {
  readonly settings: CarrierSettings;
  /** It gets to know where the service is. */
  attach(service: { url: string }): void | Promise<void>;
}

/** Imports the election, casts every ballot through a service of its own, closes the vote, and counts. */
export async function replayElection(world: World, played: Played, voters: readonly Voting[], counterpart?: Counterpart): Promise<Outcome> {
  await importFiles(world, played.files);
  const authToken = world.randomBytes(24).toString('base64url');
  const over = counterpart ? counterpart.settings : { demo: () => ({ carriers: playedCarriers(authToken) }) };
  const { url, stop } = await onOwnPort((url) => app({ world, log: logger('error'), publicUrl: url, ...over, announces: false }));
  try {
    await counterpart?.attach({ url });
    await castAll(world, voters, { url, publicUrl: url, authToken }, played);
    const { community } = (await findCycle(played.cycle)) ?? { community: '' };
    const input = { stage: 'implement', reason: 'all ballots of the file are cast' };
    const asked = { community, at: { cycle: played.cycle }, input, actor: operator('replay') };
    await moveCycle.perform({ world, notify: enqueue(world) }, asked);
    process.stderr.write('Voting is over; the ledger is sealed 10 s after the close …\n');
    while (!(await findCycle(played.cycle))?.sealedAt) await sleep(250);
    const { winners, turnout } = await results(world, played.cycle);
    const { counted } = await countLedger(world, played.cycle);
    const wrong = wrongAmong(
      played.votes,
      counted.map(({ picks }) => picks),
    );
    return { wrong, cycle: played.cycle, winners: winners.toSorted((a, b) => a - b), ballots: turnout.voters };
  } finally {
    await stop();
  }
}

/** Casts every ballot: first those that are replaced, then those of the file; last the slips are counted. */
async function castAll(world: World, voters: readonly Voting[], line: ReplayLine, played: Played): Promise<void> {
  const slips = voters.filter(({ cast, first }) => !cast || (first && !first.cast)).length;
  const projects = [...new Set(played.votes.flatMap(({ picks }) => picks))];
  const table = slips > 0 ? await paperTable(world, played.cycle, slips, projects) : undefined;
  const early = voters.flatMap(({ vote, first }) => (first ? [{ vote, ...first }] : []));
  const bar = progress('ballots', early.length + voters.length);
  await inParallel(early);
  await inParallel(voters.map(({ vote, cast }) => ({ vote, cast, picks: vote.picks })));
  bar.stop();
  if (table) await table.count(await table.key(KEYED_WRONGLY));

  async function inParallel(ballots: readonly { vote: PlayedVote; cast: Cast | undefined; picks: readonly number[] }[]): Promise<void> {
    const waiting = [...ballots];
    const next = async (): Promise<void> => {
      for (let ballot = waiting.shift(); ballot; ballot = waiting.shift()) {
        const { vote, cast, picks } = ballot;
        if (cast && vote.phone) await cast(line, { ...played, ...vote, picks, from: vote.phone });
        else await table?.handIn({ card: vote.card }, picks);
        bar.increment();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
  }
}
