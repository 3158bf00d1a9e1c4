import type { Channel } from './act.ts';
import type { Reach } from './tell.ts';

/** Where an answer goes: to where it was asked; who called gets it by SMS, and by a call where that is known not to have reached them. */
export function answerReach({ channel, address }: { channel: Channel; address: string }): Reach & { readonly next?: readonly Reach[] } {
  return channel === 'voice' ? { channel: 'sms', address, next: [{ channel, address }] } : { channel, address };
}
