import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { app } from '../src/app/app.ts';
import { config } from '../src/app/config.ts';
import { logger } from '../src/app/logger.ts';
import { playedCarriers } from '../src/demo/carriers/playedCarriers.ts';
import { castOnPaper, hasBallots, results } from '../src/fund/ballots/index.ts';
import { readPabulib } from '../src/fund/ballots/pabulib/index.ts';
import { findCycle, moveCycle } from '../src/fund/cycles/index.ts';
import { operator } from '../src/fund/people/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import { openStore, type Store } from '../src/store/openStore.ts';
import type { Cast, ReplayLine } from './replay/cast.ts';
import { castBySms } from './replay/castBySms.ts';
import { castByVoice } from './replay/castByVoice.ts';
import { castByWechat } from './replay/castByWechat.ts';
import { command } from './support/command.ts';
import { importFiles } from './support/importFiles.ts';
import { onOwnPort } from './support/onOwnPort.ts';
import { progress } from './support/progress.ts';
import { type Played, writeElection } from './support/writeElection.ts';

const CASTS: Readonly<Record<string, Cast>> = { sms: castBySms, voice: castByVoice, wechat: castByWechat };
const CHANNELS = Object.keys(CASTS).join('|');
const USAGE = `npm run replay -- FILE.pb --channel ${CHANNELS} [--lot 3,1,2] [--json]
Plays a real Pabulib election (approval, choose-1) ballot by ballot through the channel's webhook, in a community of its own,
and compares the winners with the official ones. Exit 0 when they are the same, 1 when not, 2 for other vote types.`;

/** The number of ballots that are under way at once. */
const AT_ONCE = 16;

await command(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { channel: { type: 'string' }, lot: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const [file, ...rest] = positionals;
  if (!file || rest.length > 0) throw new CodedError('usage', 'Name one file.');
  const { channel = '' } = values;
  const cast = Object.hasOwn(CASTS, channel) ? CASTS[channel] : undefined;
  if (!cast) throw new CodedError('usage', channel ? `There is no ${channel} channel; there is ${CHANNELS}.` : `Say --channel ${CHANNELS}.`);
  if (!existsSync(file)) throw new CodedError('usage', `There is no file ${file}.`);
  const election = readPabulib(readFileSync(file, 'utf8'), basename(file));
  if (election.voteType !== 'approval' && election.voteType !== 'choose-1')
    throw new CodedError('usage', `${basename(file)} is of vote type ${election.voteType}; approval and choose-1 can be replayed.`);
  const count = election.projects.length;
  if (values.lot !== undefined && !isLot(values.lot, count))
    throw new CodedError('usage', `--lot has every number from 1 to ${count} once, such as 3,1,2.`);
  const official = election.projects.filter(({ selected }) => selected === 1).map(({ number }) => number);
  const store = await openStore(config());
  const started = performance.now();
  try {
    const { cycle, winners, ballots } = await replay(store, cast, writeElection(election, values.lot));
    const same = isSame(official, winners);
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    const played = { file: basename(file), channel, cycle, ballots, official, winners, same, seconds };
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
}

async function replay(store: Store, cast: Cast, played: Played): Promise<Outcome> {
  const { world } = store;
  await importFiles(world, played.files);
  const authToken = world.randomBytes(24).toString('base64url');
  const demo = () => ({ carriers: playedCarriers(authToken) });
  const { url, stop } = await onOwnPort((url) => app({ world, log: logger('error'), publicUrl: url, demo, announces: false }));
  try {
    await castAll(store, cast, { url, publicUrl: url, authToken }, played);
    await moveCycle(
      world,
      hasBallots,
    )({ id: played.cycle, stage: 'implement', actor: operator('replay'), reason: 'all ballots of the file are cast' });
    process.stderr.write('Voting is over; the ledger is sealed 10 s after the close …\n');
    while (!(await findCycle(played.cycle))?.sealedAt) await sleep(250);
    const { winners, turnout } = await results(world)(played.cycle);
    return { cycle: played.cycle, winners: winners.toSorted((a, b) => a - b), ballots: turnout.voters };
  } finally {
    await stop();
  }
}

/** Casts every ballot of the file: from each voter's own phone, or for voters on paper through a cadre. */
async function castAll({ world }: Store, cast: Cast, line: ReplayLine, played: Played): Promise<void> {
  const paper = castOnPaper(world);
  const bar = progress('ballots', played.votes.length);
  const waiting = [...played.votes];
  const next = async (): Promise<void> => {
    for (let vote = waiting.shift(); vote; vote = waiting.shift()) {
      if (vote.phone) await cast(line, { ...played, ...vote, from: vote.phone });
      else await castByHand(paper, played, vote.card, vote.picks, world.now());
      bar.increment();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  bar.stop();
}

async function castByHand(
  paper: ReturnType<typeof castOnPaper>,
  { community }: Played,
  card: string,
  picks: readonly number[],
  at: Date,
): Promise<void> {
  const cast = await paper({ picks, card, channel: 'paper', actor: operator('replay'), key: `${community}|${card}` }, community, at);
  if ('refused' in cast) throw new CodedError('not-cast', `A paper ballot of the file (${picks.join(' ')}) was not taken: ${cast.refused.reason}.`);
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
  seconds,
}: {
  file: string;
  cycle: string;
  ballots: number;
  official: readonly number[];
  winners: readonly number[];
  same: boolean;
  seconds: number;
}): string {
  return [
    `${file}: ${ballots} ballots in ${seconds} s, cycle ${cycle}`,
    `official winners: ${official.join(' ')}`,
    `winners here:     ${winners.join(' ')}`,
    same ? 'the same' : 'NOT the same',
    '',
  ].join('\n');
}
