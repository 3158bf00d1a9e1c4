import { CodedError } from '../store/codedError.js';
import { FlowRunner } from './flowRunner.js';
import { migrated } from './openFlow.js';
/** Goes on from what was understood: a command, an answer, or neither. Gives what is said and what stays open. */
export async function converseOn(identity, context) {
    const { meaning, open, turn, isFirst } = context;
    const language = (isFirst ? ((await identity.languageOf(turn)) ?? writtenIn(context.inbound.input)) : undefined) ?? context.language;
    const { hasMediaOnly, pictures } = 'text' in context.inbound.input ? context.inbound.input : {};
    const runner = new FlowRunner(identity, { ...context, language });
    if (hasMediaOnly && pictures)
        return inPassing(open, await runner.startRole('pictures', { pictures }));
    if (hasMediaOnly)
        return { reply: { says: [{ key: 'common.notText' }] }, language, ...(open && { open }) };
    if (meaning.kind === 'command')
        return command(runner, meaning.command, context);
    if (meaning.kind === 'near')
        return runner.startRole('confirm', { flowTarget: runner.flowTargetOf(goingOn(meaning.command, context)) });
    if (meaning.kind === 'answer' && open)
        return answer(runner, meaning.answer, open);
    const asked = questionIn(meaning);
    if (asked?.intent === 'manners' && open?.asked.expects === 'confirmation')
        return { reply: { says: [], asks: open.asked }, language, open };
    if (asked)
        return inPassing(open, await runner.startRole('question', asked));
    const isIdle = !open || open.asked.expects === 'choice' || open.role === 'vote';
    const isPicks = meaning.kind === 'numbers' || meaning.kind === 'named';
    if ((isIdle || (meaning.kind === 'named' && meaning.isVote)) && isPicks && context.hasBallot)
        return runner.startRole('vote', { numbers: meaning.numbers, unsure: true });
    return open ? missed(runner, open) : unclear(await runner.startRole('menu', {}));
}
/** Words that nobody writes who does not read English. */
const ENGLISH = /\b(?:the|is|are|do|does|how|what|where|when|who|why|can|could|my|your|you|for|about|vote|help|join|register|propose|please|want|english)\b/i;
/** A sentence of three words or more, with a word that is no command of ours, which a reader of Chinese may have copied. */
const SENTENCE = /^(?=.*\b(?:the|is|are|do|does|did|how|what|where|when|who|why|can|could|my|your|you|about|this|it)\b)\P{L}*\p{L}+(?:\P{L}+\p{L}+){2,}/iu;
/** The language of an answer to somebody who reads another one otherwise, but surely wrote this message in English. */
export function surelyReads(input) {
    const isEnglish = 'text' in input && !/\p{Script=Han}/u.test(input.text) && SENTENCE.test(input.text);
    return isEnglish ? 'en' : undefined;
}
/** The language in which somebody new surely reads, by their first message. */
function writtenIn(input) {
    const isEnglish = 'text' in input && !/\p{Script=Han}/u.test(input.text) && ENGLISH.test(input.text);
    return isEnglish ? 'en' : undefined;
}
/** A complaint that goes on in the next message, before the answer to whether it is passed on: both are passed on. */
function goingOn(command, { open, wordsBefore }) {
    const isLonger = command.name === 'complain' && command.text !== undefined && open?.role === 'confirm' && wordsBefore !== '';
    return isLonger ? { ...command, text: `${wordsBefore} / ${command.text}` } : command;
}
/** The menu in answer to what was not understood: it counts as the first miss. */
function unclear({ open, ...result }) {
    return { ...result, ...(open && { open: { ...open, misses: 1 } }) };
}
async function command(runner, command, context) {
    const { open, inbound } = context;
    const repeated = command.name === 'repeat' && (await again(runner, context));
    if (repeated)
        return repeated;
    const isAskedFor = open?.role === 'identify' && open.flowTarget && runner.entryOf(open.flow).commands.includes(command.name);
    if (isAskedFor && command.card)
        return answer(runner, { type: 'CODE', digits: command.card }, open);
    const tapped = open?.role === 'vote' ? tap(command) : undefined;
    if (tapped && open)
        return answer(runner, tapped, open);
    const isConsent = (command.name === 'stop' || command.name === 'start') && 'text' in inbound.input;
    // the resident's own words are kept as proof
    const pictures = 'text' in inbound.input ? inbound.input.pictures : undefined;
    const flowTarget = runner.flowTargetOf(isConsent ? { ...command, text: inbound.input.text } : { ...command, ...(pictures && { pictures }) });
    const result = await runner.start(flowTarget);
    if (!runner.entryOf(flowTarget.flow).aside)
        return result;
    const isClosed = open?.asked.expects === 'code' && open.asked.lapses && result.language === context.language;
    const passed = inPassing(isClosed ? undefined : open, result);
    const isInAnother = passed.open === open && passed.language !== context.language && 'text' in inbound.input;
    return isInAnother && open ? { ...passed, reply: { ...passed.reply, asks: open.asked } } : passed;
}
/** What a flow that answers in passing leaves open: what was open before. Of a menu, only its last showing can be answered. */
function inPassing(open, result) {
    return open && !result.open && open.asked.expects !== 'choice' ? { ...result, open } : result;
}
/** What is asked without a command, for the flow that answers it. */
function questionIn(meaning) {
    if (meaning.kind === 'ownAnswer')
        return { ownAnswer: meaning.answer };
    return meaning.kind === 'intent' ? { intent: meaning.intent, numbers: meaning.numbers } : undefined;
}
/** What a tap means for the ballot that is open. */
function tap({ tapped, numbers: [number] = [] }) {
    if (tapped === 'afresh')
        return { type: 'AFRESH' };
    return tapped && number !== undefined ? { type: 'ADD', number } : undefined;
}
/** The last answer again; if there is none, the open question, which outlives the answer that asked it. */
async function again({ language }, { open, lastReply }) {
    const said = await lastReply();
    const reply = said ?? (open && { says: [], asks: open.asked });
    return reply && { reply, language, ...(open && { open }), ...(said && { isAgain: true }) };
}
async function answer(runner, answer, open) {
    const snapshot = migrated(runner.identity.catalogue, open);
    if (!snapshot || !(await runner.resumes(open)))
        return restarted(runner, open);
    try {
        const settled = await runner.step(open.flow, { from: { snapshot }, answer });
        return settled.understood ? await runner.goOn(open.flow, settled, open.flowTarget) : missed(runner, open);
    }
    catch (error) {
        if (error instanceof CodedError && error.code === 'not-restored')
            return restarted(runner, open);
        throw error;
    }
}
function restarted(runner, { flow, flowTarget }) {
    runner.say({ key: 'common.restarted' });
    const again = flowTarget ?? { flow, input: {} };
    return runner.identity.catalogue[again.flow] ? runner.start(again) : runner.startRole('menu', {});
}
/** Asks again, in other words the second time. The third time, a person calls. */
async function missed(runner, open) {
    const misses = open.misses + 1;
    if (misses > 2)
        return runner.startRole('person', { command: 'person' });
    const says = [{ key: `${open.asked.key}${misses === 1 ? 'Missed' : 'MissedAgain'}`, ...(open.asked.params && { params: open.asked.params }) }];
    return { reply: { says, outcome: 'notUnderstood' }, open: { ...open, misses }, language: runner.language };
}
