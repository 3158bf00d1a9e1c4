import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { app } from '../src/app/app.ts';
import { config } from '../src/app/config.ts';
import { logger } from '../src/app/logger.ts';
import { playedCarriers } from '../src/demo/carriers/playedCarriers.ts';
import { countLedger, hasBallots, results } from '../src/fund/ballots/index.ts';
import { readPabulib } from '../src/fund/ballots/pabulib/index.ts';
import { findCycle, moveCycle } from '../src/fund/cycles/index.ts';
import { operator } from '../src/fund/people/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import { openStore, type Store } from '../src/store/openStore.ts';
import type { Cast, ReplayLine } from './replay/cast.ts';
import { castBySms } from './replay/castBySms.ts';
import { castByVoice } from './replay/castByVoice.ts';
import { castByWechat } from './replay/castByWechat.ts';
import { paperTable } from './replay/paperTable.ts';
import { checkElection } from './support/checkElection.ts';
import { command } from './support/command.ts';
import { importFiles } from './support/importFiles.ts';
import { officialLot } from './support/officialLot.ts';
import { onOwnPort } from './support/onOwnPort.ts';
import { progress } from './support/progress.ts';
import { type Played, type PlayedVote, writeElection } from './support/writeElection.ts';

const CASTS: Readonly<Record<string, Cast>> = { sms: castBySms, voice: castByVoice, wechat: castByWechat };
/** A third by text, a third by call, a third on paper; every tenth votes twice, over different ways; two slips in a hundred are keyed wrongly by one of two. */
const MIXED = 'mixed';
const CHANNELS = [...Object.keys(CASTS), MIXED].join('|');
const USAGE = `npm run replay -- FILE.pb --channel ${CHANNELS} [--lot 3,1,2] [--json]
Plays a real Pabulib election (approval, choose-1) ballot by ballot through the channel's webhook, its paper voters at a table, in a community of its
own, and compares the winners with the official ones. mixed: a third by text, a third by call, a third on paper, every tenth twice over different ways,
two slips in a hundred keyed wrongly by one of two. Where a tie decides, the lot breaks it as the city did, unless --lot says otherwise. Exit 0 when
the winners are the same, 1 when not, 2 for other vote types.`;

/** The number of ballots that are under way at once. */
const AT_ONCE = 16;
/** One slip of so many is keyed wrongly by one of two. */
const KEYED_WRONGLY = 50;

await command(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { channel: { type: 'string' }, lot: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const [file, ...rest] = positionals;
  if (!file || rest.length > 0) throw new CodedError('usage', 'Name one file.');
  const { channel = '' } = values;
  const cast = Object.hasOwn(CASTS, channel) ? CASTS[channel] : undefined;
  if (!cast && channel !== MIXED)
    throw new CodedError('usage', channel ? `There is no ${channel} channel; there is ${CHANNELS}.` : `Say --channel ${CHANNELS}.`);
  if (!existsSync(file)) throw new CodedError('usage', `There is no file ${file}.`);
  const election = readPabulib(readFileSync(file, 'utf8'), basename(file));
  if (election.voteType !== 'approval' && election.voteType !== 'choose-1')
    throw new CodedError('usage', `${basename(file)} is of vote type ${election.voteType}; approval and choose-1 can be replayed.`);
  const count = election.projects.length;
  if (values.lot !== undefined && !isLot(values.lot, count))
    throw new CodedError('usage', `--lot has every number from 1 to ${count} once, such as 3,1,2.`);
  const official = election.projects.filter(({ selected }) => selected === 1).map(({ number }) => number);
  const tie = checkElection(election).some(({ what, outcome }) => what === 'official' && outcome === 'lot');
  const lot = values.lot?.split(',').map(Number) ?? officialLot(election);
  const store = await openStore(config());
  const started = performance.now();
  try {
    const { cycle, winners, ballots, wrong } = await replay(store, cast ? { cast } : 'mixed', writeElection(election, lot));
    const same = isSame(official, winners);
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    const played = { file: basename(file), channel, cycle, ballots, official, winners, same, tie, seconds, ...(!cast && { wrong }) };
    process.stdout.write(values.json ? `${JSON.stringify(played)}\n` : told(played));
    return same ? 0 : 1;
  } finally {
    await store.close();
  }
});

interface Outcome {
  readonly cycle: string;
  readonly winners: readonly number[];
  readonly ballots: number;
  /** Ballots of the file that were not counted as they stand there, or counted too often. */
  readonly wrong: number;
}

