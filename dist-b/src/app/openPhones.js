import { mobile } from '../carriers/takeText.js';
import { CHANNELS } from '../contacts/channel.js';
import { addressHmac, phoneContact } from '../contacts/contact.js';
import { carrierOf, communitiesOver, communityBySlug, communityTexted, departures } from '../fund/communities/index.js';
import { holdersAt } from '../fund/people/index.js';
import { forEachSettled } from '../store/inTime.js';
import { parking } from './parking.js';
/** A community's carrier has no settings here: its messages wait until it has. */
const NOT_SET = { state: 'refused', reason: 'noCarrier', parks: true, afterMs: 5 * 60_000 };
/** Opens the carriers side by side. */
export function openPhones(ready, house) {
    const carriers = new Map([...ready].map(([name, { open }]) => [name, withParking(name, open(house), house)]));
    const bySlug = communityBySlug(house.world);
    const warned = new Set();
    const of = async (slug, channel) => {
        const name = carrierOf(await bySlug(slug), channel);
        const carrier = carriers.get(name);
        if (!carrier && !warned.has(name)) {
            warned.add(name);
            house.log.error({ channel, community: slug, code: `no-carrier.${name}` }, 'A community names a carrier that is not set up: its messages wait');
        }
        return carrier;
    };
    return {
        handsOver: [...carriers.values()].some(({ handsOver }) => handsOver === true),
        doors: [...carriers.values()].flatMap(({ doors }) => doors),
        send: (channel) => async (message) => {
            const carrier = await of(message.community, channel);
            const send = CHANNELS[channel].isSpoken ? carrier?.voice?.send : carrier?.sms;
            return send ? send(message) : NOT_SET;
        },
        placeCall: async ({ community, ...call }) => (await of(community, 'voice'))?.voice?.placeCall(call) ?? NOT_SET,
        stop: () => forEachSettled([...carriers.values()], 'stops', async ({ stop }) => stop?.()),
    };
}
/** The carrier's ways out, each channel's parked by itself. */
function withParking(name, { sms, voice, ...rest }, house) {
    const whileSpoken = parking({ carrier: name, channel: 'voice' }, house);
    return {
        ...rest,
        ...(sms && { sms: parking({ carrier: name, channel: 'sms' }, house)(sms) }),
        ...(voice && { voice: { send: whileSpoken(voice.send), placeCall: whileSpoken(voice.placeCall) } }),
    };
}
/** So many communities are looked through for a sender whose text names none of them by its number. */
const MOST = 100;
/**
 * The community that a text is for: by the number that was texted over this carrier. Else, of those over it that have named no number: the only one, or the only
 * one that knows the sender. Null for the number of one that has left for another cell, and for any other phone's whole number.
 */
export function textedCommunity(world) {
    const byNumber = communityTexted(world);
    const holders = holdersAt(world);
    const left = departures(world);
    return async ({ carrier, from, to }) => {
        const named = await byNumber({ carrier, number: to });
        if (named || mobile(to) || (await left.byNumber(to, carrier)))
            return named;
        const over = (await communitiesOver(carrier, MOST)).filter(({ textNumber }) => textNumber === undefined);
        if (over.length === 1 && !(await left.some(carrier)))
            return over[0] ?? null;
        const knows = await Promise.all(over.map(async ({ _id }) => (await holders(addressHmac(world.vault, { community: _id, ...phoneContact(from) }))).holders));
        const theirs = over.filter((_, index) => (knows[index]?.length ?? 0) > 0);
        return theirs.length === 1 ? (theirs[0] ?? null) : null;
    };
}
