import type { CommunityRecord } from '../fund/communities/index.ts';
import { CodedError } from '../store/codedError.ts';
import type { Command } from './command.ts';
import type { Identity } from './deps.ts';
import { type FlowEntry, type FlowInput, type FlowRole, type FlowTarget, flowWith } from './flow.ts';
import type { Inbound } from './input.ts';
import { questionIn, writtenIn } from './interpretInbound.ts';
import { type Acting, migrated, type OpenFlow, openFlow } from './openFlow.ts';
import type { Answer, Changed, Reply, ReplyOutcome, Statement } from './question.ts';
import { converse, type Settled, type Step, type Turn } from './turn.ts';
import type { AskedBeside, Meaning } from './understand/commandIn.ts';

/** What is known of a turn when its message is understood. */
export interface StepContext {
  readonly turn: Turn;
  readonly community: CommunityRecord;
  readonly language: string;
  readonly inbound: Inbound;
  readonly meaning: Meaning;
  readonly open?: OpenFlow;
  readonly isFirst: boolean;
  /** Voting is open: numbers out of the blue may be a vote. */
  readonly hasBallot: boolean;
  /** How many messages before this one were not understood, with nothing open. */
  readonly missed: number;
  /** What was written lately and no command took; empty if there is nothing. */
  readonly lastWords: string;
  /** `lastWords` without those of this message. */
  readonly wordsBefore: string;
  /** The last answer, for "say it again"; undefined if it is no longer stored. */
  readonly lastReply: () => Promise<Reply | undefined>;
}

export interface StepResult {
  readonly reply: Reply;
  readonly open?: OpenFlow;
  readonly language: string;
  /** The last answer was said again. */
  readonly isAgain?: true;
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
  if (meaning.kind === 'answer' && open) {
    if (meaning.asked) await askedBeside(runner, meaning.asked);
    return answer(runner, meaning.answer, open);
  }
  const asked = questionIn(meaning);
  if (asked?.intent === 'manners' && open?.asked.expects === 'confirmation') return { reply: { says: [], asks: open.asked }, language, open };
  if (asked) return inPassing(open, await runner.startRole('question', asked));
  const isIdle = !open || open.asked.expects === 'choice' || open.role === 'vote' || open.role === 'confirm';
  const isPicks = meaning.kind === 'numbers' || meaning.kind === 'named';
  if ((isIdle || (meaning.kind === 'named' && meaning.isVote)) && isPicks && context.hasBallot) return voteOn(runner, meaning);
  if (open) return missed(runner, open, isPicks || needsNobody(meaning));
  return 'text' in context.inbound.input ? unclear(runner, context) : runner.startRole('menu', {});
}

/** Reads picks back; what is asked beside them is answered first. */
async function voteOn(runner: FlowRunner, meaning: Extract<Meaning, { kind: 'numbers' | 'named' }>): Promise<StepResult> {
  const asked = meaning.kind === 'named' ? meaning.asked : undefined;
  if (asked) await askedBeside(runner, asked);
  return runner.startRole('vote', { ...(meaning.kind === 'named' && changedIn(meaning)), numbers: meaning.numbers, unsure: true });
}

/** Answers what is asked beside picks, or says that the rest has to be sent again. */
async function askedBeside(runner: FlowRunner, { isLater, ...asked }: AskedBeside): Promise<void> {
  if (isLater) runner.say({ key: 'common.restLater' });
  else await runner.startRole('question', asked);
}

/** How the picks came about. */
function changedIn({ change, isPart }: Changed): Changed {
  return { ...(change && { change }), ...(isPart && { isPart }) };
}

/** A complaint that goes on in the next message, before the answer to whether it is passed on: both are passed on. */
function goingOn(command: Command, { open, wordsBefore }: StepContext): Command {
  const isLonger = command.name === 'complain' && command.text !== undefined && open?.role === 'confirm' && wordsBefore !== '';
  return isLonger ? { ...command, text: `${wordsBefore} / ${command.text}` } : command;
}

