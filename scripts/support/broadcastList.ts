import { personOf, Resident } from '../../src/fund/people/index.ts';
import { Broadcast, type BroadcastRecord, countBroadcast } from '../../src/outreach/broadcasts/broadcast.ts';
import { Message, type MessageRecord } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import type { World } from '../../src/store/world.ts';
import { note } from './note.ts';
import { printLine } from './printLine.ts';
import { wantedCommunity } from './wantedCommunity.ts';
import { zoned } from './zoned.ts';

const BATCH = 1_000;

/** Broadcasts, newest first: how many messages are in which state, by channel, with the reason; `isJson`: each message, as one JSON document that is never whole in memory. */
export async function broadcastList(world: World, community: string, isJson: boolean): Promise<void> {
  const { timezone } = await wantedCommunity(community);
  const broadcasts = await collection(Broadcast)
    .find({ community }, { sort: { dueAt: -1 } })
    .toArray();
  if (isJson) return listMessages(world, broadcasts);
  if (broadcasts.length === 0) note('Nothing to show.');
  for (const broadcast of broadcasts) {
    const { _id, text, to, by, dueAt } = broadcast;
    printLine([_id, stateOf(broadcast), zoned(dueAt, timezone), to, by, text.replaceAll(/\s+/g, ' ')].join('\t'));
    for (const { channel, state, reason, count } of await countBroadcast(_id))
      printLine(['', channel, state, count, reason ?? ''].join('\t').trimEnd());
  }
}

function stateOf({ state, pausedAt }: BroadcastRecord): string {
  return pausedAt && state !== 'cancelled' ? 'paused' : state;
}

async function listMessages(world: World, broadcasts: readonly BroadcastRecord[]): Promise<void> {
  let separator = '[\n';
  for (const { _id } of broadcasts) {
    for await (const batch of batches(_id)) {
      const rosterId = await rosterIds(world, batch);
      for (const { broadcast, resident = '', channel, state, reason } of batch) {
        const shown = { broadcast, resident: rosterId.get(resident) ?? null, channel, state, ...(reason && { reason }) };
        process.stdout.write(`${separator}${JSON.stringify(shown)}`);
        separator = ',\n';
      }
    }
  }
  process.stdout.write(separator === '[\n' ? '[]\n' : '\n]\n');
}

async function* batches(broadcast: string): AsyncGenerator<MessageRecord[]> {
  let batch: MessageRecord[] = [];
  const shown = { broadcast: 1, resident: 1, channel: 1, state: 1, reason: 1 };
  for await (const message of collection(Message).find({ broadcast }, { projection: shown, batchSize: BATCH })) {
    batch.push(message);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** The roster's ids by `_id`; none of who was deleted. */
async function rosterIds({ vault }: World, messages: readonly MessageRecord[]): Promise<Map<string, string>> {
  const found = await collection(Resident)
    .find({ _id: { $in: messages.flatMap(({ resident }) => resident ?? []) } }, { projection: { person: 1 } })
    .toArray();
  return new Map(
    found.flatMap((resident): [string, string][] => {
      const { rosterId } = personOf(vault, resident);
      return rosterId === undefined ? [] : [[resident._id, rosterId]];
    }),
  );
}
