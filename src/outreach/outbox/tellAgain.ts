import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { groupCommit } from '../../store/groupCommit.ts';
import { unlessForged } from '../../store/unlessForged.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import { perWorld, type World } from '../../store/world.ts';
import { communitiesOf, Message, type MessageRecord, saidIn } from './message.ts';

/** So often a reply is sent at most: for a carrier that takes each and never says so. */
const MOST_ATTEMPTS = 3;

/** A text of somebody to whom we owe replies, perhaps. */
interface Texted {
  readonly community: string;
  /** `addressHmac(…)` of the phone. */
  readonly to: string;
  /** How the `_id` of the reply to this very text begins. */
  readonly own: string;
}

/**
 * A reply of which nobody knows whether it arrived is never sent again by itself. But the person has now written again, or the carrier has delivered their
 * text again: what they may not have heard is told once more, before the reply to this text is queued. A reply that its sender may still hold is told once
 * the lease is over without an outcome. Of a reply to an earlier text only what it tells: what it asked, this text has come after.
 */
export const tellAgain: (world: World) => (texted: Texted) => Promise<void> = perWorld((world) =>
  groupCommit(async (texts) => {
    const after = new Date(world.now().getTime() - DAY_MS);
    const found = await collection(Message)
      .find(
        {
          ...{ community: { $in: communitiesOf(texts) }, channel: 'sms', to: { $in: texts.map(({ to }) => to) }, at: { $gt: after } },
          ...{ kind: 'reply', state: { $in: ['sending', 'unknown'] }, attempts: { $lt: MOST_ATTEMPTS } },
        },
        { projection: { community: 1, said: 1, state: 1, at: 1 }, promoteBuffers: true },
      )
      .toArray();
    const owed = found.flatMap((message) =>
      waiting(
        world,
        message,
        texts.some(({ own }) => message._id.startsWith(own)),
      ),
    );
    if (owed.length > 0) await collection(Message).bulkWrite(owed, { ordered: false });
    return texts.map(() => undefined);
  }),
);

/** The update by which a reply waits to be sent again; none if it told nothing. */
function waiting({ vault, now }: World, message: MessageRecord, isOwn: boolean): mongo.AnyBulkWriteOperation<MessageRecord>[] {
  const { _id, community, state, at } = message;
  const kept = unlessForged(() => saidIn(vault, message));
  if (!kept) return [];
  const { reply, ...said } = kept;
  const { asks, ...told } = reply ?? { says: [] };
  if (!isOwn && told.says.length === 0) return [];
  const words = isOwn || !asks ? message.said : vault.encrypt('messageSaid', _id, JSON.stringify({ ...said, reply: told }));
  const change =
    state === 'sending'
      ? { $set: { said: words, isAwaited: true as const } }
      : { $set: { said: words, state: 'pending' as const, dueAt: at, changedAt: now() }, $unset: { reason: '' as const } };
  return [{ updateOne: { filter: { community, _id, state }, update: change } }];
}
