import type { Act, Typed } from '../src/fund/act/index.ts';
import { findCommunity } from '../src/fund/communities/index.ts';
import {
  allCycles,
  type CycleRecord,
  type Extends,
  extendCycle,
  findCycle,
  openAllTheSame,
  periods,
  STAGES,
  signCycle,
  slipsClose,
  stageAt,
} from '../src/fund/cycles/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import { readTime } from '../src/store/wallTime.ts';
import type { World } from '../src/store/world.ts';
import { BY, commandOf, does, JSON_HELP, REASON } from './support/command.ts';
import { performed } from './support/performed.ts';
import { note, printed, printLine, zoned } from './support/print.ts';
import { wanted } from './support/wanted.ts';
import { withStore } from './support/withStore.ts';

export const command = commandOf('cycle', 'The calendar of a cycle: looked at and changed. Changes are recorded and public.');

command
  .command('list')
  .description('every cycle, where it is and what comes next')
  .option('--json', JSON_HELP)
  .action(does(({ json = false }) => withStore(({ world }) => list(world, json))));

command
  .command('show')
  .description('one cycle: calendar, projects, what was changed')
  .argument('<ID>')
  .option('--json', JSON_HELP)
  .action(does((id, { json = false }) => withStore(({ world }) => show(world, id, json))));

command
  .command('move')
  .description('begins another stage now')
  .argument('<ID>')
  .argument('<STAGE>', `one of ${STAGES.join(', ')}`)
  .requiredOption('--by <NAME>', BY)
  .option('--reason <TEXT>', 'why: needed to end a vote early, and public')
  .action(
    does((id, word, { by, reason: said }) => {
      const stage = STAGES.find((stage) => stage === word);
      if (!stage) throw new CodedError('usage', `STAGE must be one of ${STAGES.join(', ')}.`);
      const input = { stage, ...(said !== undefined && { reason: wanted(said, '--reason') }) };
      return withStore(async ({ world }) => {
        const { moveCycle } = await import('../src/fund/ballots/index.ts'); // what only looks is faster without them
        return onCycle(world, id, moveCycle, wanted(by, '--by'), input, () => `${id} is at ${stage}.`);
      });
    }),
  );

command
  .command('open')
  .description('opens the vote although what is published before it is not checked')
  .argument('<ID>')
  .requiredOption('--by <NAME>', BY)
  .requiredOption('--reason <TEXT>', REASON)
  .action(
    does((id, { by, reason }) => {
      const input = { reason: wanted(reason, '--reason') };
      return withStore(({ world }) => onCycle(world, id, openAllTheSame, wanted(by, '--by'), input, () => `${id} is at vote.`));
    }),
  );

command
  .command('extend')
  .description('puts off the close of the vote, or with --slips until when slips of paper are keyed, 72 hours after it at most')
  .argument('<ID>')
  .requiredOption('--to <TIME>', 'such as 2026-12-20, 2026-12-20T20:00 in the community’s zone, or +3d')
  .option('--slips', 'not the close, but the keying of slips')
  .requiredOption('--by <NAME>', BY)
  .requiredOption('--reason <TEXT>', REASON)
  .action(
    does((id, { to, slips, by, reason }) => {
      const what = slips ? ('slips' as const) : ('vote' as const);
      const extension = { id, what, to: wanted(to, '--to'), by: wanted(by, '--by'), reason: wanted(reason, '--reason') };
      return withStore(({ world }) => extend(world, extension));
    }),
  );

command
  .command('sign')
  .description('its dates were changed past the service and are right again, or an earlier version wrote them: they count as they stand')
  .argument('<ID>')
  .requiredOption('--by <NAME>', BY)
  .action(
    does((id, { by }) =>
      withStore(async ({ world }) => {
        return onCycle(world, id, signCycle, wanted(by, '--by'), {}, () => `The dates of ${id} count as they stand.`);
      }),
    ),
  );

async function list(world: World, isJson: boolean): Promise<number> {
  const cycles = await allCycles();
  const now = world.now();
  const shown = cycles.map((cycle) => {
    const next = periods(cycle, now).find(({ from }) => from > now);
    return {
      id: cycle._id,
      community: cycle.community,
      title: cycle.title,
      stage: stageAt(cycle, now) ?? null,
      next: next ? { stage: next.stage, at: next.from } : null,
    };
  });
  printed(shown, isJson, ({ id, community, title, stage, next }) => [
    id,
    community,
    title,
    stage ?? 'not yet',
    next ? `${next.stage} ${next.at.toISOString()}` : '',
  ]);
  return 0;
}

async function show(world: World, id: string, isJson: boolean): Promise<number> {
  const cycle = await found(id);
  const timezone = await zoneOf(cycle);
  const { community, title, budget, currency, rule, threshold, choices, projects, moves, lot } = cycle;
  const now = world.now();
  const calendar = periods(cycle, now);
  const stage = stageAt(cycle, now) ?? null;
  const slipsUntil = slipsClose(cycle, now) ?? null;
  if (isJson) {
    printLine(
      JSON.stringify(
        { id, community, title, stage, stages: calendar, slipsUntil, budget, currency, rule, threshold, choices, projects, lot: lot ?? null, moves },
        undefined,
        2,
      ),
    );
    return 0;
  }
  printLine(`${id} · ${community} · ${title}`);
  printLine(`${budget} ${currency} · ${rule} · threshold ${threshold} · ${choices.min} to ${choices.max} projects`);
  for (const period of calendar)
    printLine(
      `${period.stage === stage ? '→' : ' '} ${period.stage}\t${zoned(period.from, timezone)}${period.to ? `\t${zoned(period.to, timezone)}` : ''}`,
    );
  if (slipsUntil && cycle.paper) printLine(`  slips until\t${zoned(slipsUntil, timezone)}`);
  for (const { number, title, cost } of projects) printLine(`  ${number}\t${title}\t${cost}`);
  for (const { kind, stage, from, by, reason, at } of moves)
    printLine(`  ${kind} ${stage}\t${zoned(from, timezone)}\t${by}, ${zoned(at, timezone)}${reason ? `: ${reason}` : ''}`);
  return 0;
}

interface Extension {
  readonly id: string;
  readonly what: Extends;
  readonly to: string;
  readonly by: string;
  readonly reason: string;
}

async function extend(world: World, { id, what, to, by, reason }: Extension): Promise<number> {
  const timezone = await zoneOf(await found(id));
  const time = readTime(to, timezone, world.now());
  if (!time) throw new CodedError('usage', '--to must be a time such as 2026-12-20, 2026-12-20T20:00 or +3d.');
  const said = what === 'slips' ? `slips of ${id} are now keyed until` : `${id} now closes`;
  return onCycle(world, id, extendCycle, by, { what, to: time.toISOString(), reason }, () => `${said} ${zoned(time, timezone)}.`);
}

/** Does an act on a cycle. */
async function onCycle(world: World, id: string, act: Act, by: string, input: Typed, said: () => string): Promise<number> {
  const { community } = await found(id);
  return performed(world, act, { community, at: { cycle: id }, input, by }, said);
}

async function found(id: string): Promise<CycleRecord> {
  const cycle = await findCycle(id);
  if (!cycle) throw new CodedError('no-cycle', 'There is no such cycle.');
  return cycle;
}

async function zoneOf({ community }: CycleRecord): Promise<string> {
  return (await findCommunity(community))?.timezone ?? 'UTC';
}

function _done(sentence: string): number {
  printLine(sentence);
  return 0;
}

function _no(sentence: string): number {
  note(sentence);
  return 1;
}
