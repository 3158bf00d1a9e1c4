import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { CHANNELS, type Channel } from '../src/contacts/channel.ts';
import type { Act } from '../src/fund/act/index.ts';
import { countResidents, operator } from '../src/fund/people/index.ts';
import { type BroadcastRecord, broadcastById } from '../src/outreach/broadcasts/broadcast.ts';
import { cancelBroadcast, pauseBroadcast, resumeBroadcast } from '../src/outreach/broadcasts/changeBroadcast.ts';
import { type Check, checkBroadcast, sendBroadcast } from '../src/outreach/broadcasts/checkBroadcast.ts';
import type { Plan, Refusal } from '../src/outreach/broadcasts/planBroadcast.ts';
import { queueBroadcast } from '../src/outreach/broadcasts/queueBroadcast.ts';
import { countBroadcast, isForNotVoted, readProgress } from '../src/outreach/broadcasts/readBroadcasts.ts';
import { CodedError } from '../src/store/codedError.ts';
import type { World } from '../src/store/world.ts';
import { broadcastDeps } from './support/broadcastDeps.ts';
import { broadcastList } from './support/broadcastList.ts';
import { BY, commandOf, does, JSON_HELP } from './support/command.ts';
import { performed } from './support/performed.ts';
import { note, printLine, zoned } from './support/print.ts';
import { progress } from './support/progress.ts';
import { takesOnly } from './support/takesOnly.ts';
import { wanted, wantedCommunity } from './support/wanted.ts';
import { withStore } from './support/withStore.ts';

const LEFT_OUT = { already: 'got it today already', stopped: 'want no messages', unreachable: 'no phone and no chat' } as const;

/** What no roster, hour or vote makes right. */
const WRONG_USE = new Set<Refusal['refused']>(['empty', 'placeholder', 'ownWords', 'audience', 'time']);

/** What can be done, by the option that says so, and the options that go with it. */
const TAKES = {
  text: ['community', 'text', 'by', 'to', 'at', 'dry-run', 'yes', 'wait'],
  list: ['community', 'list', 'json'],
  pause: ['community', 'pause', 'by'],
  resume: ['community', 'resume', 'by', 'wait'],
  cancel: ['community', 'cancel', 'by'],
} as const;

export const command = commandOf(
  'broadcast',
  'Writes to many residents; {name} and {building} in the text stand for each one’s own. It ends when all is queued, the running service sends. The same text to the same people on the same day is sent once.',
)
  .usage(
    '--community SLUG --text TEXT --by NAME [--to AUDIENCE] [--at TIME] [--dry-run] [--yes] [--wait]\n       yisheng broadcast --community SLUG --list [--json]\n       yisheng broadcast --pause|--resume|--cancel BROADCAST [--by NAME]',
  )
  .option('--community <SLUG>', 'whose residents')
  .option('--text <TEXT>', 'what is written')
  .option('--by <NAME>', BY)
  .option('--to <AUDIENCE>', 'all, not-voted or building:3', 'all')
  .option('--at <TIME>', 'not before, such as 2026-12-01T10:00 or +2h')
  .option('--dry-run', 'only counts: how many by channel, segments, cost')
  .option('--yes', 'does not ask first')
  .option('--wait', 'follows it to the end')
  .option('--list', 'the broadcasts of the community, and what became of their messages')
  .option('--json', `with --list: ${JSON_HELP}`)
  .option('--pause <BROADCAST>', 'sends no more of it for now')
  .option('--resume <BROADCAST>', 'goes on after a pause')
  .option('--cancel <BROADCAST>', 'stops what is not sent')
  .action(does((values, command) => broadcast(values, command)));

interface Given {
  readonly community?: string;
  readonly text?: string;
  readonly by?: string;
  readonly to: string;
  readonly at?: string;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly wait?: true;
  readonly list?: true;
  readonly json?: true;
  readonly pause?: string;
  readonly resume?: string;
  readonly cancel?: string;
}

