import type { AnyStateMachine, Snapshot } from 'xstate';
import { CodedError } from '../store/codedError.ts';
import type { CommandName } from './command.ts';

/** What the dialog, a channel or a reminder needs one certain flow for; each role is played by one flow of the catalogue. */
export const FLOW_ROLES = [
  /** Where whatever leads nowhere else goes. */
  'menu',
  /** Numbers out of the blue and tapped projects are picks for it, and it casts ballots. */
  'vote',
  'propose',
  'ask',
  /** Finds out who somebody is, on the way to a flow that requires it. */
  'identify',
  /** Asks whether what was nearly a command was meant. */
  'confirm',
  /** Asks for what proves who somebody is, on the way to what nobody else may do. */
  'prove',
  /** A person calls back. */
  'person',
] as const;
export type FlowRole = (typeof FLOW_ROLES)[number];

/** One flow of the catalogue. */
export interface FlowEntry {
  readonly machine: AnyStateMachine;
  readonly role?: FlowRole;
  /** Who must be known before it starts: where that is not so, the dialog first runs the flow that identifies. */
  readonly requires?: 'ballot' | 'resident';
  /** The commands that start it. */
  readonly commands: readonly CommandName[];
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

/** The name of the flow that plays a role. Throws `no-such-role` where none does. */
export function flowWith(catalogue: Catalogue, role: FlowRole): string {
  const found = Object.keys(catalogue).find((flow) => catalogue[flow]?.role === role);
  if (found === undefined) throw new CodedError('no-such-role', `No flow of the catalogue has the role ${role}; give it to one in flows/index.ts.`);
  return found;
}
