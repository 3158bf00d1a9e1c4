import { CHANNELS } from '../../contacts/channel.js';
import { currentCycle, isOpen } from '../../fund/cycles/index.js';
import { buildingsOf, checkRight } from '../../fund/people/index.js';
import { isSame } from '../../store/crypto.js';
import { digestOf } from '../recipients.js';
import { audienceOf, broadcastById } from './broadcast.js';
import { createBroadcast } from './cadreBroadcast.js';
import { fillIn, planBroadcast } from './planBroadcast.js';
/**
 * Checks and counts a broadcast; nothing is queued. To whom it goes when it is for those who have not voted is not shown: the first message is then
 * filled with the name of the person who asks. Rejects with `not-allowed` (`checkRight`).
 */
export function checkBroadcast(world, deps) {
    const checked = checkedWith(world, deps);
    return async (draft, actor) => {
        const outcome = await checked(draft, actor);
        return 'refused' in outcome ? outcome : { check: outcome.check };
    };
}
/**
 * Sends a broadcast that was checked: writes it down, and the service queues it. If the roster or the text changed meanwhile, or it would reach more people
 * or cost more, it gives the new check instead. The same text to the same people on the same day is one broadcast. Rejects with `not-allowed`.
 */
export function sendBroadcast(world, deps) {
    const checked = checkedWith(world, deps);
    return async (draft, mark, actor) => {
        const outcome = await checked(draft, actor);
        if ('refused' in outcome)
            return outcome;
        const { check, isStill } = outcome;
        if (check.before)
            return { sent: check.before, isNew: false };
        if (check.plan.messages === 0)
            return { refused: 'nobody' };
        if (!isStill(mark))
            return { changed: check };
        return { sent: await createBroadcast(world, check.plan, actor), isNew: true };
    };
}
function checkedWith(world, deps) {
    const plan = planBroadcast(world, deps);
    return async (draft, actor) => {
        checkRight(actor, 'createBroadcast', draft.community);
        const outcome = await plan(draft);
        if ('refused' in outcome)
            return outcome;
        const planned = outcome.plan;
        const [found, people] = await Promise.all([broadcastById(planned.id), digestOf(planned.community, audienceOf(planned))]);
        const before = found?.state === 'cancelled' ? undefined : found;
        const sample = sampleFor(planned, actor);
        const units = planned.channels.reduce((sum, each) => sum + each.units, 0);
        const whatStays = whatMayNotChange(planned, { at: draft.at, people, cancelledAt: before ? undefined : found?.at });
        const markOf = (most) => [...most, world.vault.hmac('broadcast', 'checked', JSON.stringify([most, whatStays]))].join('.');
        const isNobody = planned.messages === 0 && !before;
        return {
            check: {
                plan: planned,
                mark: markOf([planned.messages, units]),
                warnings: [...(isNobody ? [{ warning: 'nobody' }] : []), ...(await warningsOf(deps, planned, sample))],
                ...(sample && { preview: await previewOf(deps, sample) }),
                ...(before && { before }),
            },
            isStill: (mark) => {
                const [messages = -1, most = -1] = mark.split('.').map(Number);
                return planned.messages <= messages && units <= most && isSame(mark, markOf([messages, most]));
            },
        };
    };
}
/** Between the check and the sending. `cancelledAt`: when the same was written down that was cancelled since. */
function whatMayNotChange(plan, more) {
    const { community, text, to, cycle, waitsUntil, channels } = plan;
    const prices = channels.map(({ channel, units, cost }) => [channel, cost === undefined || units === 0 ? null : (cost / units).toFixed(6)]);
    return { community, text, to, cycle, waitsUntil, prices, ...more };
}
async function previewOf({ word, parts }, sample) {
    const { channel, language } = sample;
    return { channel, language, parts: parts(channel, await word(sample)) };
}
function sampleFor({ sample, to, text }, { name }) {
    if (!sample || to !== 'not-voted')
        return sample;
    return { ...sample, said: { ...sample.said, params: { text: fillIn(text, { name, building: EXAMPLE }) } } };
}
const EXAMPLE = '1栋';
const LINK = /(?:https?:\/\/|www\.)\S+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:cn|com|net|org|top|cc|me|ly|link|xyz|info)\b(?:\/\S*)?/i;
/** Characters that may count twice in any text, and those that the shorter alphabet of text messages may lack. Chinese is no mistake. */
const SPECIAL = [/(?!\p{Script=Han})[\u{10000}-\u{10ffff}]/gu, /[^\p{ASCII}\p{Script=Han}]|[[\]{}^~|\\]/gu];
async function warningsOf({ word, units }, { text }, sample) {
    const link = LINK.exec(text)?.[0];
    const warnings = link ? [{ warning: 'link', link }] : [];
    if (!sample || CHANNELS[sample.channel].unit !== 'segment')
        return warnings;
    const filled = String(sample.said.params?.text ?? '');
    const segmentsOf = async (said) => units(sample.channel, await word({ ...sample, isFirst: false, said: { ...sample.said, params: { text: said } } }));
    const segments = await segmentsOf(filled);
    if (segments > 1)
        warnings.push({ warning: 'long', segments });
    for (const special of SPECIAL) {
        const characters = [...new Set(text.replaceAll(/\{\w+\}/g, '').match(special))];
        if (characters.length === 0 || (await segmentsOf(filled.replaceAll(special, 'x'))) >= segments)
            continue;
        return [...warnings, { warning: 'special', characters }];
    }
    return warnings;
}
/** To whom a broadcast of a community may go now. Rejects with `not-allowed` (`checkRight`). */
export function audiences(world) {
    const current = currentCycle(world);
    return async (community, actor) => {
        checkRight(actor, 'createBroadcast', community);
        const now = world.now();
        const [cycle, buildings] = await Promise.all([current(community, now), buildingsOf(community)]);
        return { isVoting: cycle !== null && isOpen(cycle, now), buildings };
    };
}
