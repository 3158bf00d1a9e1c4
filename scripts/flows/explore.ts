import { type AnyMachineSnapshot, type AnyStateMachine, initialTransition, transition } from 'xstate';
import type { FlowInput, FlowStatement } from '../../src/dialog/flow.ts';
import type { Answer, Question, Reply, Statement } from '../../src/dialog/question.ts';

/** One settled point of a flow: the texts on the way there, the question, and the places to which it leads. */
export interface Place {
  readonly state: string;
  readonly reply: Reply;
  readonly isBusy: boolean;
  readonly isOver: boolean;
  /** Keys of the places that an event leads to. */
  readonly leadsTo: Set<string>;
}

export interface Explored {
  readonly places: ReadonlyMap<string, Place>;
  /** The texts and questions, by key, with their parameters. */
  readonly said: readonly (Statement | Question)[];
  /** Every reply of a settled turn. */
  readonly replies: readonly Reply[];
}

export interface ExploreOptions {
  readonly inputs: readonly FlowInput[];
  readonly answers: readonly Answer[];
  readonly outcomes: Readonly<Record<string, readonly unknown[]>>;
}

const MAX_PLACES = 3_000;

/** Walks a flow through every outcome and every answer, without running a service. Throws if new places never end. */
export function explore(machine: AnyStateMachine, { inputs, answers, outcomes }: ExploreOptions): Explored {
  const places = new Map<string, Place>();
  const said: (Statement | Question)[] = [];
  const replies: Reply[] = [];
  const open: AnyMachineSnapshot[] = [];

  const arrive = ([snapshot, actions]: readonly [AnyMachineSnapshot, readonly { type: string; params?: unknown }[]]): string => {
    const statements = actions.flatMap(emitted);
    const says = statements.map(({ outcome: _, ...statement }) => statement);
    const asks = snapshot.status === 'active' ? asked(snapshot) : undefined;
    const outcome = statements.findLast((statement) => statement.outcome)?.outcome ?? asks?.outcome;
    const reply: Reply = { says, ...(asks && { asks }), ...(outcome && { outcome }) };
    said.push(...says, ...(asks ? [asks] : []));
    replies.push(reply);
    const key = JSON.stringify([snapshot.value, snapshot.context, snapshot.status]);
    if (places.has(key)) return key;
    if (places.size >= MAX_PLACES) throw new Error(`${machine.id} has more than ${MAX_PLACES} places`);
    places.set(key, {
      state: JSON.stringify(snapshot.value),
      reply,
      isBusy: snapshot.hasTag('busy'),
      isOver: snapshot.status === 'done',
      leadsTo: new Set(),
    });
    if (snapshot.status === 'active') open.push(snapshot);
    if (snapshot.status === 'error') throw snapshot.error;
    return key;
  };

  for (const input of inputs) arrive(initialTransition(machine, input));
  for (let snapshot = open.pop(); snapshot; snapshot = open.pop()) {
    const from = places.get(JSON.stringify([snapshot.value, snapshot.context, snapshot.status]));
    for (const event of events(snapshot, { answers, outcomes })) from?.leadsTo.add(arrive(transition(machine, snapshot, event)));
  }
  return { places, said, replies };
}

function events(snapshot: AnyMachineSnapshot, { answers, outcomes }: Omit<ExploreOptions, 'inputs'>) {
  if (!snapshot.hasTag('busy')) return answers.filter((answer) => snapshot.can(answer));
  return Object.keys(snapshot.children).flatMap((service) => {
    const known = outcomes[service];
    if (!known) throw new Error(`No outcomes are known of the service ${service}: add them to test/flows/samples.ts`);
    return known.map((output) => ({ type: `xstate.done.actor.${service}`, output }));
  });
}

function asked(snapshot: AnyMachineSnapshot): Question | undefined {
  const metas: { ask?: (context: unknown) => Question }[] = Object.values(snapshot.getMeta());
  return metas.find((meta) => meta?.ask)?.ask?.(snapshot.context);
}

function emitted({ type, params }: { type: string; params?: unknown }): FlowStatement[] {
  if (type !== 'xstate.emit' || typeof params !== 'object' || params === null || !('event' in params)) return [];
  const { type: _, ...statement } = params.event as { type: 'SAY' } & FlowStatement;
  return [statement];
}