function needsNobody(meaning: Meaning): boolean {
  return meaning.kind === 'unknown' && meaning.needsNobody === true;
}

/** So many messages in a row are asked about before a person calls: of those that no person is needed for, as long as somebody goes on. */
function mostMisses(needsNobody: boolean): number {
  return needsNobody ? 5 : 2;
}

/** Says that a message was not understood, and what it may have asked, or what can be sent. The menu would take a project's number for its own. The third time, a person calls. */
async function unclear(runner: FlowRunner, { missed, hasBallot, meaning }: StepContext): Promise<StepResult> {
  if (missed >= mostMisses(needsNobody(meaning))) return runner.startRole('person', { command: 'person' });
  if (meaning.kind === 'unknown' && meaning.supposed) {
    const says = [{ key: `common.supposed.${meaning.supposed}` }, { key: 'common.supposedElse' }];
    return { reply: { says, outcome: 'notUnderstood' }, language: runner.language };
  }
  const key = missed >= 1 ? 'common.missedAgain' : hasBallot ? 'common.unclear' : 'common.unclearIdle';
  return { reply: { says: [{ key }], outcome: 'notUnderstood' }, language: runner.language };
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

/** Asks again, in other words the second time. The third time, a person calls back; in a call, one is offered. */
async function missed(runner: FlowRunner, open: OpenFlow, needsNobody = false): Promise<StepResult> {
  const misses = open.misses + 1;
  if (misses > mostMisses(needsNobody) && !runner.isCall) return runner.startRole('person', { command: 'person' });
  const says = [{ key: `${open.asked.key}${misses === 1 ? 'Missed' : 'MissedAgain'}`, ...(open.asked.params && { params: open.asked.params }) }];
  return { reply: { says, outcome: 'notUnderstood' }, open: { ...open, misses }, language: runner.language };
}

/** In one turn, a flow leads to the next at most this often. */
const HOPS = 5;
const LANGUAGES: Partial<Record<string, string>> = { mandarin: 'zh-CN', sichuan: 'zh-CN-sichuan', english: 'en' };

/** Runs one or more flows in one turn. */
class FlowRunner {
  readonly identity: Identity;
  language: string;
  readonly #context: StepContext;
  readonly #says: Statement[] = [];
  #outcome?: ReplyOutcome;
  #hops = 0;

  constructor(identity: Identity, context: StepContext) {
    this.identity = identity;
    this.language = context.language;
    this.#context = context;
  }

  get isCall(): boolean {
    return this.#context.inbound.isCall === true;
  }

  say(statement: Statement): void {
    this.#says.push(statement);
  }

  act(acting: Acting | undefined, isOnRoster = false): void {
    if (acting) Object.assign(this.#context.turn, acting, { isOnRoster });
  }

  /**
   * Goes on as the resident who acted before, if the card that was shown, or else the number, is still theirs. A new card ends the old
   * one and whatever it linked.
   */
  async resumes({ flow, acting, shown }: OpenFlow): Promise<boolean> {
    if (shown && !(await this.identity.isInForce(this.#context.community._id, shown))) return false;
    if (shown) this.#context.turn.shown = shown;
    const { requires } = this.entryOf(flow);
    if (requires && acting && !acting.withCard) {
      const who = await this.identity.whoActs(this.#context.turn, this.#context.community, requires);
      if ('ask' in who || who.resident !== acting.resident) return false;
      this.act(who, true);
      return true;
    }
    this.act(acting);
    return true;
  }

  entryOf(flow: string): FlowEntry {
    const entry = this.identity.catalogue[flow];
    if (!entry) throw new CodedError('no-such-flow', `The catalogue has no flow ${flow}; add it to flows/index.ts.`);
    return entry;
  }

  flowTargetOf({ name, ...carried }: Command): FlowTarget {
    const found = Object.entries(this.identity.catalogue).find(([, { commands }]) => commands.includes(name));
    return { flow: found?.[0] ?? flowWith(this.identity.catalogue, 'menu'), input: { command: name, ...carried } };
  }

  startRole(role: FlowRole, input: FlowInput): Promise<StepResult> {
    return this.start({ flow: flowWith(this.identity.catalogue, role), input });
  }

  /**
   * Starts a flow. If the flow requires to know who acts and nobody is known, the flow that identifies comes first. Who is known by digits
   * alone, and not by their card, still has to be somebody who may vote from here. Throws `flows-in-a-circle`.
   */
  async start(flowTarget: FlowTarget, known?: Acting): Promise<StepResult> {
    if (++this.#hops > HOPS)
      throw new CodedError('flows-in-a-circle', `The flows lead from one to the next without an end; the last was ${flowTarget.flow}.`);
    const { flow } = flowTarget;
    const entry = this.entryOf(flow);
    const input =
      entry.role === 'person' && this.#context.lastWords !== '' ? { ...flowTarget.input, text: this.#context.lastWords } : flowTarget.input;
    this.language = LANGUAGES[input.command ?? ''] ?? this.language;
    if (known && (known.withCard || entry.requires !== 'ballot')) {
      this.act(known);
    } else if (entry.role === 'identify' && !input.why && !input.card && (await this.#isNewChat())) {
      return this.#settle(flow, { from: { input: { ...input, why: 'newChat' } } });
    } else if (entry.requires) {
      const who = input.card ? { ask: 'card' as const } : await this.identity.whoActs(this.#context.turn, this.#context.community, entry.requires);
      if (!('ask' in who)) this.act(who, true);
      // if there is no voting, that is the answer, whoever it is
      else if (entry.requires === 'resident' || this.#context.hasBallot)
        return this.startRole('identify', { why: who.ask, flowTarget, ...(input.card && { card: input.card }) });
    }
    return this.#settle(flow, { from: { input } }, entry.role === 'identify' ? input.flowTarget : undefined);
  }

  async #isNewChat(): Promise<boolean> {
    const who = await this.identity.whoActs(this.#context.turn, this.#context.community, 'resident');
    return 'ask' in who && who.ask === 'newChat';
  }

  async #settle(flow: string, step: Step, flowTarget?: FlowTarget): Promise<StepResult> {
    return this.goOn(flow, await this.step(flow, step), flowTarget);
  }

  /** Takes one step of a flow; its services act in this turn. */
  step(flow: string, step: Step): Promise<Settled> {
    return converse(this.entryOf(flow).machine, { ...step, turn: this.#context.turn });
  }

  /** What a settled flow leads to: the next flow, or what is said and stays open. */
  async goOn(flow: string, { reply, snapshot, isOver, output }: Settled, flowTarget?: FlowTarget): Promise<StepResult> {
    this.#says.push(...reply.says);
    this.#outcome = reply.outcome ?? this.#outcome;
    if (isOver && output.identified && flowTarget) return this.start(withoutCard(flowTarget), output.identified);
    if (isOver && output.next) return this.start(output.next);
    const asked = isOver ? undefined : reply.asks;
    const open = snapshot && asked && openFlow(this.entryOf(flow), { flow, snapshot, asked, flowTarget }, this.#acting());
    const said: Reply = { says: this.#says, ...(open && { asks: open.asked }), ...(this.#outcome && { outcome: this.#outcome }) };
    return { reply: said, language: this.language, ...(open && { open }) };
  }

  /** Who acts in what stays open: strict communities want the card with every ballot. */
  #acting() {
    const { turn, community } = this.#context;
    const { resident, shown, withCard, cast } = turn;
    return { resident, shown, withCard: withCard && !(cast && community.verify === 'strict') };
  }
}

function withoutCard({ flow, input: { card: _, ...input } }: FlowTarget): FlowTarget {
  return { flow, input };
}
