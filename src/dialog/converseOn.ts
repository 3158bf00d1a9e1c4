import { CodedError } from '../store/codedError.ts';
import type { Command } from './command.ts';
import type { FlowInput } from './flow.ts';
import { FlowRunner, type Identity, type RunContext, type StepResult } from './flowRunner.ts';
import type { Inbound } from './input.ts';
import { writtenIn } from './interpretInbound.ts';
import { migrated, type OpenFlow } from './openFlow.ts';
import type { Answer, Reply } from './question.ts';
import type { Meaning } from './understand/commandIn.ts';

export interface StepContext extends RunContext {
  readonly inbound: Inbound;
  readonly meaning: Meaning;
  readonly open?: OpenFlow;
  readonly isFirst: boolean;
  /** `lastWords` without those of this message. */
  readonly wordsBefore: string;
  /** The last answer, for "say it again"; undefined if it is no longer stored. */
  readonly lastReply: () => Promise<Reply | undefined>;
}

/** Goes on from what was understood: a command, an answer, or neither. Gives what is said and what stays open. */
export async function converseOn(identity: Identity, context: StepContext): Promise<StepResult> {
  const { meaning, open, turn, isFirst } = context;
  const language = (isFirst ? ((await identity.languageOf(turn)) ?? writtenIn(context.inbound.input)) : undefined) ?? context.language;
  const { hasMediaOnly, pictures } = 'text' in context.inbound.input ? context.inbound.input : {};
  const runner = new FlowRunner(identity, { ...context, language });
  if (hasMediaOnly && pictures) return inPassing(open, await runner.startRole('pictures', { pictures }));
  if (hasMediaOnly) return { reply: { says: [{ key: 'common.notText' }] }, language, ...(open && { open }) };
  if (meaning.kind === 'command') return command(runner, meaning.command, context);
  if (meaning.kind === 'near') return runner.startRole('confirm', { flowTarget: runner.flowTargetOf(goingOn(meaning.command, context)) });
  if (meaning.kind === 'answer' && open) return answer(runner, meaning.answer, open);
  const asked = questionIn(meaning);
  if (asked?.intent === 'manners' && open?.asked.expects === 'confirmation') return { reply: { says: [], asks: open.asked }, language, open };
  if (asked) return inPassing(open, await runner.startRole('question', asked));
  const isIdle = !open || open.asked.expects === 'choice' || open.role === 'vote';
  const isPicks = meaning.kind === 'numbers' || meaning.kind === 'named';
  if ((isIdle || (meaning.kind === 'named' && meaning.isVote)) && isPicks && context.hasBallot)
    return runner.startRole('vote', { numbers: meaning.numbers, unsure: true });
  return open ? missed(runner, open) : unclear(await runner.startRole('menu', {}));
}

/** A complaint that goes on in the next message, before the answer to whether it is passed on: both are passed on. */
function goingOn(command: Command, { open, wordsBefore }: StepContext): Command {
  const isLonger = command.name === 'complain' && command.text !== undefined && open?.role === 'confirm' && wordsBefore !== '';
  return isLonger ? { ...command, text: `${wordsBefore} / ${command.text}` } : command;
}

/** The menu in answer to what was not understood: it counts as the first miss. */
function unclear({ open, ...result }: StepResult): StepResult {
  return { ...result, ...(open && { open: { ...open, misses: 1 } }) };
}

async function command(runner: FlowRunner, command: Command, context: StepContext): Promise<StepResult> {
  const { open, inbound } = context;
  const repeated = command.name === 'repeat' && (await again(runner, context));
  if (repeated) return repeated;
  const isAskedFor = open?.role === 'identify' && open.flowTarget && runner.entryOf(open.flow).commands.includes(command.name);
  if (isAskedFor && command.card) return answer(runner, { type: 'CODE', digits: command.card }, open);
  const tapped = open?.role === 'vote' ? tap(command) : undefined;
  if (tapped && open) return answer(runner, tapped, open);
  const isConsent = (command.name === 'stop' || command.name === 'start') && 'text' in inbound.input;
  // the resident's own words are kept as proof
  const pictures = 'text' in inbound.input ? inbound.input.pictures : undefined;
  const flowTarget = runner.flowTargetOf(isConsent ? { ...command, text: inbound.input.text } : { ...command, ...(pictures && { pictures }) });
  const result = await runner.start(flowTarget);
  if (!runner.entryOf(flowTarget.flow).aside) return result;
  const isClosed = open?.asked.expects === 'code' && open.asked.lapses && result.language === context.language;
  const passed = inPassing(isClosed ? undefined : open, result);
  const isInAnother = passed.open === open && passed.language !== context.language && 'text' in inbound.input;
  return isInAnother && open ? { ...passed, reply: { ...passed.reply, asks: open.asked } } : passed;
}

/** What a flow that answers in passing leaves open: what was open before. Of a menu, only its last showing can be answered. */
function inPassing(open: OpenFlow | undefined, result: StepResult): StepResult {
  return open && !result.open && open.asked.expects !== 'choice' ? { ...result, open } : result;
}

/** What is asked without a command, for the flow that answers it. */
function questionIn(meaning: Meaning): FlowInput | undefined {
  if (meaning.kind === 'ownAnswer') return { ownAnswer: meaning.answer };
  return meaning.kind === 'intent' ? { intent: meaning.intent, numbers: meaning.numbers } : undefined;
}

/** What a tap means for the ballot that is open. */
function tap({ tapped, numbers: [number] = [] }: Command): Answer | undefined {
  if (tapped === 'afresh') return { type: 'AFRESH' };
  return tapped && number !== undefined ? { type: 'ADD', number } : undefined;
}

/** The last answer again; if there is none, the open question, which outlives the answer that asked it. */
async function again({ language }: FlowRunner, { open, lastReply }: StepContext): Promise<StepResult | undefined> {
  const said = await lastReply();
  const reply = said ?? (open && { says: [], asks: open.asked });
  return reply && { reply, language, ...(open && { open }), ...(said && { isAgain: true }) };
}

async function answer(runner: FlowRunner, answer: Answer, open: OpenFlow): Promise<StepResult> {
  const snapshot = migrated(runner.identity.catalogue, open);
  if (!snapshot || !(await runner.resumes(open))) return restarted(runner, open);
  try {
    const settled = await runner.step(open.flow, { from: { snapshot }, answer });
    return settled.understood ? await runner.goOn(open.flow, settled, open.flowTarget) : missed(runner, open);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'not-restored') return restarted(runner, open);
    throw error;
  }
}

function restarted(runner: FlowRunner, { flow, flowTarget }: OpenFlow): Promise<StepResult> {
  runner.say({ key: 'common.restarted' });
  const again = flowTarget ?? { flow, input: {} };
  return runner.identity.catalogue[again.flow] ? runner.start(again) : runner.startRole('menu', {});
}

/** Asks again, in other words the second time. The third time, a person calls. */
async function missed(runner: FlowRunner, open: OpenFlow): Promise<StepResult> {
  const misses = open.misses + 1;
  if (misses > 2) return runner.startRole('person', { command: 'person' });
  const says = [{ key: `${open.asked.key}${misses === 1 ? 'Missed' : 'MissedAgain'}`, ...(open.asked.params && { params: open.asked.params }) }];
  return { reply: { says, outcome: 'notUnderstood' }, open: { ...open, misses }, language: runner.language };
}
