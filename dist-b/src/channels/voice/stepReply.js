import { keeping, leftOf, optionsOf } from './callState.js';
import { spokenDetail } from './speech.js';
const MOST_MISSES = 3;
/**
 * A step that means something for the flows. Their question takes the place of what this machine had asked. If the caller asks for a
 * person, their picks are kept.
 */
export function meant({ step, callState: before, open: stood }, meaning) {
    const { asked: _, numbers: __, ...rest } = before;
    const isForPerson = meaning.kind === 'command' && meaning.command.name === 'person';
    const kept = isForPerson ? keeping(before, before, stood) : rest.kept;
    const callState = { ...rest, silences: 0, misses: 0, ...(kept && { kept }) };
    return {
        meaning,
        finish: ({ reply, open }) => {
            const here = { step, callState, open };
            if (open && !reply.asks)
                return asksAgain(here, open, reply);
            if (open)
                return isKept(callState.kept, open) ? passesOn({ ...here, callState: { ...callState, asked: 'goOn' } }, reply) : spoken(reply, callState);
            const own = isCast(reply) ? 'afterCast' : 'after';
            const bySms = own === 'afterCast' && step.isMobile ? [{ key: 'voice.receiptBySms' }] : [];
            const { kept: ___, ...done } = callState;
            return passesOn({ ...here, callState: { ...(isForPerson ? callState : done), asked: own } }, { ...reply, says: [...reply.says, ...bySms] });
        },
    };
}
/** An answer for the flow that asked. */
export function answered(here, answer) {
    return meant(here, { kind: 'answer', answer });
}
/** A command, before whose answer something may be said. */
export function command(here, name, first = []) {
    const interpretation = meant(here, { kind: 'command', command: { name } });
    if (first.length === 0 || !('meaning' in interpretation))
        return interpretation;
    return {
        ...interpretation,
        finish: (result) => {
            const { reply, ...told } = interpretation.finish(result);
            return { ...told, reply: { ...reply, says: [...first, ...reply.says] } };
        },
    };
}
/** The last answer again, slowly; what this machine had asked stands. */
export function repeat(here) {
    return {
        meaning: { kind: 'command', command: { name: 'repeat' } },
        finish: ({ reply, open }) => (reply.asks || !open ? spoken({ ...reply, isSlow: true }, here.callState) : passesOn({ ...here, open }, reply)),
    };
}
/** Something came that does not fit what this machine asked. It is asked again in other words; the third time, a person is notified. */
export function missed(here, why = { key: 'voice.notUnderstood' }) {
    const misses = here.callState.misses + 1;
    if (misses >= MOST_MISSES)
        return command(here, 'person');
    return asks({ ...here, callState: { ...here.callState, misses } }, [why], misses === 1 ? 'Missed' : 'MissedAgain');
}
/** Says something and asks the question that stands: this machine's own, else the flow's, in its own words or in others. */
export function asks({ callState, open }, says, how = '') {
    const asked = callState.asked ? own(callState.asked, callState, open) : open?.asked;
    return spoken({ says, ...(asked && { asks: { ...asked, key: `${asked.key}${how}` } }) }, callState);
}
/** Says what a flow said, and asks the question that stands. */
function passesOn(here, { says, outcome }) {
    const { reply, ...told } = asks(here, says);
    return { ...told, reply: { ...reply, ...(outcome && { outcome }) } };
}
/** A reply without the flows, with the call state for the next step. */
export function spoken(reply, callState) {
    return { reply, ...(callState && { callState: JSON.stringify(callState) }) };
}
/** After a flow answered in passing, or did not understand: on the phone the open question has to be heard again. */
function asksAgain(here, open, reply) {
    if (reply.outcome !== 'notUnderstood')
        return passesOn(here, reply);
    return asks(here, [{ key: 'voice.notUnderstood' }], open.misses === 1 ? 'Missed' : 'MissedAgain');
}
function isKept(kept, { role, asked, acting }) {
    return kept !== undefined && role === 'vote' && asked.expects === 'numbers' && acting?.resident === kept.resident;
}
/** Whether a ballot was cast with this reply. */
export function isCast({ outcome }) {
    return outcome === 'cast' || outcome === 'changed';
}
function own(asked, { numbers }, open) {
    const { picks = [], reading = 0 } = numbers ?? {};
    const isNumber = { expects: 'numbers', options: [], min: 0, max: 0 };
    switch (asked) {
        case 'more':
            return { key: 'voice.more', params: { left: leftOf(open, picks) }, ...isNumber };
        case 'number':
        case 'last':
            return { key: `voice.${asked}`, ...isNumber };
        case 'project':
            return { key: 'voice.project', params: project(optionsOf(open)[reading]), expects: 'choice', options: [] };
        case 'listEnd':
            return { key: picks.length > 0 ? 'voice.listEnd' : 'voice.listEndNone', expects: 'choice', options: [] };
        default:
            return { key: `voice.${asked}`, expects: 'choice', options: [] };
    }
}
function project(option) {
    if (!option)
        return {};
    const { number, label, cost, detail = '' } = option;
    return { number, label, cost, detail: spokenDetail(detail) };
}
/**
 * Adds what a caller has to know once in a call, and once more in another language: how many projects and until when, before they choose;
 * where the hash key is, as it is named.
 */
export function tellingOnce(interpretation, open) {
    if (!('meaning' in interpretation))
        return { ...interpretation, ...telling(interpretation, { open }) };
    return { ...interpretation, finish: (result) => telling(interpretation.finish(result), result) };
}
function telling(spoken, { open, language: now }) {
    const { reply, callState: stored } = spoken;
    if (stored === undefined || !reply.asks)
        return spoken;
    const callState = JSON.parse(stored);
    const language = now ?? callState.language;
    const isOther = callState.language !== undefined && language !== callState.language;
    const told = isOther ? [] : (callState.told ?? []);
    const news = NEWS.filter(([what]) => !told.includes(what)).flatMap(([what, saying]) => {
        const says = saying(reply, callState, open);
        return says.length > 0 ? [{ what, says }] : [];
    });
    if (news.length === 0)
        return spoken;
    const after = { ...callState, told: [...told, ...news.map(({ what }) => what)], ...(language && { language }) };
    return { ...spoken, reply: { ...reply, says: [...reply.says, ...news.flatMap(({ says }) => says)] }, callState: JSON.stringify(after) };
}
const NEWS = [
    ['limits', limits],
    ['hash', hash],
];
function limits(_, { asked: own }, open) {
    const asked = open?.asked;
    const closesAt = asked?.params?.closesAt;
    if (own || asked?.expects !== 'numbers' || closesAt === undefined)
        return [];
    const upTo = asked.max > 1 ? { key: 'voice.upTo', params: { max: asked.max } } : { key: 'voice.upToOne' };
    return [upTo, { key: 'voice.until', params: { closesAt } }];
}
function hash({ asks }, callState) {
    return asks?.expects === 'freeText' || namesHash(callState) ? [{ key: 'voice.whereHash' }] : [];
}
/** Whether what this machine asks names the hash key. A project that is read does so once one is picked, or if it is asked again. */
function namesHash({ asked, numbers, misses, silences }) {
    if (asked === undefined || asked === 'goOn')
        return false;
    return asked !== 'project' || (numbers?.picks.length ?? 0) > 0 || misses + silences > 0;
}
