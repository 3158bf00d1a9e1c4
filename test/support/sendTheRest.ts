import { setTimeout as sleep } from 'node:timers/promises';
import { noticeText } from '../../src/app/words.ts';
import type { Send } from '../../src/carriers/sending.ts';
import { loadCatalogue } from '../../src/dialog/loadCatalogue.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { outbox } from '../../src/outreach/outbox/outbox.ts';
import { collection } from '../../src/store/collection.ts';
import type { World } from '../../src/store/world.ts';

/** Sends the texts that killed services have left, once their leases have run out. */
export async function sendTheRest(world: World, send: Send, sends: 'replies' | 'others'): Promise<void> {
  let ahead = 120_000;
  const last = outbox(
    { ...world, now: () => new Date(Date.now() + ahead) },
    { ...{ channel: 'sms', sends, log: { error: () => {} }, pollMs: 20 }, ...{ send, word: noticeText(world, await loadCatalogue()) } },
  );
  while ((await collection(Message).countDocuments({ channel: 'sms', state: { $in: ['pending', 'leased', 'sending'] } })) > 0) {
    await sleep(50);
    ahead += 10_000;
  }
  await last.stop();
}
