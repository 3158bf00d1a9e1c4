import { CodedError } from '../../store/codedError.ts';
import { sha256, type Vault } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { timesDone } from '../log/index.ts';
import type { CycleRecord } from './cycle.ts';

/*
 * Dates decide when a vote closes, and so when its result is told. Whoever writes into the database and has no SECRET could put the close back, have the
 * service tell the result, and put everything as it was. So a cycle bears a mark of its dates, of what was fixed as it opened, and of its seal
 * that nobody else can make: where they are not those of the mark, nothing is sealed, keyed or told.
 */

type Marked = Pick<
  CycleRecord,
  '_id' | 'stages' | 'moves' | 'holds' | 'paper' | 'frozen' | 'sealedAt' | 'sealHead' | 'residentsAtClose' | 'released'
>;

/** The mark of a cycle's calendar, of what was frozen, of seal and release, as they are. */
export function cycleMark(vault: Vault, cycle: Marked): string {
  const { _id, stages, moves, holds = [], paper, frozen, sealedAt, sealHead, residentsAtClose, released } = cycle;
  const dates = [
    stages.map(({ stage, from }) => [stage, from]),
    moves.map(({ kind, stage, from, by, reason, at }) => [kind, stage, from, by, reason, at]),
    holds.map(({ from, to }) => [from, to]),
    [paper?.until, paper?.key],
  ];
  const fixed = frozen && [frozen.at, frozen.hash, hashOf(frozen), frozen.residents, frozen.timezone, frozen.day];
  return vault.hmac('cycle', JSON.stringify([_id, dates, fixed, sealedAt, sealHead, residentsAtClose, released && [released.at, released.by]]));
}

/** Of a cycle that was read without its ballot's text, its hash as it was kept. */
function hashOf({ ballot, hash }: { readonly ballot?: string; readonly hash: string }): string {
  return ballot === undefined ? hash : sha256(ballot);
}

/** Whether the service itself wrote a cycle's calendar, seal and release. */
export function isGenuine(vault: Vault, cycle: Marked & Pick<CycleRecord, 'mark'>): boolean {
  return cycle.mark === cycleMark(vault, cycle);
}

/** Whether a cycle's ledger is sealed, by the service itself: from then on everything is told. */
export function isSealed({ vault }: Pick<World, 'vault'>, cycle: Parameters<typeof isGenuine>[1]): boolean {
  return cycle.sealedAt !== undefined && isGenuine(vault, cycle);
}

/** Rejects with `dates-forged` if somebody else wrote them, or put back those of before an extension that the log has. */
export async function checkGenuine(vault: Vault, cycle: Parameters<typeof isGenuine>[1] & Pick<CycleRecord, 'community'>): Promise<void> {
  const { _id, community, moves } = cycle;
  const extended = await timesDone(community, 'cycle.extend', _id);
  if (!isGenuine(vault, cycle) || moves.filter(({ kind }) => kind !== 'move').length < extended)
    throw new CodedError(
      'dates-forged',
      `The dates of ${cycle._id} were changed past the service. Put back what the log says, or what a backup has; what is right then: npm run cycle -- sign.`,
    );
}

/** The mark of a cycle as it is changed now. One whose dates were changed past the service keeps its wrong one. */
export function markedAnew(vault: Vault, before: Parameters<typeof isGenuine>[1], after: Marked): Pick<CycleRecord, 'mark'> {
  return isGenuine(vault, before) ? { mark: cycleMark(vault, after) } : {};
}

/** A filter for a cycle whose mark is still the one that was read. */
export function asMarked({ mark }: Pick<CycleRecord, 'mark'>) {
  return { mark: mark ?? { $exists: false } };
}
