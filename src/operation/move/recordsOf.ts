import mongoose, { type mongo, type Schema } from 'mongoose';
import { CodedError } from '../../store/codedError.ts';
import { type EncryptedField, encryptedFields } from '../../store/encryptedFields.ts';

/** What a collection holds of one community. */
export interface Records {
  readonly name: string;
  readonly filter: mongo.Document;
  /** What is encrypted in them. */
  readonly fields: readonly EncryptedField[];
  /** The fields of which no two records of a cell have the same value. */
  readonly unique: readonly string[];
}

/** Whose `_id` is the community's slug, or the cycle's id. */
const BY_ID: Readonly<Record<string, 'slug' | 'cycle'>> = { cardguards: 'slug', turnouts: 'cycle', votercounts: 'cycle' };

/** What belongs to a cell, to a person in whatever community, or to an hour: it stays where it is. */
const STAYS: ReadonlySet<string> = new Set([
  ...['communities', 'departures'], // the move itself writes them
  ...['accessTokens', 'democlock', 'runs', 'sendingRates'],
  ...['passkeychallenges', 'passkeys', 'signinlinks', 'signins', 'staffsessions'], // who works there signs in anew, under the new address
  ...['foreigndays', 'proofdays', 'wrongcards'],
]);

/**
 * What each collection holds of a community and its cycles, by the models that are imported: give it after all of them are. The log comes first, because
 * its last entry closes a community that is on its way; the cycles come last, because the rest is found by them. Throws `whose-records` if a model does
 * not tell whose its records are.
 */
export function recordsOf(slug: string, cycles: readonly string[]): Records[] {
  const all = mongoose
    .modelNames()
    .map((name) => mongoose.model(name))
    .filter(({ collection }) => !STAYS.has(collection.name))
    .map(({ collection: { name }, schema }) => ({
      name,
      filter: filterOf(name, (path) => schema.path(path) !== undefined, slug, cycles),
      fields: encryptedFields(schema),
      unique: uniqueIn(schema),
    }));
  const place = ({ name }: Records) => (name === 'log' ? 0 : name === 'cycles' ? 2 : 1);
  return all.toSorted((one, other) => place(one) - place(other) || (one.name < other.name ? -1 : 1));
}

function uniqueIn(schema: Pick<Schema, 'indexes'>): string[] {
  const indexes = schema.indexes().filter(([fields, { unique }]) => unique && Object.keys(fields).length === 1);
  return ['_id', ...indexes.flatMap(([fields]) => Object.keys(fields))];
}

function filterOf(name: string, has: (path: string) => boolean, slug: string, cycles: readonly string[]): mongo.Document {
  const by = BY_ID[name];
  if (by) return { _id: { $in: by === 'slug' ? [slug] : [...cycles] } };
  if (has('community')) return { community: slug };
  if (has('_id.community')) return { '_id.community': slug };
  if (has('cycle')) return { cycle: { $in: [...cycles] } };
  if (has('_id.cycle'))
    return cycles.length === 0 ? { _id: { $in: [] } } : { $or: cycles.map((cycle) => ({ _id: { $gte: { cycle }, $lt: { cycle: `${cycle}\0` } } })) };
  throw new CodedError(
    'whose-records',
    `The model of ${name} does not tell whose its records are: give them a community, or say in recordsOf.ts that they stay.`,
  );
}
