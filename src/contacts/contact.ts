import type { Vault } from '../store/vault.ts';
import { CHANNEL_NAMES, CHANNELS, type Channel } from './channel.ts';

/** A place where a person can be reached: a phone, by message or by call, or a chat. */
export interface ContactPoint {
  readonly channel: Channel;
  /** Phone number in E.164; or a chat's: the openid, behind its AppID if its account is not the one of the service's settings (`wx…/o…`). */
  readonly address: string;
}

/** A contact point, and the community that it belongs to. */
export interface CommunityContact extends ContactPoint {
  /** The community's slug. */
  readonly community: string;
}

/** A phone, given by its number in E.164. */
export function phoneContact(number: string): ContactPoint {
  return { channel: 'sms', address: number };
}

/** The text form, as HMACs take it: `sms|+86…` or `wechat|openid`. A phone is the same by message and by call. */
export function contactText({ channel, address }: ContactPoint): string {
  return `${CHANNELS[channel].keptAs}|${address}`;
}

/** Reads the text form; undefined if it is not one. */
export function parseContact(text: string): ContactPoint | undefined {
  const channel = CHANNEL_NAMES.find((name) => text.startsWith(`${name}|`));
  const address = channel && text.slice(channel.length + 1);
  return address ? { channel, address } : undefined;
}

/** The HMAC that stands for a phone or chat if the address itself must not be kept. */
export function addressHmac(vault: Vault, contact: CommunityContact): string {
  return vault.hmac('address', contact.community, contactText(contact));
}

/** Where an answer goes: to where the question was asked. If it was asked by phone, the answer goes by SMS, and by a call if the SMS is known not to have arrived. */
export function answerAt({ channel, address }: ContactPoint): ContactPoint & { readonly next?: readonly ContactPoint[] } {
  const { keptAs } = CHANNELS[channel];
  return keptAs === channel ? { channel, address } : { channel: keptAs, address, next: [{ channel, address }] };
}

/** A phone on each channel that reaches it; a chat on its own channel. */
export function everyChannel({ channel, address }: ContactPoint): ContactPoint[] {
  const { keptAs } = CHANNELS[channel];
  return CHANNEL_NAMES.filter((one) => CHANNELS[one].keptAs === keptAs).map((one) => ({ channel: one, address }));
}
