import { segments } from '../../src/channels/sms/render.ts';
import { spokenSeconds } from '../../src/channels/voice/spokenSeconds.ts';
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
    units: (channel, text) => (channel === 'voice' ? minutes(text) : channel === 'sms' ? segments(text) : 1),
  };
}

/** A call speaks its text twice. */
function minutes(text: string): number {
  return Math.max(1, Math.ceil((2 * spokenSeconds(text)) / 60));
}

/** Without any carrier it is a demo, which plays texts. */
function channelsIn({ twilio, wechat }: ReturnType<typeof config>): Channel[] {
  if (!twilio && !wechat) return ['sms'];
  return [...(twilio ? (['sms', 'voice'] as const) : []), ...(wechat ? (['wechat'] as const) : [])];
}
