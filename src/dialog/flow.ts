import { type AnyStateMachine, fromPromise, type NonReducibleUnknown, type Snapshot } from 'xstate';
import { CodedError } from '../store/codedError.ts';
import type { Command, CommandName, Intent } from './command.ts';
import type { Answer, Changed, Question, ReplyOutcome, Statement } from './question.ts';

/** The XState types that every flow shares; `Context` and `Input` are the flow's own. */
export interface Flow<Context, Input, Output extends FlowOutput = FlowOutput> {
  context: Context;
  input: Input;
  output: Output;
  events: Answer;
  emitted: { type: 'SAY' } & FlowStatement;
  tags: 'busy';
  meta: Meta<Context>;
}

/** A statement of a flow, and what it means for the turn that this is said. */
export interface FlowStatement extends Statement {
  readonly outcome?: ReplyOutcome;
}

/** What each waiting state declares; diagrams, lint and channels read it. */
export interface Meta<Context> {
  ask: (context: Context) => Question;
}

/** How a flow ends: with nothing more, with another flow to go on with, or (role `identify`) with the person who was identified. */
export interface FlowOutput {
  readonly next?: FlowTarget;
  readonly identified?: { readonly resident: string; readonly withCard: boolean };
}

/** A flow to start, chosen by a command or by a menu's number. */
export interface FlowTarget {
  readonly flow: string;
  readonly input: FlowInput;
}

/** What any flow may be started with: what the command carried, and how it came. */
export interface FlowInput extends Changed {
  readonly command?: CommandName;
  readonly numbers?: readonly number[];
  readonly card?: string;
  readonly text?: string;
  /** The carrier's names of pictures that came with it. */
  readonly pictures?: readonly string[];
  /** It is not certain that this is a vote: it is read back before it is cast. */
  readonly unsure?: boolean;
  readonly tapped?: Command['tapped'];
  /** Role `identify`: why the card is asked for. */
  readonly why?: 'shared' | 'stranger' | 'pending' | 'newChat' | 'card' | 'strict' | 'locked' | 'newPhone';
  /** Role `question`: what is asked; `numbers` are then the projects that are named. */
  readonly intent?: Intent;
  /** Role `question`: which of the community's own answers is asked for, counted from 0. */
  readonly ownAnswer?: number;
  /** Six digits were repeated on the way here. Only the flow that asks for them sets it. */
  readonly proved?: boolean;
  /** Roles `identify` and `prove`: where the resident wanted to go. Role `confirm`: what was nearly said. */
  readonly flowTarget?: FlowTarget;
}

/** A service that the flow names and the app provides (`machine.provide`). If it is not provided, it rejects. */
export function service<Output, Input = NonReducibleUnknown>(name: string) {
  return fromPromise<Output, Input>(() => Promise.reject(new Error(`service ${name} is not provided`)));
}

/** The only way in which a flow speaks: `actions: { say: enqueueActions(say) }`, with what is said, in order. */
export function say({ enqueue }: Saying, says: readonly FlowStatement[]): void {
  for (const said of says) enqueue.emit({ type: 'SAY', ...said });
}

interface Saying {
  readonly enqueue: { readonly emit: (said: { type: 'SAY' } & FlowStatement) => void };
}

/** The roles for which the dialog, a channel or a reminder needs one certain flow. One flow of the catalogue plays each role. */
export const FLOW_ROLES = [
  /** Takes a message that leads nowhere else. */
  'menu',
  /** It casts ballots. Numbers out of the blue and tapped projects are picks for it. */
  'vote',
  'propose',
  'ask',
  /** Finds out who somebody is, on the way to a flow that requires it. */
  'identify',
  /** Answers what is asked without a command. */
  'question',
  /** Asks whether what was nearly a command was meant. */
  'confirm',
  /** Asks for a proof of who somebody is, before something that nobody else may do. */
  'prove',
  /** A person calls back. */
  'person',
  /** Takes pictures that came without a word. */
  'pictures',
] as const;
export type FlowRole = (typeof FLOW_ROLES)[number];

/** One flow of the catalogue. */
export interface FlowEntry {
  readonly machine: AnyStateMachine;
  readonly role?: FlowRole;
  /** Who must be known before it starts. If nobody is known, the dialog first runs the flow that identifies. */
  readonly requires?: 'ballot' | 'resident';
  /** The commands that start it. */
  readonly commands: readonly CommandName[];
  /** Answered in passing: the question that was asked before stays open. */
  readonly aside?: boolean;
  /** From older versions of the machine to this one; each is a pure step. */
  readonly migrations?: readonly Migration[];
}

export interface Migration {
  readonly from: string;
  readonly to: string;
  readonly migrate: (snapshot: Snapshot<unknown>) => Snapshot<unknown>;
}

export type Catalogue = Readonly<Record<string, FlowEntry>>;

/** The name of the flow that plays a role. Throws `no-such-role` if none does. */
export function flowWith(catalogue: Catalogue, role: FlowRole): string {
  const found = Object.keys(catalogue).find((flow) => catalogue[flow]?.role === role);
  if (found === undefined) throw new CodedError('no-such-role', `No flow of the catalogue has the role ${role}; give it to one in flows/index.ts.`);
  return found;
}
