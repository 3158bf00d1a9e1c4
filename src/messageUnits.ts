import { segments } from './channels/sms/render.ts';
import { spokenSeconds } from './channels/voice/spokenSeconds.ts';
import type { Channel } from './fund/act.ts';

/** What a text is charged as: segments of an SMS, minutes of a call, which speaks it twice, else one. */
export function messageUnits(channel: Channel, text: string): number {
  if (channel === 'sms') return segments(text);
  return channel === 'voice' ? Math.max(1, Math.ceil((2 * spokenSeconds(text)) / 60)) : 1;
}
