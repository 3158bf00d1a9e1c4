import { fromPromise, type NonReducibleUnknown } from 'xstate';
import type { Command, CommandName } from './command.ts';
import type { Answer, Question, ReplyOutcome, Statement } from './question.ts';

/** The XState types every flow shares; `Context` and `Input` are the flow's own. */
export interface Flow<Context, Input, Output extends FlowOutput = FlowOutput> {
  context: Context;
  input: Input;
  output: Output;
  events: Answer;
  emitted: { type: 'SAY' } & FlowStatement;
  tags: 'busy';
  meta: Meta<Context>;
}

/** A statement of a flow, with what it means for the turn that this is said. */
export interface FlowStatement extends Statement {
  readonly outcome?: ReplyOutcome;
}

/** What each waiting state says of itself; diagrams, lint and channels read it. */
export interface Meta<Context> {
  ask: (context: Context) => Question;
}

/** How a flow ends: nothing more, another flow to go on with, or (role `identify`) who the person is. */
export interface FlowOutput {
  readonly next?: Heading;
  readonly identified?: { readonly resident: string; readonly withCard: boolean };
}

/** A flow to start, as a command or a menu's number leads there. */
export interface Heading {
  readonly flow: string;
  readonly input: FlowInput;
}

/** What any flow may be started with: what the command carried, and how it came. */
export interface FlowInput {
  readonly command?: CommandName;
  readonly numbers?: readonly number[];
  readonly card?: string;
  readonly text?: string;
  /** Nothing told that this was a vote: read back before it is cast. */
  readonly unsure?: boolean;
  readonly tapped?: Command['tapped'];
  /** Role `identify`: why the card is asked for. */
  readonly why?: 'shared' | 'stranger' | 'newChat' | 'card' | 'strict' | 'locked';
  /** Six digits were repeated on the way here; only the flow that asks for them says so. */
  readonly proved?: boolean;
  /** Roles `identify`, `prove`: where the person was heading; `confirm`: what was nearly said. */
  readonly heading?: Heading;
}

/** A service that the flow names and the app provides (`machine.provide`); unprovided, it fails loudly. */
export function service<Output, Input = NonReducibleUnknown>(name: string) {
  return fromPromise<Output, Input>(() => Promise.reject(new Error(`service ${name} is not provided`)));
}

/** The one way a flow speaks: `actions: { say: enqueueActions(say) }`, given what is said, in order. */
export function say({ enqueue }: Saying, says: readonly FlowStatement[]): void {
  for (const said of says) enqueue.emit({ type: 'SAY', ...said });
}

interface Saying {
  readonly enqueue: { readonly emit: (said: { type: 'SAY' } & FlowStatement) => void };
}
