import { forReaders } from '../../store/connect.ts';
import type { Waits } from '../people/index.ts';
import { Inquiry } from './inquiry.ts';

/** How many inquiries have no answer, by the slug of the community; those of the communities in which any do. */
export async function lettersAmong(communities: readonly string[]): Promise<Map<string, Waits>> {
  const found = await forReaders(Inquiry)
    .aggregate<{ _id: string } & Waits>(
      [
        { $match: { 'answer.at': null, '_id.community': { $in: [...communities] } } },
        { $group: { _id: '$_id.community', count: { $sum: 1 }, since: { $min: '$at' } } },
      ],
      { hint: { 'answer.at': 1, '_id.community': 1, at: 1 } },
    )
    .toArray();
  return new Map(found.map(({ _id, count, since }) => [_id, { count, since }]));
}
