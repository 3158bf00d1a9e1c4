import type { AnyStateMachine, Snapshot } from 'xstate';
import type { CommandName } from './command.ts';

/** One flow of the catalogue. */
export interface FlowEntry {
  readonly machine: AnyStateMachine;
  /** Who must be known before it starts: the dialog runs `join` first where that is not so. */
  readonly requires?: 'ballot' | 'resident';
  /** The commands that start it. */
  readonly commands: readonly CommandName[];
  /** Asks for what proves who somebody is, on the way to what nobody else may do. */
  readonly proves?: boolean;
  /** Answered in passing: what was asked before stays open. */
  readonly aside?: boolean;
  /** From older versions of the machine to this one, each a pure step. */
  readonly migrations?: readonly Migration[];
}

export interface Migration {
  readonly from: string;
  readonly to: string;
  readonly migrate: (snapshot: Snapshot<unknown>) => Snapshot<unknown>;
}

export type Catalogue = Readonly<Record<string, FlowEntry>>;