async function replay(store: Store, how: { readonly cast: Cast } | 'mixed', played: Played): Promise<Outcome> {
  const { world } = store;
  await importFiles(world, played.files);
  const authToken = world.randomBytes(24).toString('base64url');
  const demo = () => ({ carriers: playedCarriers(authToken) });
  const { url, stop } = await onOwnPort((url) => app({ world, log: logger('error'), publicUrl: url, demo, announces: false }));
  try {
    await castAll(store, how === 'mixed' ? mixedWays(played) : oneWay(played, how.cast), { url, publicUrl: url, authToken }, played);
    await moveCycle(
      world,
      hasBallots,
    )({ id: played.cycle, stage: 'implement', actor: operator('replay'), reason: 'all ballots of the file are cast' });
    process.stderr.write('Voting is over; the ledger is sealed 10 s after the close …\n');
    while (!(await findCycle(played.cycle))?.sealedAt) await sleep(250);
    const { winners, turnout } = await results(world)(played.cycle);
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

/** What one voter does: a ballot that another one replaces, if they vote twice, and the ballot of the file, each by a cast or, where there is none, on paper. */
interface Voting {
  readonly vote: PlayedVote;
  readonly first?: { readonly cast: Cast | undefined; readonly picks: readonly number[] };
  readonly cast: Cast | undefined;
}

/** Everybody from their own phone; voters on paper at the table. */
function oneWay({ votes }: Played, cast: Cast): Voting[] {
  return votes.map((vote) => ({ vote, cast: vote.phone ? cast : undefined }));
}

/** Every tenth votes twice: first otherwise than in the file, over another way. */
function mixedWays({ votes }: Played): Voting[] {
  const ways = [castBySms, castByVoice, undefined];
  const wayOf = ({ phone }: PlayedVote, n: number) => (phone ? ways[n % ways.length] : undefined);
  return votes.map((vote, n) => {
    const cast = wayOf(vote, n);
    const other = votes[(n + 1) % votes.length]?.picks ?? vote.picks;
    const isTwice = n % 10 === 0 && vote.phone !== undefined;
    return { vote, cast, ...(isTwice && { first: { cast: wayOf(vote, n + 1 + (Math.floor(n / 10) % 2)), picks: other } }) };
  });
}

/** Casts every ballot: first those that are replaced, then those of the file; last the slips are counted. */
async function castAll({ world }: Store, voters: readonly Voting[], line: ReplayLine, played: Played): Promise<void> {
  const slips = voters.filter(({ cast, first }) => !cast || (first && !first.cast)).length;
  const projects = [...new Set(played.votes.flatMap(({ picks }) => picks))];
  const table = slips > 0 ? await paperTable(world, played.cycle, slips, projects) : undefined;
  const early = voters.flatMap(({ vote, first }) => (first ? [{ vote, ...first }] : []));
  const bar = progress('ballots', early.length + voters.length);
  await inParallel(early);
  await inParallel(voters.map(({ vote, cast }) => ({ vote, cast, picks: vote.picks })));
  bar.stop();
  await table?.count(KEYED_WRONGLY);

  async function inParallel(ballots: readonly { vote: PlayedVote; cast: Cast | undefined; picks: readonly number[] }[]): Promise<void> {
    const waiting = [...ballots];
    const next = async (): Promise<void> => {
      for (let ballot = waiting.shift(); ballot; ballot = waiting.shift()) {
        const { vote, cast, picks } = ballot;
        if (cast && vote.phone) await cast(line, { ...played, ...vote, picks, from: vote.phone });
        else await table?.handIn(vote.card, picks);
        bar.increment();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
  }
}

function wrongAmong(votes: readonly PlayedVote[], counted: readonly (readonly number[])[]): number {
  const left = new Map<string, number>();
  const count = (picks: readonly number[], by: number) => {
    const key = picks.toSorted((one, other) => one - other).join();
    left.set(key, (left.get(key) ?? 0) + by);
  };
  for (const { picks } of votes) count(picks, 1);
  for (const picks of counted) count(picks, -1);
  return [...left.values()].reduce((sum, difference) => sum + Math.abs(difference), 0);
}

/** Whether the text has all numbers from 1 to `count`, each once, in any order. */
function isLot(text: string, count: number): boolean {
  const numbers = text.split(',').map(Number);
  return numbers.length === count && Array.from({ length: count }, (_, index) => index + 1).every((number) => numbers.includes(number));
}

function isSame(official: readonly number[], winners: readonly number[]): boolean {
  return official.length === winners.length && official.every((number) => winners.includes(number));
}

function told({
  file,
  cycle,
  ballots,
  official,
  winners,
  same,
  tie,
  seconds,
}: {
  file: string;
  cycle: string;
  ballots: number;
  official: readonly number[];
  winners: readonly number[];
  same: boolean;
  tie: boolean;
  seconds: number;
}): string {
  return [
    `${file}: ${ballots} ballots in ${seconds} s, cycle ${cycle}`,
    `official winners: ${official.join(' ')}`,
    `winners here:     ${winners.join(' ')}`,
    `${same ? 'the same' : 'NOT the same'}${tie ? '; a tie decides here, and the lot broke it' : ''}`,
    '',
  ].join('\n');
}