async function broadcast(values: Given, given: CommandUnknownOpts): Promise<number> {
  const { cancel, pause, resume, wait: isWaiting = false } = values;
  const asked = (['text', 'list', 'pause', 'resume', 'cancel'] as const).filter((one) => values[one] !== undefined);
  if (asked.length > 1) throw new CodedError('usage', 'Say one of --text, --list, --pause, --resume and --cancel.');
  const [what = 'text'] = asked;
  takesOnly(`--${what}`, TAKES[what], given);
  if (cancel !== undefined)
    return changed(values, wanted(cancel, '--cancel'), cancelBroadcast, ({ cancelled }) => `Cancelled: ${cancelled} messages were not sent.`);
  if (pause !== undefined) return changed(values, wanted(pause, '--pause'), pauseBroadcast, () => `${pause} is paused.`);
  if (resume !== undefined) {
    const status = await changed(values, wanted(resume, '--resume'), resumeBroadcast, () => `${resume} goes on.`);
    return status === 0 && isWaiting ? withStore(({ world }) => followed(world, resume)) : status;
  }
  const community = wanted(values.community, '--community');
  if (values.list) {
    await withStore(({ world }) => broadcastList(world, community, values.json ?? false));
    return 0;
  }
  const draft = { community, text: values.text ?? '', to: values.to, ...(values.at !== undefined && { at: values.at }) };
  if (values.text === undefined) throw new CodedError('usage', '--text is missing.');
  const actor = operator(wanted(values.by, '--by'));
  return withStore(async ({ world }) => {
    const { timezone } = await wantedCommunity(community);
    const deps = await broadcastDeps(world);
    const checked = await checkBroadcast(world, deps)(draft, actor);
    if ('refused' in checked) {
      const sentence = sentenceOf(checked, draft.to, timezone);
      if (WRONG_USE.has(checked.refused)) throw new CodedError('usage', sentence);
      note(sentence);
      return 1;
    }
    const { plan, mark, warnings, before } = checked.check;
    if (isForNotVoted(plan)) note('Whoever has not voted is told in tens, estimated from the whole roster: a number would tell of one person.');
    for (const line of counted(plan, timezone)) printLine(line);
    for (const warning of warnings) note(warned(warning));
    if (values.dryRun) return 0;
    if (!before && plan.messages > 0 && !values.yes && !(await isWanted())) {
      note('Nothing was queued.');
      return 1;
    }
    const outcome = await sendBroadcast(world, deps)(draft, mark, actor);
    if ('refused' in outcome) {
      note(sentenceOf(outcome, 'all', timezone));
      return 1;
    }
    if ('changed' in outcome) {
      note('The roster or the text changed meanwhile, and nothing was queued; count it again.');
      return 1;
    }
    const { sent, isNew } = outcome;
    if (!isNew && sent.state === 'queued') note(`It was queued today already, as ${sent._id}: nobody gets it twice.`);
    return queued(world, deps.channels, sent, isWaiting);
  });
}

async function queued(world: World, channels: readonly Channel[], broadcast: BroadcastRecord, isWaiting: boolean): Promise<number> {
  const { _id: id, community } = broadcast;
  const bar = progress('residents', await countResidents(community));
  const onBatch = (count: number) => (isForNotVoted(broadcast) ? undefined : bar.increment(count));
  let became = await queueBroadcast(world, channels, id, onBatch);
  while (became === 'elsewhere') {
    await sleep(500);
    became = await queueBroadcast(world, channels, id, onBatch);
  }
  bar.stop();
  if (became === 'cancelled') {
    note(`${id} was cancelled.`);
    return 1;
  }
  printLine(`${id} is queued.`);
  return isWaiting ? followed(world, id) : 0;
}

