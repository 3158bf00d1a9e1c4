import { queueMany } from '../../../src/outreach/outbox/enqueue.ts';
import { recipients } from '../../../src/outreach/recipients.ts';
import type { World } from '../../../src/store/world.ts';

/** Queues one message to all residents. */
export async function queueAll(world: World): Promise<void> {
  const queue = queueMany(world);
  const said = () => ({ key: 'notice.broadcast', params: { text: '明天停水，早上八点到下午五点，请先接好水' } });
  for await (const batch of recipients(world, ['sms'])({ _id: 'bench', language: 'zh-CN' }, { to: 'all' }))
    await queue({ occasion: 'all', community: 'bench', said }, batch);
}
