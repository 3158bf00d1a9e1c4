import { type AnyActor, type AnyStateMachine, createActor, fromPromise, type Snapshot, waitFor } from 'xstate';
import type { Act } from '../contacts/act.ts';
import { CodedError } from '../store/codedError.ts';
import type { Catalogue, FlowEntry, FlowOutput, FlowStatement, Meta } from './flow.ts';
import type { Inbound } from './input.ts';
import type { ShownCard } from './openFlow.ts';
import type { Answer, Question, Reply, ReplyOutcome, Statement } from './question.ts';

/** One turn while it runs: what its services get as their `Act`, and what has happened in it. */
export interface Turn extends Act {
  /** The language in which it began: its conversation's, once that is loaded. */
  language: string;
  resident?: string;
  isOnRoster?: boolean;
  withCard: boolean;
  /** The card of the resident who acts, or may act. */
  shown?: ShownCard;
  /** We placed the call: the number is surely theirs. */
  readonly isPlaced: boolean;
  onlyFirst?: boolean;
  /**
   * Set if the message is the same command whatever was said before. What it casts may then be written at the same time as the turn's
   * end.
   */
  alongside?: Act['alongside'];
  /** The writes that are under way at the same time. */
  readonly writes: Promise<void>[];
  /**
   * Has to be called before anything is changed that could not be done twice. From then on no other turn holds this conversation or
   * commits to it.
   */
  readonly hold: () => Promise<void>;
  isHeld: boolean;
  /** Has to be called before the turn's own end is written. Throws like `beginWrite`. */
  readonly beginCommit: () => void;
  /** A write was begun: from now on nobody can say that nothing was recorded. */
  began: boolean;
  /** A ballot of this turn is in the ledger. */
  cast: boolean;
}

/**
 * The turn of a running flow, for each service that it invokes. It is found by the actors' system and not by AsyncLocalStorage: the hooks
 * of that make every promise of the process slower, 7 % of a turn.
 */
const turns = new WeakMap<AnyActor['system'], Turn>();

/** From now on, what this turn casts is written at the same time as its end. */
export function letStandAlone(turn: Turn): void {
  turn.alongside = (write) => alongsideEnd(turn, write);
}

/** Something that is written at the same time as the turn's end, which waits for it and gets its error. */
function alongsideEnd({ writes }: Pick<Turn, 'writes'>, write: Promise<void>): void {
  write.catch(() => undefined); // told at the end
  writes.push(write);
}

interface TurnDeps {
  readonly community: string;
  readonly language: string;
  readonly now: () => Date;
  readonly hold: () => Promise<void>;
}

/** A turn for a message to a community. `now` gives the database's clock. */
export function newTurn({ key, at, channel, address, deadline, isPlaced = false }: Inbound, { community, language, now, hold }: TurnDeps): Turn {
  const turn: Turn = {
    key,
    at,
    community,
    language,
    channel,
    address,
    withCard: false,
    isPlaced,
    writes: [],
    isHeld: false,
    hold: async () => {
      await hold();
      turn.isHeld = true;
    },
    began: false,
    cast: false,
    beginWrite: () => {
      if (!turn.isHeld && !turn.alongside)
        throw new CodedError('not-held', 'A service that writes belongs among those of dialogDeps.ts that hold the conversation first.');
      turn.beginCommit();
    },
    beginCommit: () => {
      if (now().getTime() >= deadline) throw deadlinePassed();
      turn.began = true;
    },
  };
  return turn;
}

/** The services that flows name and the app provides. Each gets the turn, and returns what came of it. */
export type Services = Readonly<Record<string, (input: never, turn: Turn) => Promise<unknown>>>;

/**
 * The flows with their services, provided once, because `machine.provide` costs four times a turn.
 * Throws `no-such-service` if a flow names a service that nobody provides.
 */
export function provided(catalogue: Catalogue, services: Services): Catalogue {
  return Object.fromEntries(Object.entries(catalogue).map(([flow, entry]) => [flow, withServices(flow, entry, services)]));
}

