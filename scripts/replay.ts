import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { config } from '../src/app/config.ts';
import { readPabulib } from '../src/fund/ballots/pabulib/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import { openStore } from '../src/store/openStore.ts';
import { type Cast, castBySms, castByVoice, castByWechat, type Voting } from './replay/cast.ts';
import { OTHERS, overCarrier } from './replay/castOver.ts';
import { mixedWays } from './replay/mixed.ts';
import { replayElection } from './replay/replayElection.ts';
import { checkElection } from './support/checkElection.ts';
import { commandOf, does, JSON_HELP } from './support/command.ts';
import { electionBytes } from './support/electionFile.ts';
import { officialLot } from './support/officialLot.ts';
import { type Played, writeElection } from './support/writeElection.ts';

const CASTS: Readonly<Record<string, Cast>> = { sms: castBySms, voice: castByVoice, wechat: castByWechat };
/** A third by text, a third by call, a third on paper; every tenth votes twice, over different ways; two slips in a hundred are keyed wrongly by one of two. */
const MIXED = 'mixed';
const CHANNELS = [...Object.keys(CASTS), MIXED].join('|');
const OVER = Object.keys(OTHERS).join('|');
export const command = commandOf(
  'replay',
  'Plays a real Pabulib election (approval, choose-1) ballot by ballot through the channel’s webhook, its paper voters at a table, in a community of its own, and compares the winners with the official ones. Exit 0 when the winners are the same and every ballot is counted once, as it stands in the file, 1 when not, 2 for other vote types.',
)
  .argument('<FILE.pb>')
  .option(
    '--channel <CHANNEL>',
    `${CHANNELS}; mixed: a third by text, a third by call, a third on paper, every tenth twice over different ways, two slips in a hundred keyed wrongly by one of two`,
  )
  .option('--carrier <CARRIER>', `${OVER}: texts, or over asterisk calls, go over it, played here; replies to texts are texts of their own`)
  .option('--lot <NUMBERS>', 'such as 3,1,2: how a tie is broken; without it as the city did')
  .option('--json', JSON_HELP)
  .action(does(replay));

async function replay(
  file: string,
  { channel: asked, carrier = '', lot: drawn, json }: { channel?: string; carrier?: string; lot?: string; json?: true },
): Promise<number> {
  const over = Object.hasOwn(OTHERS, carrier) ? OTHERS[carrier] : undefined;
  if (carrier && !over) throw new CodedError('usage', `There is no ${carrier} here; there is ${OVER}.`);
  const brings = carrier === 'asterisk' ? 'voice' : 'sms';
  const channel = asked ?? (over ? brings : '');
  if (over && channel !== brings) throw new CodedError('usage', `${carrier} brings another channel: say --channel ${brings}, or leave it out.`);
  const cast = Object.hasOwn(CASTS, channel) ? CASTS[channel] : undefined;
  if (!cast && channel !== MIXED)
    throw new CodedError('usage', channel ? `There is no ${channel} channel; there is ${CHANNELS}.` : `Say --channel ${CHANNELS}.`);
  if (!existsSync(file)) throw new CodedError('usage', `There is no file ${file}.`);
  const election = readPabulib(electionBytes(file).toString('utf8'), basename(file));
  if (election.voteType !== 'approval' && election.voteType !== 'choose-1')
    throw new CodedError('usage', `${basename(file)} is of vote type ${election.voteType}; approval and choose-1 can be replayed.`);
  const count = election.projects.length;
  if (drawn !== undefined && !isLot(drawn, count)) throw new CodedError('usage', `--lot has every number from 1 to ${count} once, such as 3,1,2.`);
  const official = election.projects.filter(({ selected }) => selected === 1).map(({ number }) => number);
  const tie = checkElection(election).some(({ what, outcome }) => what === 'official' && outcome === 'lot');
  const lot = drawn?.split(',').map(Number) ?? officialLot(election);
  const store = await openStore(config());
  const started = performance.now();
  try {
    const played = writeElection(election, lot);
    const { cycle, winners, ballots, wrong } = over
      ? await overCarrier(store.world, played, over)
      : await replayElection(store.world, played, cast ? oneWay(played, cast) : mixedWays(played));
    const same = isSame(official, winners);
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    const came = { file: basename(file), channel, cycle, ballots, official, winners, same, wrong, tie, seconds };
    process.stdout.write(json ? `${JSON.stringify(came)}\n` : printReplay(came));
    return same && wrong === 0 ? 0 : 1;
  } finally {
    await store.close();
  }
}

/** Everybody from their own phone; voters on paper at the table. */
function oneWay({ votes }: Played, cast: Cast): Voting[] {
  return votes.map((vote) => ({ vote, cast: vote.phone ? cast : undefined }));
}

/** Whether the text has all numbers from 1 to `count`, each once, in any order. */
function isLot(text: string, count: number): boolean {
  const numbers = text.split(',').map(Number);
  return numbers.length === count && Array.from({ length: count }, (_, index) => index + 1).every((number) => numbers.includes(number));
}

function isSame(official: readonly number[], winners: readonly number[]): boolean {
  return official.length === winners.length && official.every((number) => winners.includes(number));
}

function printReplay({
  file,
  cycle,
  ballots,
  official,
  winners,
  same,
  wrong,
  tie,
  seconds,
}: {
  file: string;
  cycle: string;
  ballots: number;
  official: readonly number[];
  winners: readonly number[];
  same: boolean;
  wrong: number;
  tie: boolean;
  seconds: number;
}): string {
  return [
    `${file}: ${ballots} ballots in ${seconds} s, cycle ${cycle}`,
    `official winners: ${official.join(' ')}`,
    `winners here:     ${winners.join(' ')}`,
    `${same ? 'the same' : 'NOT the same'}${tie ? '; a tie decides here, and the lot broke it' : ''}`,
    ...(wrong > 0 ? [`WRONG: ballots that were not counted as they stand in the file, or that do not stand there: ${wrong}`] : []),
    '',
  ].join('\n');
}
