import { native } from '../../store/native.ts';
import { voteOf } from '../calendar/voteOf.ts';
import { Cycle } from '../records/cycle.ts';

/** A vote of a community that has opened and whose ledger is not sealed, as the database has it now: who may vote in it stays on the roster. */
export async function voteUnderWay(community: string, at: Date): Promise<{ from: Date; to: Date } | undefined> {
  const unsealed = await native(Cycle)
    .find({ community, sealedAt: { $exists: false } }, { projection: { stages: 1, moves: 1 } })
    .toArray();
  return unsealed.flatMap((cycle) => voteOf(cycle) ?? []).find(({ from }) => from <= at);
}
