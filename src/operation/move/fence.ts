import { randomUUID } from 'node:crypto';
import type { mongo } from 'mongoose';
import { CodedError } from '../../store/codedError.ts';
import { serviceState } from '../../store/serviceState.ts';

/** The mover of a community to this database: the last command that began. `undone`: the departure of this moment was taken back, and nobody carries it here any more. */
interface MoverRecord {
  _id: string;
  at: Date;
  token: string;
  undone?: true;
  steps: number;
}

type Within<Done> = (session: mongo.ClientSession) => Promise<Done>;

/** Writes in a transaction that commits only as long as nobody else has taken over. */
export type Fence = <Done>(write: Within<Done>) => Promise<Done>;

/** The fence of the database to which a community moves. `end`: in the transaction in which it opens there, after which no mover writes any more. */
export interface TargetFence {
  readonly fenced: Fence;
  readonly end: (movers: mongo.Collection<MoverRecord>, session: mongo.ClientSession) => Promise<void>;
}

/**
 * Takes over a departure (its slug and moment) from any command that worked on it: that command writes nothing more there. Rejects with
 * `taken-back` if the departure was undone, with `arrived` if the community is open there.
 */
export async function takeOver(
  client: mongo.MongoClient,
  { _id: slug, at }: { readonly _id: string; readonly at: Date },
  how: 'move' | 'undo',
): Promise<TargetFence> {
  const _id = `move:${slug}`;
  const token = randomUUID();
  const movers = serviceState<MoverRecord>(client.db());
  await inTransaction(client, async (session) => {
    const before = await movers.findOne({ _id }, { session });
    if (how === 'move' && before?.undone && before.at.getTime() === at.getTime())
      throw new CodedError('taken-back', `This move of ${slug} is being taken back: end that first (--undo).`);
    if (await client.db().collection<{ _id: string }>('communities').findOne({ _id: slug }, { session }))
      throw new CodedError('arrived', `${slug} is open there already.`);
    await movers.replaceOne({ _id }, { at, token, steps: 0, ...(how === 'undo' && { undone: true as const }) }, { session, upsert: true });
  });
  return {
    fenced: (write) =>
      inTransaction(client, async (session) => {
        const { modifiedCount } = await movers.updateOne({ _id, token }, { $inc: { steps: 1 } }, { session });
        if (modifiedCount !== 1) throw overtaken();
        return write(session);
      }),
    end: async (collection, session) => {
      if ((await collection.deleteOne({ _id, token }, { session })).deletedCount !== 1) throw overtaken();
    },
  };
}

/** The fence of the database that a community has left: it holds as long as this departure stands. */
export function departureFence(client: mongo.MongoClient, { _id, at }: { readonly _id: string; readonly at: Date }): Fence {
  const departures = client.db().collection<{ _id: string; at: Date; steps?: number }>('departures');
  return (write) =>
    inTransaction(client, async (session) => {
      const { modifiedCount } = await departures.updateOne({ _id, at }, { $inc: { steps: 1 } }, { session });
      if (modifiedCount !== 1) throw overtaken();
      return write(session);
    });
}

function inTransaction<Done>(client: mongo.MongoClient, run: Within<Done>): Promise<Done> {
  return client.withSession((session) => session.withTransaction(() => run(session)));
}

function overtaken(): CodedError {
  return new CodedError('overtaken', 'Another command goes on with this move, or has ended it. This one has stopped.');
}
