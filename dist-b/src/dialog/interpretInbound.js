import { maskNumbers } from '../store/text.js';
import { beforeIt, readPart } from './conversation.js';
import { letStandAlone } from './turn.js';
import { isForeign } from './understand/clauses.js';
import { doubtful } from './understand/commandIn.js';
import { ABOUT_PROJECTS } from './understand/meant.js';
import { mentionsIn } from './understand/mentions.js';
import { beginningOf, normalise, withSigns } from './understand/normalise.js';
import { understand, wholeCommand } from './understand/understand.js';
/** A question in SMS or chat stays open for 72 hours, counted from the end of the hour. */
const OPEN_MS = 72 * 60 * 60 * 1000;
/** What somebody quotes or passes on may be somebody else's: it is read back first. "回复 3 7" without a colon is what our texts ask for. */
const QUOTED = /^\s*(?:[>＞»「]|(?:回复|回覆|转发|轉發|引用|转|re|fwd?|fw)\s*[:：])/iu;
/**
 * What a message means, given what is open. A number answers a menu only if the menu was our last message; if not, the menu counts as
 * closed.
 */
export async function interpretInbound(deps, { inbound, begun, recent, turn }, ballot, { about }) {
    const input = 'text' in inbound.input ? { ...inbound.input, text: withSigns(inbound.input.text) } : inbound.input;
    const isQuoted = 'text' in input && QUOTED.test(input.text);
    const whole = 'text' in input && !isQuoted ? wholeCommand(input.text, ballot, deps.vocabulary) : undefined;
    if (whole)
        letStandAlone(turn);
    // a vote takes the place of whatever is open
    if (whole?.name === 'vote' && whole.numbers && !whole.card && 'text' in input && !input.isHeard)
        return { interpretation: { meaning: { kind: 'command', command: whole } } };
    const found = begun.open && isFresh(begun, inbound) ? readPart(deps.world, 'conversationOpen', begun, begun.open) : undefined;
    const open = found?.until && found.until <= inbound.at.getTime() ? undefined : found;
    if ('interpret' in input) {
        const interpretation = input.interpret(beforeIt(deps.world, begun, open));
        return { open: interpretation.stands ? interpretation.stands.open : open, interpretation };
    }
    if (!('text' in input))
        return { open, interpretation: { meaning: sure(input) } };
    const understood = understand(input.text, open?.asked, ballot, deps.vocabulary, about?.answers);
    const meaning = await withProjects(deps, input.isHeard || isQuoted ? doubtful(understood, open?.asked) : understood, {
        text: input.text,
        turn,
        ballot,
    });
    const isChoice = open?.asked.expects === 'choice' && meaning.kind === 'answer';
    const lastTurn = recent.at === undefined ? begun.at : new Date(recent.at);
    const isPast = isChoice && lastTurn !== undefined && (await deps.wroteSince(turn, lastTurn));
    return isPast
        ? { interpretation: { meaning: understand(input.text, undefined, ballot, deps.vocabulary, about?.answers) } }
        : { open, interpretation: { meaning } };
}
/** While voting is not open there is no ballot, but a project can be asked about by its name. */
async function withProjects({ projectsOf, vocabulary }, meaning, { text, turn, ballot }) {
    if (meaning.kind !== 'intent' || ballot.length > 0 || meaning.numbers.length > 0)
        return meaning;
    const plain = beginningOf(normalise(text));
    const mentions = mentionsIn(plain, await projectsOf(turn.community, turn.at), vocabulary);
    if (mentions.all.length > 0)
        return { ...meaning, numbers: mentions.all };
    return ABOUT_PROJECTS.has(meaning.intent) && isForeign(plain, mentions, meaning.intent, vocabulary) ? { kind: 'unknown' } : meaning;
}
function sure(input) {
    return 'answer' in input ? { kind: 'answer', answer: input.answer } : { kind: 'command', command: input.command };
}
/** Whether a message may become a ballot. From an address that sends too much, only such a message is looked at. */
export function mayCast(interpretation, open, catalogue) {
    if (!('meaning' in interpretation))
        return false;
    const { meaning } = interpretation;
    if (meaning.kind === 'command')
        return meaning.command.name === 'vote' && meaning.command.numbers !== undefined;
    if (meaning.kind !== 'answer')
        return false;
    const { type } = meaning.answer;
    if (type === 'CODE' && open?.role === 'identify' && open.flowTarget) {
        const { flow, input } = open.flowTarget;
        return catalogue[flow]?.role === 'vote' && input.numbers !== undefined;
    }
    return open?.role === 'vote' && (type === 'NUMBERS' || type === 'YES');
}
function isFresh(begun, { at }) {
    return begun.at !== undefined && at.getTime() - begun.at.getTime() < OPEN_MS;
}
/**
 * What a message leaves for the person who may call back, so that they know what it is about: words that were asked, or that nothing took.
 * Undefined for everything else: never picks, never digits that prove something.
 */
export function wordsOf({ input }, meaning, open, isWholeCommand) {
    if (!('text' in input) || open?.asked.expects === 'code' || !/\p{L}/u.test(input.text))
        return undefined;
    if (VOTE.test(input.text) && /\p{N}/u.test(input.text))
        return undefined;
    return isForPerson(meaning, isWholeCommand) ? withoutDigits(maskNumbers(input.text.trim())) : undefined;
}
/** Six digits and cards prove something, whatever stands between the digits: none of them is passed on. */
function withoutDigits(text) {
    return text.replace(PROVES, (run) => run.replace(/\p{Nd}/gu, '*'));
}
const PROVES = /\p{Nd}(?:[\s\p{P}]{0,3}\p{Nd}){5,}/gu;
/** Words of a vote: with a number among them, they may tell for what it was. */
const VOTE = /投(?!诉)|选|\bvote/i;
function isForPerson(meaning, isWholeCommand) {
    switch (meaning.kind) {
        case 'unknown':
        case 'ownAnswer':
            return true;
        case 'intent':
            return meaning.intent !== 'manners';
        case 'near':
            return meaning.command.numbers === undefined && meaning.command.card === undefined;
        case 'command':
            return meaning.command.name === 'person' && !isWholeCommand;
        default:
            return false;
    }
}
