import { config } from '../../src/config.ts';
import { loadCatalogue } from '../../src/dialog/loadCatalogue.ts';
import type { Channel } from '../../src/fund/act.ts';
import { messageUnits } from '../../src/messageUnits.ts';
import { noticeText } from '../../src/noticeText.ts';
import type { BroadcastMeans } from '../../src/outreach/broadcasts/planBroadcast.ts';
import type { World } from '../../src/store/world.ts';

/** What a broadcast needs, as the service of these settings has it. */
export async function broadcastMeans(world: World): Promise<BroadcastMeans> {
  return {
    channels: channelsIn(config()),
    word: noticeText(world, await loadCatalogue()),
    units: messageUnits,
  };
}

/** Without any carrier it is a demo, which plays texts. */
function channelsIn({ twilio, wechat }: ReturnType<typeof config>): Channel[] {
  if (!twilio && !wechat) return ['sms'];
  return [...(twilio ? (['sms', 'voice'] as const) : []), ...(wechat ? (['wechat'] as const) : [])];
}
