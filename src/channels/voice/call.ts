import type { Send } from '../../outreach/send.ts';
import type { World } from '../../store/world.ts';
import type { TwilioAccount } from '../twilioRest.ts';
import { encryptedText } from './callText.ts';
import { placeCall } from './placeCall.ts';

export interface CallAccount extends TwilioAccount {
  /** How Twilio reaches us, no slash at the end. */
  readonly publicUrl: string;
}

/** Characters that are spoken in under two minutes; Twilio takes addresses of some 4,000. */
const LONGEST = 450;

/**
 * Sends a message as a call that speaks it (`sayText`). The text goes into the call's own address, encrypted: nothing of it is kept
 * anywhere else meanwhile, and nobody but us can read it there.
 */
export function call({ publicUrl, ...account }: CallAccount, world: Pick<World, 'vault' | 'now'>): Send {
  const place = placeCall(account);
  return async ({ to, from, text, ref, signal }) => {
    if (text.length > LONGEST) return { state: 'failed', reason: 'tooLong' };
    const query = new URLSearchParams({ ref, text: encryptedText(world, ref, text) });
    const statusCallback = `${publicUrl}/twilio/status?${new URLSearchParams({ ref })}`;
    return place({ to, from, url: `${publicUrl}/twilio/voice/text?${query}`, statusCallback, signal });
  };
}
