import type { Statement } from '../dialog/question.ts';
import type { World } from '../store/world.ts';
import { bell } from './bell.ts';
import { insertNew } from './insertNew.ts';
import type { Recipient } from './recipientOf.ts';
import { recordOf } from './recordOf.ts';

/** One thing that is said to many: the opening of a vote, a reminder, a broadcast. */
export interface Occasion {
  /** Each resident gets what belongs to it once, each phone too where it says the same to all. */
  readonly occasion: string;
  readonly community: string;
  readonly said: (to: Recipient) => Statement;
  /** It says to each something of their own, such as their name. */
  readonly isOwn?: boolean;
  /** Not before; at once where absent. */
  readonly dueAt?: Date;
  /** After that it makes no sense any more, and is not sent. */
  readonly until?: Date;
  readonly broadcast?: string;
  /** A cycle: not sent to who has voted in it by then, nor when its vote is over. */
  readonly unlessVoted?: string;
  /** A cycle: it is a reminder, and counts as one of the few that a resident gets in it. */
  readonly reminds?: string;
}

/** Queues an occasion to a batch of residents by one command, each on the first channel that reaches them; gives how many are new. Harmless to repeat. */
export function queueMany(world: World): (occasion: Occasion, to: readonly Recipient[]) => Promise<number> {
  return async ({ said, isOwn = false, ...occasion }, to) => {
    const messages = to.flatMap((recipient) => {
      const [first, ...next] = recipient.reach;
      if (!first) return [];
      const { resident, language } = recipient;
      return [
        recordOf(world, {
          ...occasion,
          ...first,
          next,
          resident,
          language,
          kind: 'notice',
          said: said(recipient),
          toMany: isOwn ? 'own' : 'same',
        }),
      ];
    });
    if (messages.length === 0) return 0;
    const queued = await insertNew(messages);
    if (queued > 0) bell(world).emit('queued');
    return queued;
  };
}
