import { channelsOf } from '../../src/carriers/carriers.ts';
import { config } from '../../src/config.ts';
import { loadCatalogue } from '../../src/dialog/loadCatalogue.ts';
import { messageUnits } from '../../src/messageUnits.ts';
import { noticeText } from '../../src/noticeText.ts';
import type { BroadcastMeans } from '../../src/outreach/broadcasts/planBroadcast.ts';
import type { World } from '../../src/store/world.ts';

/** What a broadcast needs, as the service of these settings has it. */
export async function broadcastMeans(world: World): Promise<BroadcastMeans> {
  const channels = channelsOf(config());
  return {
    channels: channels.length > 0 ? channels : ['sms'], // without a carrier it is planned as texts
    word: noticeText(world, await loadCatalogue()),
    units: messageUnits,
  };
}
