import { segments } from '../../src/channels/sms/render.ts';
import { config } from '../../src/config.ts';
import { loadCatalogue } from '../../src/dialog/loadCatalogue.ts';
import type { Channel } from '../../src/fund/act.ts';
import { noticeText } from '../../src/noticeText.ts';
import type { BroadcastMeans } from '../../src/outreach/broadcasts/planBroadcast.ts';
import type { World } from '../../src/store/world.ts';

/** What a broadcast needs, as the service of these settings has it. */
export async function broadcastMeans(world: World): Promise<BroadcastMeans> {
  return {
    channels: channelsIn(config()),
    word: noticeText(world, await loadCatalogue()),
    units: (channel, text) => (channel === 'sms' ? segments(text) : 1),
  };
}

/** Without any carrier it is a demo, which plays texts. */
function channelsIn({ twilio, wechat }: ReturnType<typeof config>): Channel[] {
  return [...(twilio || !wechat ? (['sms'] as const) : []), ...(wechat ? (['wechat'] as const) : [])];
}
