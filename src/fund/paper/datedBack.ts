import { forReaders } from '../../store/connect.ts';
import { Mark, type MarkRecord } from './mark.ts';

/** A mark that came so much later than its moment is one of a device that had no connection, or one that was dated back. Milliseconds. */
const DATED_BACK_MS = 10 * 60_000;

/** Whether the service heard of a slip much later than the moment at which it was handed in. */
export function isDatedBack({ at, heardAt }: Pick<MarkRecord, 'at' | 'heardAt'>): boolean {
  return heardAt.getTime() - at.getTime() >= DATED_BACK_MS;
}

/** How many such slips each table of a cycle has, by its number; those that were taken back are not counted. The log has both moments of each. */
export async function datedBack(cycle: string, table?: number): Promise<Map<number, number>> {
  const found = await forReaders(Mark)
    .aggregate<{ _id: number; slips: number }>([
      { $match: { '_id.cycle': cycle, ...(table !== undefined && { table }), active: true } },
      { $match: { $expr: { $gte: [{ $subtract: ['$heardAt', '$at'] }, DATED_BACK_MS] } } },
      { $group: { _id: '$table', slips: { $sum: 1 } } },
    ])
    .toArray();
  return new Map(found.map(({ _id, slips }) => [_id, slips]));
}