function withServices(flow: string, entry: FlowEntry, services: Services): FlowEntry {
  const named = Object.keys(entry.machine.implementations.actors);
  const actors = named.map((name) => {
    const service = services[name];
    if (!service) throw new CodedError('no-such-service', `The flow ${flow} names the service ${name}, which dialogDeps.ts does not provide.`);
    return [name, fromPromise<unknown, never>(({ input, system }) => service(input, turnOf(system)))];
  });
  return { ...entry, machine: entry.machine.provide({ actors: Object.fromEntries(actors) }) };
}

function turnOf(system: AnyActor['system']): Turn {
  const running = turns.get(system);
  if (!running) throw new CodedError('no-turn', 'A service runs only within a turn.');
  return running;
}

export interface Step {
  /** The flow's persisted snapshot, or the input that starts it. */
  readonly from: { snapshot: Snapshot<unknown> } | { input: unknown };
  /** What the resident answered; absent if the flow only starts. */
  readonly answer?: Answer;
  /** The turn in which its services run. */
  readonly turn?: Turn;
}

export interface Settled {
  readonly reply: Reply;
  /** The state of the flow; absent when the flow is over. */
  readonly snapshot?: Snapshot<unknown>;
  readonly isOver: boolean;
  readonly understood: boolean;
  /** How the flow ended, if it is over. */
  readonly output: FlowOutput;
}

/**
 * Takes one step of a flow: restore, send, wait until no service is running, persist. Only a settled snapshot is ever returned. So after
 * a crash in between the last one is still valid, and the carrier's retry takes the same turn again.
 * Rejects with code `not-restored` if the snapshot does not fit the flow, or with the error of a service that rejects.
 */
export async function converse(flow: AnyStateMachine, { from, answer, turn }: Step, timeoutMs = 8_000): Promise<Settled> {
  const actor = restored(flow, from);
  if (turn) turns.set(actor.system, turn);
  const says: Statement[] = [];
  let said: ReplyOutcome | undefined;
  actor.on('SAY', ({ type: _, outcome, ...statement }: { type: 'SAY' } & FlowStatement) => {
    says.push(statement);
    said = outcome ?? said;
  });
  actor.subscribe({ error: () => {} }); // an actor's error is read from its snapshot; without this subscription it would end the process
  actor.start();
  try {
    const before = actor.getSnapshot();
    if (before.status === 'error') throw 'snapshot' in from ? notRestored(before.error) : before.error;
    const understood = answer === undefined || before.can(answer);
    if (answer && understood) actor.send(answer);
    const settled = await waitFor(actor, (snapshot) => snapshot.status !== 'active' || !snapshot.hasTag('busy'), { timeout: timeoutMs });
    if (settled.status === 'error') throw settled.error;
    const isOver = settled.status === 'done';
    const asks = question(settled);
    const outcome = said ?? asks?.outcome;
    return {
      reply: { says, asks, ...(outcome && { outcome }) },
      ...(!isOver && { snapshot: actor.getPersistedSnapshot() }),
      isOver,
      understood,
      output: settled.output ?? {},
    };
  } finally {
    actor.stop();
  }
}

function restored(flow: AnyStateMachine, from: Step['from']) {
  try {
    return createActor(flow, from);
  } catch (error) {
    throw 'snapshot' in from ? notRestored(error) : error;
  }
}

function notRestored(cause: unknown): CodedError {
  return new CodedError('not-restored', 'The stored snapshot does not fit this flow; the conversation starts it anew.', { cause });
}

/** What the settled state asks; flows give it as `meta.ask`, see `Flow`. */
function question(snapshot: { getMeta(): Record<string, Meta<unknown> | undefined>; context: unknown }): Question | undefined {
  const asking = Object.values(snapshot.getMeta()).find((meta) => meta?.ask);
  return asking?.ask(snapshot.context);
}

/** The error that ends a turn whose time is over. */
export function deadlinePassed(): CodedError {
  return new CodedError('deadline-passed', 'The time for this answer has passed; nothing more is written for it.');
}