/** Follows a broadcast until none of its messages is under way any more. */
async function followed(world: World, id: string): Promise<number> {
  const bar = progress('messages', (await readProgress(world, id))?.total ?? 0);
  let done = 0;
  for (;;) {
    const now = await readProgress(world, id);
    const ended = now ? now.total - now.waiting : 0;
    bar.increment(ended - done);
    done = ended;
    const isPaused = now?.standing === 'paused';
    if (!now || isPaused || now.standing === 'cancelled' || now.standing === 'done') {
      bar.stop();
      const broadcast = await broadcastById(id);
      const counts = broadcast ? await countBroadcast(broadcast) : [];
      for (const { channel, state, reason, count } of counts) printLine([channel, state, count, reason ?? ''].join('\t').trimEnd());
      if (isPaused) note(`${id} is paused; if nobody paused it, too many failed. Look why, then --resume ${id} or --cancel ${id}.`);
      return isPaused || now?.standing === 'cancelled' ? 1 : 0;
    }
    await sleep(1_000);
  }
}

/** Does one of its acts on a broadcast, of this community if one is named. */
function changed<Result extends object>(
  { community: named, by = 'operator' }: Given,
  id: string,
  act: Act<Result>,
  said: (result: Result) => string,
): Promise<number> {
  return withStore(async ({ world }) => {
    const community = (await broadcastById(id))?.community;
    if (community !== undefined && (named ?? community) === community) return performed(world, act, { community, at: { id }, input: {}, by }, said);
    note(named === undefined ? `There is no broadcast ${id}.` : `${named} has no broadcast ${id}.`);
    return 1;
  });
}

async function isWanted(): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  const answer = await Promise.race([lines.question('Send it? (y/n) '), ended]);
  lines.close();
  return /^(y|yes|是|1)$/i.test(answer.trim());
}

function counted({ channels, messages, cost, currency, leftOut, dueAt, waitsUntil }: Plan, timezone: string): string[] {
  return [
    ...channels.map(({ channel, messages: count, units, cost: price }) =>
      [
        channel,
        `${count} messages`,
        `${units} ${CHANNELS[channel].unit}s`,
        price === undefined ? 'no price set' : `${price.toFixed(2)} ${currency}`,
      ].join('\t'),
    ),
    `all\t${messages} messages\t${cost === undefined ? 'cost unknown: the community has no prices' : `${cost.toFixed(2)} ${currency}`}`,
    ...Object.entries(leftOut).flatMap(([why, count]) => (count > 0 ? [`left out\t${count}\t${LEFT_OUT[why as keyof typeof LEFT_OUT]}`] : [])),
    waitsUntil ? `It is night there: it waits until ${zoned(waitsUntil, timezone)}.` : `It goes out from ${zoned(dueAt, timezone)} on.`,
  ];
}

function warned(warning: Check['warnings'][number]): string {
  switch (warning.warning) {
    case 'long':
      return `The text takes ${warning.segments} segments, each of which is paid for.`;
    case 'special':
      return `These characters make it longer than it looks: ${warning.characters.join(' ')}`;
    case 'link':
      return `It bears a link (${warning.link}); who was warned of fraud does not open it.`;
    case 'nobody':
      return 'It reaches nobody.';
  }
}

function sentenceOf(refusal: Refusal, to: string, timezone: string): string {
  switch (refusal.refused) {
    case 'placeholder':
      return `${refusal.placeholder} is no placeholder; {name} and {building} are.`;
    case 'tooLong':
      return `The text takes ${refusal.segments} segments, 10 at most; make it shorter.`;
    case 'ownWords':
      return 'To those who have not voted everybody gets the same text: leave out {name} and {building}.';
    case 'quiet':
      return `That is in the quiet hours, which end at ${zoned(refusal.until, timezone)}. Choose another time, or leave --at out: then it waits until they end.`;
    case 'nobody':
      return to.startsWith('building:') ? `Nobody lives in ${to}.` : 'There is nobody to write to.';
    default:
      return {
        noCommunity: 'There is no such community.',
        empty: 'The text is empty.',
        audience: 'Say --to all, --to not-voted or --to building:3.',
        noVote: 'No vote is open now.',
        time: '--at is no time; write 2026-12-01T10:00 or +2h.',
        past: '--at is past.',
      }[refusal.refused];
  }
}
