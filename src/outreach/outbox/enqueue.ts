import { EventEmitter } from 'node:events';
import { mongo } from 'mongoose';
import type { MessageContent } from '../../carriers/sending.ts';
import { wholeDay } from '../../contacts/addressBook.ts';
import type { Channel } from '../../contacts/channel.ts';
import { addressHmac, type ContactPoint } from '../../contacts/contact.ts';
import type { Notice } from '../../contacts/notify.ts';
import type { Reply, Statement } from '../../dialog/question.ts';
import { communityBySlug } from '../../fund/communities/index.ts';
import { collection } from '../../store/collection.ts';
import { DUPLICATE_KEY } from '../../store/databaseErrors.ts';
import { groupCommit } from '../../store/groupCommit.ts';
import { unlessForged } from '../../store/unlessForged.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import { perWorld, type World } from '../../store/world.ts';
import type { Recipient } from '../recipients.ts';
import { languagesSpoken } from './known.ts';
import { communitiesOf, laneOf, Message, type MessageRecord, nextIn, saidIn } from './message.ts';
import { tellAgain } from './tellAgain.ts';

/**
 * Queues a message; those that wait at the same time by one command. If it was queued before under the same occasion, channel and address, this changes
 * nothing. With a session it is there only if the session's transaction is committed. Rejects only if the database is away.
 */
export const enqueue: (world: World) => (outgoing: Outgoing, session?: mongo.ClientSession) => Promise<void> = perWorld((world) => {
  const wake = () => wakeUps(world).emit('queued');
  const insert = groupCommit(async (outgoing: readonly Outgoing[]) => {
    const messages = await recordsOf(world, outgoing);
    if ((await insertNew(messages)) > 0)
      for (const channel of new Set(messages.map(({ channel }) => channel))) wakeUps(world).emit('queued', channel);
    return messages.map(() => undefined);
  });
  return async (outgoing, session) => {
    if (!session) return insert(outgoing);
    if (!session.listeners('ended').includes(wake)) session.once('ended', wake);
    for (const message of await recordsOf(world, [outgoing])) await insertWithin(message, session);
  };
});

/** The messages as they wait in the outbox, each in the language of its reader. */
async function recordsOf(world: World, outgoing: readonly Outgoing[]): Promise<MessageRecord[]> {
  const bySlug = communityBySlug(world);
  const spoken = await languagesSpoken(
    world,
    outgoing.filter(({ kind }) => kind === 'answer'),
  );
  return Promise.all(
    outgoing.map(async (one) => {
      const language = spoken.get(one) ?? one.language ?? (await bySlug(one.community))?.language ?? 'zh-CN';
      return recordOf(world, { ...one, language });
    }),
  );
}

/** A duplicate key would end the transaction; what is there already is matched instead. */
async function insertWithin({ _id, community, ...message }: MessageRecord, session: mongo.ClientSession): Promise<void> {
  await collection(Message).updateOne({ community, _id }, { $setOnInsert: message }, { upsert: true, session });
}

/** The reply to a text that the carrier's own response cannot carry, behind what is told again (`tellAgain`). It is queued once for each turn. */
export async function queueReply(world: World, { key, said: { reply, language, community }, ...to }: Answer): Promise<void> {
  const queue = enqueue(world);
  const again = tellAgain(world);
  const [first] = [...reply.says, ...(reply.asks ? [reply.asks] : [])];
  if (!first) return;
  const occasion = `reply|${key}`;
  const phone = addressHmac(world.vault, { community: community._id, channel: 'sms', address: to.address });
  await again({ community: community._id, to: phone, own: `${occasion}|` });
  await queue({
    ...to,
    occasion,
    community: community._id,
    channel: 'sms',
    language,
    kind: 'reply',
    said: { key: first.key, reply },
    until: new Date(world.now().getTime() + DAY_MS),
  });
}

interface Answer {
  /** The turn's. */
  readonly key: string;
  readonly address: string;
  /** Where to try next if it cannot be sent there. */
  readonly next?: readonly ContactPoint[];
  readonly said: { readonly reply: Reply; readonly language: string; readonly community: { readonly _id: string } };
}

/** A message to many: the opening of a vote, a reminder, a broadcast. */
export interface Occasion {
  /** Names it. Each resident gets the message of one occasion once; so does each phone, if it says the same to all. */
  readonly occasion: string;
  readonly community: string;
  readonly said: (to: Recipient) => Statement;
  /** It says something else to each resident, such as their name. */
  readonly isOwn?: boolean;
  /** Not sent before; at once if absent. */
  readonly dueAt?: Date;
  /** Not sent after: it makes no sense any more. */
  readonly until?: Date;
  readonly broadcast?: string;
  /** A cycle: not sent to residents who have voted in it by then, nor if its vote is over. */
  readonly unlessVoted?: string;
  /** A cycle: this is one of the few reminders that a resident gets in it. */
  readonly reminds?: string;
}

