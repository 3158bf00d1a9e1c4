import { config } from '../../src/app/config.ts';
import { messageParts, messageUnits, noticeText } from '../../src/app/words.ts';
import { channelsOf } from '../../src/carriers/settings.ts';
import { CARRIERS } from '../../src/contacts/channel.ts';
import { loadCatalogue } from '../../src/dialog/loadCatalogue.ts';
import { carrierAccounts } from '../../src/fund/communities/index.ts';
import type { BroadcastDeps } from '../../src/outreach/broadcasts/planBroadcast.ts';
import type { World } from '../../src/store/world.ts';

/** The dependencies of a broadcast, as the service with these settings has them. */
export async function broadcastDeps(world: World): Promise<BroadcastDeps> {
  const channels = [...new Set([...channelsOf(config()), ...(await carrierAccounts(world)).flatMap(({ carrier }) => CARRIERS[carrier])])];
  return {
    channels: channels.length > 0 ? channels : ['sms'], // without a carrier it is planned as texts
    word: noticeText(world, await loadCatalogue()),
    units: messageUnits,
    parts: messageParts,
  };
}
