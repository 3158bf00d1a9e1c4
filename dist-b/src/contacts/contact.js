import { CHANNEL_NAMES, CHANNELS } from './channel.js';
/** A phone, given by its number in E.164. */
export function phoneContact(number) {
    return { channel: 'sms', address: number };
}
/** The text form, as HMACs take it: `sms|+86…` or `wechat|openid`. A phone is the same by message and by call. */
export function contactText({ channel, address }) {
    return `${CHANNELS[channel].keptAs}|${address}`;
}
/** Reads the text form; undefined if it is not one. */
export function parseContact(text) {
    const channel = CHANNEL_NAMES.find((name) => text.startsWith(`${name}|`));
    const address = channel && text.slice(channel.length + 1);
    return address ? { channel, address } : undefined;
}
/** The HMAC that stands for a phone or chat if the address itself must not be kept. */
export function addressHmac(vault, contact) {
    return vault.hmac('address', contact.community, contactText(contact));
}
/** Where an answer goes: to where the question was asked. If it was asked by phone, the answer goes by SMS, and by a call if the SMS is known not to have arrived. */
export function answerAt({ channel, address }) {
    const { keptAs } = CHANNELS[channel];
    return keptAs === channel ? { channel, address } : { channel: keptAs, address, next: [{ channel, address }] };
}
/** A phone on each channel that reaches it; a chat on its own channel. */
export function everyChannel({ channel, address }) {
    const { keptAs } = CHANNELS[channel];
    return CHANNEL_NAMES.filter((one) => CHANNELS[one].keptAs === keptAs).map((one) => ({ channel: one, address }));
}
