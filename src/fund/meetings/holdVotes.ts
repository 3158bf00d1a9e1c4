import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { holdVote, unopenedCycles } from '../cycles/index.ts';
import { Objection } from './objection.ts';
import { Publication, type PublicationRecord } from './publication.ts';

/**
 * One look at all votes that have not opened: each is held back from the moment on at which its publication is not found right by a supervisor, or an
 * objection is unanswered past its day, and let go once neither holds (docs/contract.md: Proposals). What will be overdue is known ten days ahead, so
 * that no process opens a vote because a look came late. Harmless to repeat.
 */
export function holdVotes(world: World): () => Promise<void> {
  return async () => {
    const cycles = await unopenedCycles(world.now());
    if (cycles.length === 0) return;
    const [unchecked, overdue] = await Promise.all([
      uncheckedSince(cycles.map(({ _id }) => _id)),
      firstDue([...new Set(cycles.map(({ community }) => community))]),
    ]);
    for (const cycle of cycles) {
      const [since] = [unchecked.get(cycle._id), overdue.get(cycle._id)].filter((each) => each !== undefined).toSorted((one, other) => +one - +other);
      await holdVote(world, cycle, since);
    }
  };
}

/** Since when the publications of cycles are not found right, those that are not. */
async function uncheckedSince(cycles: readonly string[]): Promise<Map<string, Date>> {
  const found = await collection(Publication)
    .find({ '_id.cycle': { $in: [...cycles] } }, { sort: { '_id.cycle': 1, '_id.number': 1 }, projection: { check: 1, from: 1 } })
    .toArray();
  const newest = new Map(found.map((publication) => [publication._id.cycle, publication]));
  return new Map([...newest].flatMap(([cycle, publication]) => (isRight(publication) ? [] : [[cycle, publication.from]])));
}

function isRight({ check }: Pick<PublicationRecord, 'check'>): boolean {
  return check !== undefined && check.finding === undefined;
}

/** The first day by which an objection should be answered that is not yet, by cycle. */
async function firstDue(communities: readonly string[]): Promise<Map<string, Date>> {
  const found = await collection(Objection)
    .aggregate<{ _id: string; due: Date }>([
      { $match: { community: { $in: [...communities] }, 'answer.at': null } },
      { $group: { _id: '$_id.cycle', due: { $min: '$due' } } },
    ])
    .toArray();
  return new Map(found.map(({ _id, due }) => [_id, due]));
}
