import { stoppedAmong } from '../../contacts/addressBook.js';
import { CHANNELS } from '../../contacts/channel.js';
import { addressHmac } from '../../contacts/contact.js';
import { findCommunity } from '../../fund/communities/index.js';
import { currentCycle, isOpen } from '../../fund/cycles/index.js';
import { collection } from '../../store/collection.js';
import { cleanText } from '../../store/text.js';
import { dayOf, readTime } from '../../store/wallTime.js';
import { knownAmong } from '../outbox/known.js';
import { Message } from '../outbox/message.js';
import { quietUntil } from '../quietUntil.js';
import { recipients } from '../recipients.js';
import { CANCELLED_WITH } from './broadcast.js';
const MOST_SEGMENTS = 10;
const DAY_LATE_MS = 60_000;
/** Checks a broadcast and counts it: to how many, by channel, in how many segments, at what cost. Nothing is queued. */
export function planBroadcast(world, deps) {
    const roster = recipients(world, deps.channels);
    return async (draft) => {
        const community = await findCommunity(draft.community);
        if (!community)
            return { refused: 'noCommunity' };
        const text = cleanText(draft.text);
        if (text === '')
            return { refused: 'empty' };
        const wrong = wrongPlaceholder(text);
        if (wrong !== undefined)
            return { refused: 'placeholder', placeholder: wrong };
        const audience = await audienceOf(world, community, draft.to);
        if ('refused' in audience)
            return audience;
        const now = world.now();
        const dueAt = draft.at === undefined ? now : readTime(draft.at, community.timezone, now);
        if (!dueAt)
            return { refused: 'time' };
        if (dueAt.getTime() < now.getTime() - DAY_LATE_MS)
            return { refused: 'past' };
        const until = quietUntil(community, dueAt);
        if (until && draft.at !== undefined)
            return { refused: 'quiet', until };
        const whose = { community: community._id, day: dayOf(until ?? dueAt, community.timezone), text };
        const occasion = `broadcast|${hmac(world, whose, audience)}`;
        const counted = await counts(world, deps, { community, text, occasion }, roster(community, audience));
        if (counted.seen === 0)
            return { refused: 'nobody' };
        if (counted.longest > MOST_SEGMENTS)
            return { refused: 'tooLong', segments: counted.longest };
        const channels = [...counted.channels].map(([channel, sums]) => ({ channel, ...sums, ...costOf(community, channel, sums.units) }));
        const costs = channels.map(({ cost }) => cost);
        return {
            plan: {
                id: world.vault
                    .hmac('broadcast', whose.community, whose.day, text, draft.to)
                    .replaceAll(/[^0-9a-z]/gi, '')
                    .slice(0, 8)
                    .toLowerCase(),
                occasion,
                community: community._id,
                text,
                to: draft.to,
                ...(audience.to === 'not-voted' && { cycle: audience.cycle }),
                dueAt,
                ...(until && { waitsUntil: until }),
                channels,
                messages: channels.reduce((sum, { messages }) => sum + messages, 0),
                firsts: counted.firsts,
                ...(counted.sample && { sample: counted.sample }),
                leftOut: counted.leftOut,
                ...(costs.every((cost) => cost !== undefined) && { cost: costs.reduce((sum, cost) => sum + cost, 0) }),
                currency: community.prices?.currency ?? 'CNY',
            },
        };
    };
}
/** A broadcast to those who have not voted has an occasion of its own: otherwise, of the same text to a building, the number of those who got it already would tell how many have not. */
function hmac({ vault }, { community, day, text }, { to }) {
    return vault.hmac('broadcast', community, day, text, ...(to === 'not-voted' ? [to] : []));
}
async function audienceOf(world, { _id }, to) {
    if (to === 'all')
        return { to };
    const building = /^building:(.*\S.*)$/.exec(to)?.[1]?.trim();
    if (building !== undefined)
        return { to: 'building', building };
    if (to !== 'not-voted')
        return { refused: 'audience' };
    const cycle = await currentCycle(world)(_id, world.now());
    return cycle && isOpen(cycle, world.now()) ? { to, cycle: cycle._id } : { refused: 'noVote' };
}
async function counts(world, { word, units }, { community, text, occasion }, roster) {
    const counted = { seen: 0, longest: 0, firsts: 0, channels: new Map(), leftOut: { already: 0, stopped: 0, unreachable: 0 } };
    const known = knownAmong(world);
    const isOwn = text !== fillIn(text, {});
    const unitsOf = rememberedUnits();
    let lastAddress = '';
    for await (const batch of roster) {
        counted.seen += batch.length;
        const first = batch.flatMap((recipient) => recipient.reach.slice(0, 1).map((at) => {
            const to = { ...at, community: community._id };
            return { ...to, id: addressHmac(world.vault, to), recipient };
        }));
        counted.leftOut.unreachable += batch.length - first.length;
        const [stopped, told, already] = await Promise.all([stoppedAmong(first.map(({ id }) => id)), known(first), alreadyAmong(occasion, first)]);
        for (const to of first) {
            const { channel, address, recipient } = to;
            if (already.has(`${channel}|${recipient.resident}`))
                counted.leftOut.already += 1;
            else if (stopped.has(to.id))
                counted.leftOut.stopped += 1;
            else if (isOwn || lastAddress !== address) {
                const said = { key: 'notice.broadcast', params: { text: fillIn(text, recipient) } };
                const message = { community: community._id, language: recipient.language, channel, said, isFirst: !told.has(to.id) };
                const size = await unitsOf(message, isOwn ? shapeOf(said.params.text) : '');
                const sums = counted.channels.get(channel) ?? { messages: 0, units: 0 };
                counted.channels.set(channel, { messages: sums.messages + 1, units: sums.units + size });
                const isText = CHANNELS[channel].unit === 'segment';
                if (isText)
                    counted.longest = Math.max(counted.longest, size);
                if (message.isFirst)
                    counted.firsts += 1;
                if (!counted.sample || (isText && CHANNELS[counted.sample.channel].unit !== 'segment'))
                    counted.sample = message;
            }
            lastAddress = address;
        }
    }
    return counted;
    /** A text that is the same for many, or differs only in which Chinese characters a name has, is worded once. */
    function rememberedUnits() {
        const sizes = new Map();
        return async (message, shape) => {
            const name = `${message.language}|${message.channel}|${message.isFirst}|${shape}`;
            const size = sizes.get(name);
            if (size !== undefined)
                return size;
            const worded = units(message.channel, await word(message));
            sizes.set(name, worded);
            return worded;
        };
    }
}
/** A text with one and the same character for each Chinese one of a code unit: it takes as many segments, and as long to say. */
function shapeOf(text) {
    return text.replaceAll(/[\u4e00-\u9fff]/g, '一');
}
/** `channel|resident` of those for whom it is queued already. */
async function alreadyAmong(occasion, first) {
    const ids = first.map(({ channel, recipient }) => `${occasion}|${channel}|${recipient.resident}`);
    const queued = await collection(Message)
        .find({ _id: { $in: ids }, $nor: [CANCELLED_WITH] }, { projection: { _id: 1 } })
        .toArray();
    return new Set(queued.map(({ _id }) => _id.slice(occasion.length + 1)));
}
function costOf({ prices }, channel, units) {
    const price = CHANNELS[channel].isFree ? 0 : prices?.[channel];
    return price === undefined ? {} : { cost: Math.round(units * price * 1e6) / 1e6 };
}
/** A broadcast's text for one resident. A placeholder that the roster has no value for becomes empty. */
export function fillIn(text, { name = '', building = '' }) {
    const known = { name, building };
    return text.replaceAll(/\{(\w+)\}/g, (whole, placeholder) => known[placeholder] ?? whole).trim();
}
const KNOWN = ['{name}', '{building}'];
/** The first thing in braces that is not a placeholder, or a single brace; undefined if there is none. */
function wrongPlaceholder(text) {
    return (text.match(/\{[^{}]*\}?|\}/g) ?? []).find((found) => !KNOWN.includes(found));
}
