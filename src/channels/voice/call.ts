import type { Send } from '../../outreach/send.ts';
import type { Vault } from '../../store/vault.ts';
import type { TwilioAccount } from '../twilioRest.ts';
import { placeCall } from './placeCall.ts';

export interface CallAccount extends TwilioAccount {
  /** How Twilio reaches us, no slash at the end. */
  readonly publicUrl: string;
}

/** Characters that are spoken in under two minutes; Twilio takes addresses of some 4,000. */
const LONGEST = 450;

/**
 * Sends a message as a call that speaks it (`sayText`). The text goes into the call's own address, sealed: nothing of it is kept
 * anywhere else meanwhile, and nobody but us can read it there.
 */
export function call({ publicUrl, ...account }: CallAccount, vault: Pick<Vault, 'seal'>): Send {
  const place = placeCall(account);
  return async ({ to, from, text, ref, signal }) => {
    if (text.length > LONGEST) return { state: 'failed', reason: 'tooLong' };
    const query = new URLSearchParams({ ref, text: vault.seal(text).toString('base64url') });
    const statusCallback = `${publicUrl}/twilio/status?${new URLSearchParams({ ref })}`;
    return place({ to, from, url: `${publicUrl}/twilio/voice/text?${query}`, statusCallback, signal });
  };
}
