import { type AnyActor, fromPromise } from 'xstate';
import type { Act } from '../contacts/act.ts';
import { CodedError } from '../store/codedError.ts';
import type { Catalogue, FlowEntry } from './flow.ts';
import type { Inbound } from './input.ts';
import type { ShownCard } from './openFlow.ts';

/** One turn while it runs: what its services get as their `Act`, and what became of it. */
export interface Turn extends Act {
  /** In which it began: its conversation's, once that is loaded. */
  language: string;
  resident?: string;
  isOnRoster?: boolean;
  withCard: boolean;
  /** The card that says who acts, or may. */
  shown?: ShownCard;
  /** We called: the number is surely theirs. */
  readonly isPlaced: boolean;
  onlyFirst?: boolean;
  /** There once it is known that its message is the same command whatever was said before: what it casts may be under way while the turn's end is written. */
  alongside?: Act['alongside'];
  /** What is under way alongside. */
  readonly writes: Promise<void>[];
  /** To be called before anything is changed that could not be done twice: from then on no other turn holds this conversation or commits to it. */
  readonly hold: () => Promise<void>;
  isHeld: boolean;
  /** To be called before the turn's own end is written. Throws like `beginWrite`. */
  readonly beginCommit: () => void;
  /** A write was begun: from here on nobody can say that nothing was recorded. */
  began: boolean;
  /** A ballot of this turn is in the ledger. */
  cast: boolean;
}

/**
 * The turn that a running flow, and with it each service that it invokes, belongs to. By the actors' system and not by AsyncLocalStorage,
 * whose hooks make every promise of the process dearer: 7 % of a turn.
 */
export const turns = new WeakMap<AnyActor['system'], Turn>();

/** From now on what this turn casts goes alongside its end. */
export function letStandAlone(turn: Turn): void {
  turn.alongside = (write) => {
    write.catch(() => undefined); // told to the turn's end, which waits for it
    turn.writes.push(write);
  };
}

interface TurnDeps {
  readonly community: string;
  readonly language: string;
  readonly now: () => Date;
  readonly hold: () => Promise<void>;
}

/** A turn for a message to a community. `now` is the database's clock. */
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
        throw new CodedError('not-held', 'A service that writes belongs among those of flowServices.ts that hold the conversation first.');
      turn.beginCommit();
    },
    beginCommit: () => {
      if (now().getTime() >= deadline) throw deadlinePassed();
      turn.began = true;
    },
  };
  return turn;
}

/** What a flow names and the app provides: it gets the turn, and returns what came of it. */
export type Services = Readonly<Record<string, (input: never, turn: Turn) => Promise<unknown>>>;

/**
 * The flows with their services, provided once: `machine.provide` costs four times a turn.
 * Throws `no-such-service` where a flow names one that nobody provides.
 */
export function provided(catalogue: Catalogue, services: Services): Catalogue {
  return Object.fromEntries(Object.entries(catalogue).map(([flow, entry]) => [flow, withServices(flow, entry, services)]));
}

function withServices(flow: string, entry: FlowEntry, services: Services): FlowEntry {
  const named = Object.keys(entry.machine.implementations.actors);
  const actors = named.map((name) => {
    const service = services[name];
    if (!service) throw new CodedError('no-such-service', `The flow ${flow} names the service ${name}, which flowServices.ts does not provide.`);
    return [name, fromPromise<unknown, never>(({ input, system }) => service(input, turnOf(system)))];
  });
  return { ...entry, machine: entry.machine.provide({ actors: Object.fromEntries(actors) }) };
}

function turnOf(system: AnyActor['system']): Turn {
  const running = turns.get(system);
  if (!running) throw new CodedError('no-turn', 'A service runs only within a turn.');
  return running;
}

/** What ends a turn whose time is over. */
export function deadlinePassed(): CodedError {
  return new CodedError('deadline-passed', 'The time for this answer has passed; nothing more is written for it.');
}
