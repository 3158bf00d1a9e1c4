import { cached } from '../../store/cache.ts';
import { maskNumbers } from '../../store/text.ts';
import { perWorld, type World } from '../../store/world.ts';
import { actsPage, type LogWanted, logPage, type OpenedLogRow } from '../log/index.ts';
import { mayDo, namesOnRoster, OVERSEES, SEES_PEOPLE, sight, view } from '../people/index.ts';

/**
 * The newest entries of a community's log that are wanted, for a member of its staff: with the details if they may see those. `more`: others follow.
 */
export const readLogAs = view({
  name: 'log.list',
  may: OVERSEES,
  query: async ({ world, community, actor }, wanted: LogWanted): Promise<{ readonly entries: OpenedLogRow[]; readonly more: boolean }> => {
    const { entries, more } = await logPage(world, community, wanted);
    if (mayDo(actor, logDetails, community)) return { entries, more };
    return { entries: entries.map(({ opening: _, ...row }) => row), more };
  },
});

/** What an entry was about: it may name residents. */
export const logDetails = sight({ name: 'log.details', may: SEES_PEOPLE });

/** The acts that everybody may read of. What else is in a log may tell of a person. */
const PUBLIC_ACTS = [
  'cycle.move',
  'cycle.extend',
  'cycle.openAllTheSame',
  'proposal.merge',
  'proposal.apart',
  'proposal.answer',
  'proposal.back',
  'proposal.state',
  'proposal.leaveOff',
  'proposal.hide',
  'proposal.release',
  'publication.publish',
  'publication.check',
  'objection.answer',
  'slip.correct',
  'table.open',
  'table.close',
  'table.validate',
  'result.release',
  'meeting.plan',
  'meeting.sign',
  'meeting.addend',
  'work.choose',
  'work.sign',
  'work.pay',
  'work.accept',
  'work.mend',
  'work.drop',
  'account.grant',
  'account.own',
  'account.extra',
  'account.correct',
  'account.import',
  'account.close',
] as const;
type PublicAct = (typeof PUBLIC_ACTS)[number];

/** An act as everybody may read of it: not who did it, and nothing of a resident. */
export interface PublicDeed {
  readonly seq: number;
  readonly at: Date;
  readonly act: PublicAct;
  readonly role: string;
  /** That of the second person, who confirmed it; absent if one person did it. */
  readonly second?: string;
  /** The cycle whose work or account it was done to. */
  readonly cycle?: string;
  /** The numbers of the proposals, or the number of the work or table, that it was done to, at most eight; `others`: of how many more. */
  readonly numbers: readonly number[];
  readonly others: number;
  /**
   * What became of it: a stage or state (`stage`, `state`, `project`), a moment (`closes`, `slipsUntil`), the proposal that others became part of (`into`), or
   * money (`amount`, `added`, `remaining`).
   */
  readonly after: Readonly<Record<string, unknown>>;
  /** Its numbers are masked; absent if it names somebody on the roster, and of a table until the vote has closed. */
  readonly reason?: string;
}

/** How long the names that are looked for in reasons are kept, in milliseconds. */
const NAMES_KEPT_MS = 600_000;

/**
 * What of a community's log is public, the newest first, before an entry; `more`: others follow. `hasClosed` says of a cycle whether its vote has closed:
 * until then nothing that was written of a table's slips is told.
 */
export const publicLog: (
  world: World,
) => (
  community: string,
  wanted: { readonly before?: number | undefined; readonly limit: number; readonly hasClosed: (cycle: string) => Promise<boolean> },
) => Promise<{ deeds: PublicDeed[]; more: boolean }> = perWorld((world) => {
  const namesIn = cached(world, NAMES_KEPT_MS, 50, (community) => namesOnRoster(world, community));
  return async (community, { before, limit, hasClosed }) => {
    const { entries, more } = await actsPage(world, community, { acts: PUBLIC_ACTS, before, limit });
    const names = entries.some(({ opening }) => opening?.detail.reason) ? await namesIn(community) : [];
    const deeds = await Promise.all(entries.map((entry) => publicDeed(entry, names, hasClosed)));
    return { deeds: deeds.filter((deed) => deed !== undefined), more };
  };
});

async function publicDeed(
  { seq, at, act, role, subject, opening }: OpenedLogRow,
  names: readonly string[],
  hasClosed: (cycle: string) => Promise<boolean>,
): Promise<PublicDeed | undefined> {
  const known = PUBLIC_ACTS.find((each) => each === act);
  if (!known) return undefined;
  const [, numbers = '', others = 0] = /\/(\d+(?:\+\d+)*)(?:\+(\d+) more)?$/.exec(subject) ?? [];
  const [, cycle] = /^(?:work|account)\/([^/]+)/.exec(subject) ?? [];
  const { after: told, reason, second } = opening?.detail ?? {};
  const [, ofTable] = /^(.+)\/table\/\d+$/.exec(subject) ?? [];
  const whole = isRecord(told) ? told : {};
  const after = ofTable === undefined ? whole : { inOrder: whole.inOrder };
  const isTold = reason !== undefined && (ofTable === undefined || (await hasClosed(ofTable))) && !names.some((name) => reason.includes(name));
  return {
    ...{ seq, at: new Date(at), act: known, role, after, ...(second && { second: second.role }), ...(cycle !== undefined && { cycle }) },
    numbers: act.startsWith('account.') ? [Number(after.work ?? 0)] : numbers.split('+').filter(Boolean).map(Number),
    others: Number(others),
    ...(isTold && { reason: maskNumbers(reason) }),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
