import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CHANNELS } from '../src/contacts/channel.ts';
import { type Actor, countResidents, operator } from '../src/fund/people/index.ts';
import { broadcastById, countBroadcast } from '../src/outreach/broadcasts/broadcast.ts';
import { createBroadcast } from '../src/outreach/broadcasts/cadreBroadcast.ts';
import { cancelBroadcast, resumeBroadcast } from '../src/outreach/broadcasts/changeBroadcast.ts';
import { type BroadcastDeps, type Plan, planBroadcast, type Refusal } from '../src/outreach/broadcasts/planBroadcast.ts';
import { queueBroadcast } from '../src/outreach/broadcasts/queueBroadcast.ts';
import { CodedError } from '../src/store/codedError.ts';
import type { World } from '../src/store/world.ts';
import { broadcastDeps } from './support/broadcastDeps.ts';
import { broadcastList } from './support/broadcastList.ts';
import { command } from './support/command.ts';
import { note } from './support/note.ts';
import { printLine } from './support/printLine.ts';
import { progress } from './support/progress.ts';
import { wanted } from './support/wanted.ts';
import { wantedCommunity } from './support/wantedCommunity.ts';
import { withStore } from './support/withStore.ts';
import { zoned } from './support/zoned.ts';

const USAGE = `npm run broadcast -- --community SLUG --text TEXT --by NAME [--to all|not-voted|building:3] [--at TIME] [--dry-run] [--yes] [--wait]
npm run broadcast -- --community SLUG --list [--json]
npm run broadcast -- --cancel BROADCAST · --resume BROADCAST
Writes to many residents; {name} and {building} stand for each one's own. --dry-run only counts: how many, segments, cost. Without --yes it asks.
It ends when all is queued, the running service sends; --wait follows it to the end. The same text to the same people on the same day is sent once.
Exit 0 done, 1 the answer is no, 2 wrong use.`;

const LEFT_OUT = { already: 'got it today already', stopped: 'want no messages', unreachable: 'no phone and no chat' } as const;

await command(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      community: { type: 'string' },
      text: { type: 'string' },
      by: { type: 'string' },
      to: { type: 'string', default: 'all' },
      at: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      wait: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      cancel: { type: 'string' },
      resume: { type: 'string' },
    },
  });
  const { cancel, resume } = values;
  const somebody = operator(values.by ?? 'operator');
  if (cancel !== undefined) return withStore(({ world }) => cancelled(world, wanted(cancel, '--cancel'), somebody));
  if (resume !== undefined) return withStore(({ world }) => resumed(world, wanted(resume, '--resume'), somebody, values.wait));
  const community = wanted(values.community, '--community');
  if (values.list) return withStore(({ world }) => broadcastList(world, community, values.json));
  const draft = { community, text: values.text ?? '', to: values.to, ...(values.at !== undefined && { at: values.at }) };
  if (values.text === undefined) throw new CodedError('usage', '--text is missing.');
  const actor = operator(wanted(values.by, '--by'));
  return withStore(async ({ world }) => {
    const { timezone } = await wantedCommunity(community);
    const deps = await broadcastDeps(world);
    const planned = await planBroadcast(world, deps)(draft);
    if ('refused' in planned) {
      note(sentenceOf(planned, draft.to, timezone));
      return 1;
    }
    const { plan } = planned;
    for (const line of counted(plan, timezone)) printLine(line);
    if (values['dry-run']) return 0;
    const found = await broadcastById(plan.id);
    const before = found?.state === 'cancelled' ? undefined : found;
    if (!before && plan.messages === 0) {
      note('There is nobody to write to.');
      return 1;
    }
    if (!before && !values.yes && !(await isWanted())) {
      note('Nothing was queued.');
      return 1;
    }
    if (before?.state === 'queued') note(`It was queued today already, as ${plan.id}: nobody gets it twice.`);
    return sent(world, deps, plan, actor, values.wait);
  });
});

async function sent(world: World, { channels }: BroadcastDeps, plan: Plan, actor: Actor, isWaiting: boolean): Promise<number> {
  const { _id } = await createBroadcast(world, plan, actor);
  const bar = progress('residents', await countResidents(plan.community));
  const queue = queueBroadcast(world, channels);
  let queued = await queue(_id, (count) => bar.increment(count));
  while (queued === 'elsewhere') {
    await sleep(500);
    queued = await queue(_id, (count) => bar.increment(count));
  }
  bar.stop();
  if (queued === 'cancelled') {
    note(`${_id} was cancelled.`);
    return 1;
  }
  printLine(`${_id} is queued.`);
  return isWaiting ? followed(_id) : 0;
}

/** Follows a broadcast until none of its messages is under way any more. */
async function followed(id: string): Promise<number> {
  const total = (await countBroadcast(id)).reduce((sum, { count }) => sum + count, 0);
  const bar = progress('messages', total);
  let done = 0;
  for (;;) {
    const counts = await countBroadcast(id);
    const ended = counts.filter(({ state }) => !['pending', 'leased', 'sending'].includes(state)).reduce((sum, { count }) => sum + count, 0);
    bar.increment(ended - done);
    done = ended;
    const broadcast = await broadcastById(id);
    const isPaused = broadcast?.pausedAt !== undefined;
    if (isPaused || broadcast?.state === 'cancelled' || counts.every(({ state }) => !['pending', 'leased', 'sending'].includes(state))) {
      bar.stop();
      for (const { channel, state, reason, count } of counts) printLine([channel, state, count, reason ?? ''].join('\t').trimEnd());
      if (isPaused) note(`Too many failed: ${id} is paused. Look why, then --resume ${id} or --cancel ${id}.`);
      return isPaused || broadcast?.state === 'cancelled' ? 1 : 0;
    }
    await sleep(1_000);
  }
}

async function cancelled(world: World, id: string, actor: Actor): Promise<number> {
  const count = await cancelBroadcast(world, id, actor);
  if (count === undefined) {
    note(`There is no broadcast ${id}.`);
    return 1;
  }
  printLine(`Cancelled: ${count} messages were not sent.`);
  return 0;
}

async function resumed(world: World, id: string, actor: Actor, isWaiting: boolean): Promise<number> {
  if (!(await resumeBroadcast(world, id, actor))) {
    note(`${id} is not paused.`);
    return 1;
  }
  printLine(`${id} goes on.`);
  return isWaiting ? followed(id) : 0;
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

function sentenceOf(refusal: Refusal, to: string, timezone: string): string {
  switch (refusal.refused) {
    case 'placeholder':
      return `${refusal.placeholder} is no placeholder; {name} and {building} are.`;
    case 'tooLong':
      return `The text takes ${refusal.segments} segments, 10 at most; make it shorter.`;
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
