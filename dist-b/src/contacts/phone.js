import parsePhoneNumber, {} from 'libphonenumber-js/max';
import { boundedMap } from '../store/cache.js';
import { CHANNELS } from './channel.js';
/**
 * A phone number as people write it, in E.164; undefined if no such number can exist.
 * `near` is a number in E.164; its country is assumed if the text names none.
 */
export function phone(text, near) {
    const [, code, mobile] = MOBILE.exec(text) ?? [];
    if (mobile !== undefined && (code !== undefined || near?.startsWith('+86')))
        return `+86${mobile}`;
    const number = parsePhoneNumber(text, countryOf(near));
    return number?.isValid() ? number.number : undefined;
}
/** A mobile in China as most people write it, of the numbers that are given out: most of a roster, and the library takes fifty times as long. */
const MOBILE = /^(\+86)?(1(?:[38]\d|5[0-35-9]|7[0-35-8]|9[0-35-9])\d{8})$/;
function countryOf(near) {
    return near === undefined ? undefined : parsePhoneNumber(near)?.country;
}
/** Answers that are kept: each step of a call asks again, and parsing a number is slow. */
const known = boundedMap(10_000);
/** Whether somebody can be sent text messages there: a mobile gets them, a landline and a chat do not, of any other number it is not known. */
export function canReceiveSms({ channel, address }) {
    return CHANNELS[channel].isPhone ? known.getOrMake(address, () => byKind(address)) : 'no';
}
function byKind(phone) {
    switch (parsePhoneNumber(phone)?.getType()) {
        case 'MOBILE':
        case 'FIXED_LINE_OR_MOBILE':
            return 'yes';
        case 'FIXED_LINE':
            return 'no';
        default:
            return 'unknown';
    }
}
