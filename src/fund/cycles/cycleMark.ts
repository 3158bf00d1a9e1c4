import { CodedError } from '../../store/codedError.ts';
import type { Vault } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import type { CycleRecord } from './cycle.ts';

/*
 * Dates decide when a vote closes, and so when its result is told. Whoever writes into the database and has no SECRET could put the close back, have the
 * service tell the result, and put everything as it was. So a cycle bears a mark of its dates and its seal that nobody else can make: where dates or seal
 * are not those of the mark, nothing is sealed, keyed or told.
 */

type Marked = Pick<CycleRecord, '_id' | 'stages' | 'moves' | 'holds' | 'paper' | 'sealedAt' | 'sealHead' | 'residentsAtClose' | 'released'>;

/** The mark of a cycle's calendar, seal and release, as they are. */
export function cycleMark(vault: Vault, { _id, stages, moves, holds = [], paper, sealedAt, sealHead, residentsAtClose, released }: Marked): string {
  const dates = [
    stages.map(({ stage, from }) => [stage, from]),
    moves.map(({ kind, stage, from, by, reason, at }) => [kind, stage, from, by, reason, at]),
    holds.map(({ from, to }) => [from, to]),
    [paper?.until, paper?.key],
  ];
  return vault.hmac('cycle', JSON.stringify([_id, dates, sealedAt, sealHead, residentsAtClose, released && [released.at, released.by]]));
}

/** Whether the service itself wrote a cycle's calendar, seal and release. */
export function isGenuine(vault: Vault, cycle: Marked & Pick<CycleRecord, 'mark'>): boolean {
  return cycle.mark === cycleMark(vault, cycle);
}

/** Whether a cycle's ledger is sealed, by the service itself: from then on everything is told. */
export function isSealed({ vault }: Pick<World, 'vault'>, cycle: Parameters<typeof isGenuine>[1]): boolean {
  return cycle.sealedAt !== undefined && isGenuine(vault, cycle);
}

/** Throws `dates-forged` if somebody else wrote them. */
export function checkGenuine(vault: Vault, cycle: Parameters<typeof isGenuine>[1]): void {
  if (!isGenuine(vault, cycle))
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