/** Queues an occasion for a batch of residents by one command, for each on the first channel that reaches them; gives how many are new. Harmless to repeat. */
export async function queueMany(world: World, { said, isOwn = false, ...occasion }: Occasion, to: readonly Recipient[]): Promise<number> {
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
  if (queued > 0) wakeUps(world).emit('queued');
  return queued;
}

/** A message to one address outside a reply, in any words of the catalogue. */
export interface Outgoing extends Omit<Notice, 'said' | 'kind'> {
  readonly kind: MessageRecord['kind'];
  readonly said: MessageContent;
  /** Not sent before; at once if absent. */
  readonly dueAt?: Date;
  /** Not sent after: it makes no sense any more. */
  readonly until?: Date;
  /** It goes to many residents, and each gets it once. `same`: it says the same to all, so that a shared phone gets it once, too. `own`: it says something else to each. If absent: once for each address. */
  readonly toMany?: 'same' | 'own';
  /** The broadcast that it belongs to. */
  readonly broadcast?: string;
  /** A cycle: not sent to residents who have voted in it by then, nor if its vote is over. */
  readonly unlessVoted?: string;
  /** A cycle: this is one of the few reminders that a resident gets in it. */
  readonly reminds?: string;
}

/** The message as it waits in the outbox. */
function recordOf(
  { vault, now }: World,
  { occasion, said, dueAt, toMany, next = [], address, askedAt, ...outgoing }: Outgoing & { readonly language: string },
): MessageRecord {
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
    ...(askedAt && { askedAt: wholeDay(askedAt) }),
    said: vault.encrypt('messageSaid', id, JSON.stringify({ key: said.key, params: said.params, reply: said.reply })),
    lane: laneOf(outgoing),
    ...(next.length > 0 && { next: vault.encrypt('messageNext', id, JSON.stringify(next)) }),
    state: 'pending',
    dueAt: dueAt ?? at,
    attempts: 0,
    ref: `${community}.${vault.hmac('message', id)}`,
    at,
    changedAt: at,
  };
}

/** Queues messages by one command. A message that was queued before under the same key is left as it is. Gives how many are new. */
async function insertNew(messages: readonly MessageRecord[]): Promise<number> {
  try {
    return (await collection(Message).insertMany([...messages], { ordered: false })).insertedCount;
  } catch (error) {
    if (error instanceof mongo.MongoBulkWriteError && [error.writeErrors].flat().every(({ code }) => code === DUPLICATE_KEY))
      return error.insertedCount;
    throw error;
  }
}

/** Emits `queued` when a message was queued in this process, so that its sender need not wait for the next poll; with the channel, if only one is concerned. */
export const wakeUps = perWorld(() => new EventEmitter<{ queued: [channel?: Channel] }>());

const AT_ONCE = 200;

/** If a message is known not to have reached a person, tries their next channel; once, also after a crash in between. */
export async function tryNext(world: World, channel: Channel): Promise<void> {
  for (;;) {
    const failed = await collection(Message)
      .find({ state: 'failed', next: { $exists: true }, channel }, { limit: AT_ONCE, promoteBuffers: true })
      .toArray();
    if (failed.length === 0) return;
    const following = failed.flatMap((message) => nextOf(world, message));
    if (following.length > 0) await insertNew(following);
    await collection(Message).updateMany(
      { community: { $in: communitiesOf(failed) }, _id: { $in: failed.map(({ _id }) => _id) } },
      { $unset: { next: '' } },
    );
    wakeUps(world).emit('queued');
    if (failed.length < AT_ONCE) return;
  }
}

function nextOf(world: World, message: MessageRecord): MessageRecord[] {
  const { _id, once, channel, ...failed } = message;
  const [to, ...rest] = unlessForged(() => nextIn(world.vault, message)) ?? [];
  const said = unlessForged(() => saidIn(world.vault, message));
  if (!to || !said) return [];
  const { community, resident, language, kind, askedAt, heedsQuiet, broadcast, unlessVoted, until, reminds } = failed;
  const isToMany = resident !== undefined && _id.endsWith(`|${resident}`);
  return [
    recordOf(world, {
      occasion: _id.slice(0, _id.lastIndexOf(`|${channel}|`)),
      community,
      ...to,
      next: rest,
      ...(resident && { resident }),
      language,
      kind: kind === 'reply' ? 'receipt' : kind, // the next channel has no sender for replies alone
      said,
      ...(isToMany && { toMany: once === undefined ? ('own' as const) : ('same' as const) }),
      ...(askedAt && { askedAt }),
      ...(heedsQuiet && { heedsQuiet }),
      ...(broadcast && { broadcast }),
      ...(unlessVoted && { unlessVoted }),
      ...(until && { until }),
      ...(reminds && { reminds }),
    }),
  ];
}
