import type { AnyActor } from 'xstate';
import type { Act } from '../fund/act.ts';
import { deadlinePassed } from './deadlinePassed.ts';
import type { Inbound } from './inbound.ts';
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
  /** The same message would have it done whatever was said before. */
  standsAlone: boolean;
  /** To be called before anything is changed that could not be done twice: from then on no other turn goes on with this conversation. */
  readonly hold: () => Promise<void>;
  /** Written while the turn's own end is: its answer waits for this, too. */
  readonly alongside: Promise<void>[];
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

interface TurnMeans {
  readonly community: string;
  readonly language: string;
  readonly now: () => Date;
  readonly hold: () => Promise<void>;
}

/** A turn for a message to a community. `now` is the database's clock. */
export function newTurn({ key, at, channel, address, deadline, isPlaced = false }: Inbound, { community, language, now, hold }: TurnMeans): Turn {
  const turn: Turn = {
    key,
    at,
    community,
    language,
    channel,
    address,
    withCard: false,
    isPlaced,
    standsAlone: false,
    hold,
    alongside: [],
    began: false,
    cast: false,
    beginWrite: () => {
      if (now().getTime() >= deadline) throw deadlinePassed();
      turn.began = true;
    },
  };
  return turn;
}
