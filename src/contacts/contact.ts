import type { Vault } from '../store/vault.ts';
import { CHANNEL_NAMES, CHANNELS, type Channel } from './channel.ts';
import type { Reach } from './notify.ts';

/** What stands for a phone or chat where the address itself must not be kept. */
export function addressHmac(vault: Vault, from: { community: string; channel: Channel; address: string }): string {
  return vault.hmac('address', from.community, contactText(from));
}

/** Names a phone or a chat, as the HMACs of both take it: a phone is the same by message and by call. */
export function contactText({ channel, address }: { channel: Channel; address: string }): string {
  return `${CHANNELS[channel].keptAs}|${address}`;
}

/** A phone or chat. */
export interface Place {
  readonly channel: Channel;
  readonly address: string;
}

/** Where an answer goes: to where it was asked; who called gets it by SMS, and by a call where that is known not to have reached them. */
export function answerReach({ channel, address }: { channel: Channel; address: string }): Reach & { readonly next?: readonly Reach[] } {
  const { keptAs } = CHANNELS[channel];
  return keptAs === channel ? { channel, address } : { channel: keptAs, address, next: [{ channel, address }] };
}

/** The same phone on each channel that reaches it; a chat on its own. */
export function everyChannel({ channel, address }: Place): Place[] {
  const { keptAs } = CHANNELS[channel];
  return CHANNEL_NAMES.filter((one) => CHANNELS[one].keptAs === keptAs).map((one) => ({ channel: one, address }));
}
