import { segments, segmentTexts, toText } from '../channels/sms/render.js';
import { linesOf, speechOf, spokenSeconds, voiceLists } from '../channels/voice/speech.js';
import { chatLists } from '../channels/wechat/render.js';
import { CHANNELS } from '../contacts/channel.js';
import { wording } from '../dialog/wording.js';
import { communityBySlug } from '../fund/communities/index.js';
/** The words of the catalogue for one channel and language, with the values that a community's texts may name. */
export function wordsFor(world, catalogue) {
    return (channel, language, community, lists) => wording(catalogue, settingFor(world, { channel, language, community, lists }));
}
/** The one text of a reply by SMS; empty if silence is the answer. */
export function smsText(world, catalogue) {
    const words = wordsFor(world, catalogue);
    return ({ reply, language, community }) => (reply ? toText(reply, (lists) => words('sms', language, community, lists)) : '');
}
/** The words of what is said on the phone. */
export function spokenWords(world, catalogue) {
    const words = wordsFor(world, catalogue);
    return (language, community, lists) => words('voice', language, community, lists);
}
/** The words of what is said in the chat. */
export function chatWords(world, catalogue) {
    const words = wordsFor(world, catalogue);
    return ({ language, community }) => words('wechat', language, community, chatLists);
}
/** To whom and how something is said. */
export function settingFor(world, { community, ...how }) {
    return {
        ...how,
        zone: community?.timezone ?? 'Asia/Shanghai',
        at: world.now(),
        ...(community && { defaults: { community: community.name, personName: community.person.name, personPhone: community.person.phone } }),
    };
}
/**
 * The words that the outbox sends by text or says in a call, in the recipient's language. The first message also says who writes, what is kept and
 * how to stop.
 */
export function noticeText(world, catalogue) {
    const bySlug = communityBySlug(world);
    const words = wordsFor(world, catalogue);
    return async ({ community: slug, language, channel, said, isFirst }) => {
        const community = await bySlug(slug);
        if (said.reply)
            return toText(said.reply, (lists) => words('sms', language, community, lists)); // it answers a text, wherever it has to go
        if (CHANNELS[channel].isSpoken)
            return words(channel, language, community, voiceLists(language))(said);
        return toText(noticeReply(said, isFirst), (lists) => words(channel, language, community, lists));
    };
}
/** What a message of the outbox says, as a reply. */
export function noticeReply(said, isFirst) {
    return said.reply ?? { says: [said], ...(isFirst && { adds: [{ key: 'common.first' }] }) };
}
/** The units that a text costs: segments of an SMS; minutes of a call, which speaks it twice; otherwise 1. */
export function messageUnits(channel, text) {
    switch (CHANNELS[channel].unit) {
        case 'segment':
            return segments(text);
        case 'minute':
            return Math.max(1, Math.ceil((2 * spokenSeconds(text)) / 60));
        case 'message':
            return 1;
    }
}
/** The parts that a carrier makes of a text: the segments of an SMS, otherwise the whole. */
export function messageParts(channel, text) {
    return CHANNELS[channel].unit === 'segment' ? segmentTexts(text) : [text];
}
/** How long a page waits for the recordings before everything is left to the browser's voice, in milliseconds. */
const PATIENCE_MS = 1_000;
/** Reads a page aloud as the phone line does: with the community's recordings, else in words for the browser's own voice. */
export function aloud(world, catalogue, phrases) {
    const speech = speechOf({ world, phrases, publicUrl: '', wordsFor: spokenWords(world, catalogue), synthesised: () => undefined });
    return async (language, community) => {
        const spoken = await speech({ language, community }, PATIENCE_MS);
        return (said) => linesOf(said, { ...spoken, isSlow: false }).map((line) => ('sounds' in line ? line : { text: line.text, language: line.language }));
    };
}
