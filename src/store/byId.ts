import type { Model } from 'mongoose';
import type { LookUp } from './lookUps.ts';

/** Looks up records of a collection by their `_id`, without the fields that are `without`; null where there is none. */
export function byId<Found extends { _id: string }>(model: Model<Found>, without?: Readonly<Record<string, 0>>): LookUp<Found, Found | null> {
  return {
    model,
    pipeline: (ids) => [{ $match: { _id: { $in: ids } } }, ...(without ? [{ $project: without }] : [])],
    results: (found, ids) => {
      const records = new Map(found.map((record) => [record._id, record]));
      return ids.map((id) => records.get(id) ?? null);
    },
  };
}
