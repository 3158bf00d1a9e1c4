import type { Statement } from '../dialog/question.ts';
import { addressHmac } from '../fund/roster/addressHmac.ts';
import type { Notice } from '../fund/tell.ts';
import type { World } from '../store/world.ts';
import { laneOf } from './laneOf.ts';
import type { MessageRecord } from './message.ts';

/** Something to tell one address outside a reply, in any words of the catalogue. */
export interface Outgoing extends Omit<Notice, 'said'> {
  readonly said: Statement;
  /** Not before; at once where absent. */
  readonly dueAt?: Date;
  /** After that it makes no sense any more, and is not sent. */
  readonly until?: Date;
  /** It goes to many residents, and each gets it once: `same` says the same to all of them, so that a phone that several share gets it once, too; `own` says to each something of their own. Absent: once for each address. */
  readonly toMany?: 'same' | 'own';
  /** The broadcast that it belongs to. */
  readonly broadcast?: string;
  /** A cycle: not sent to who has voted in it by then, nor when its vote is over. */
  readonly unlessVoted?: string;
  /** A cycle: it is a reminder, and counts as one of the few that a resident gets in it. */
  readonly reminds?: string;
}

/** The message as it waits in the outbox. */
export function recordOf({ vault, now }: World, { occasion, said, dueAt, toMany, next = [], address, ...outgoing }: Outgoing): MessageRecord {
  const { community, channel, resident } = outgoing;
  const to = addressHmac(vault, { community, channel, address });
  const toAddress = [occasion, channel, to].join('|');
  const id = toMany && resident !== undefined ? [occasion, channel, resident].join('|') : toAddress;
  const at = now();
  return {
    ...outgoing,
    _id: id,
    address: vault.encrypt('messageAddress', id, address),
    to,
    ...(toMany === 'same' && { once: toAddress }),
    said: vault.encrypt('messageSaid', id, JSON.stringify({ key: said.key, params: said.params })),
    lane: laneOf(outgoing),
    ...(next.length > 0 && { next: vault.encrypt('messageNext', id, JSON.stringify(next)) }),
    state: 'pending',
    dueAt: dueAt ?? at,
    attempts: 0,
    ref: vault.hmac('message', id),
    at,
    changedAt: at,
  };
}
