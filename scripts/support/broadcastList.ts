import { rosterIdsOf } from '../../src/fund/people/index.ts';
import type { BroadcastRecord } from '../../src/outreach/broadcasts/broadcast.ts';
import { broadcastsOf, countBroadcast, messagesOf, progressOf } from '../../src/outreach/broadcasts/readBroadcasts.ts';
import type { World } from '../../src/store/world.ts';
import { note, printLine, zoned } from './print.ts';
import { wantedCommunity } from './wanted.ts';

/**
 * Prints broadcasts, newest first: how many messages are in which state, by channel, with the reason. With `isJson`: each message, as one JSON
 * document that is never in memory as a whole. Of those to residents who have not voted only the tens are told, without `isJson`.
 */
export async function broadcastList(world: World, community: string, isJson: boolean): Promise<void> {
  const { timezone } = await wantedCommunity(community);
  const broadcasts = await broadcastsOf(community);
  if (isJson) return listMessages(world, broadcasts);
  if (broadcasts.length === 0) note('Nothing to show.');
  for (const broadcast of broadcasts) {
    const { _id, text, to, by, dueAt } = broadcast;
    const { standing } = await progressOf(world, broadcast);
    printLine([_id, standing, zoned(dueAt, timezone), to, by, text.replaceAll(/\s+/g, ' ')].join('\t'));
    for (const { channel, state, reason, count } of await countBroadcast(broadcast))
      printLine(['', channel, state, count, reason ?? ''].join('\t').trimEnd());
  }
}

async function listMessages(world: World, broadcasts: readonly BroadcastRecord[]): Promise<void> {
  let separator = '[\n';
  for (const each of broadcasts) {
    for await (const batch of messagesOf(each)) {
      const rosterId = await rosterIdsOf(
        world,
        each.community,
        batch.flatMap(({ resident }) => resident ?? []),
      );
      for (const { broadcast, resident = '', channel, state, reason } of batch) {
        const shown = { broadcast, resident: rosterId.get(resident) ?? null, channel, state, reason: reason ?? null };
        process.stdout.write(`${separator}${JSON.stringify(shown)}`);
        separator = ',\n';
      }
    }
  }
  process.stdout.write(separator === '[\n' ? '[]\n' : '\n]\n');
}
