import type { Snapshot } from 'xstate';
import type { Catalogue, FlowEntry, FlowRole, FlowTarget } from './flow.ts';
import type { Question } from './question.ts';

/** What is open in a conversation: the flow that asked, its state, and who acts in it. */
export interface OpenFlow {
  readonly flow: string;
  /** The flow's role, for code that has no catalogue. */
  readonly role?: FlowRole;
  readonly version: string;
  readonly snapshot: Snapshot<unknown>;
  readonly asked: Question;
  /** How many answers in a row were not understood since the question was asked. */
  readonly misses: number;
  readonly acting?: Acting;
  /** If this card is no longer valid, nothing is open any more. */
  readonly shown?: ShownCard;
  /** It is open only until then, in milliseconds since the epoch. */
  readonly until?: number;
  /** Role `identify`: where to go on when it is known who this is. */
  readonly flowTarget?: FlowTarget;
}

export interface Acting {
  readonly resident: string;
  readonly withCard: boolean;
}

/** A card that was shown. */
export interface ShownCard {
  readonly resident: string;
  /** The HMAC of it that the roster has. */
  readonly card: string;
}

/** What a flow leaves open that has asked something, and who acts in it. */
export function openFlow(
  entry: FlowEntry,
  { flow, snapshot, asked, flowTarget }: Pick<OpenFlow, 'flow' | 'snapshot' | 'asked'> & { readonly flowTarget?: FlowTarget | undefined },
  { resident, withCard, shown }: { readonly resident: string | undefined; readonly withCard: boolean; readonly shown: ShownCard | undefined },
): OpenFlow {
  return {
    flow,
    ...(entry.role && { role: entry.role }),
    version: versionOf(entry),
    snapshot,
    asked,
    misses: 0,
    ...(resident !== undefined && { acting: { resident, withCard } }),
    ...(shown && (withCard || entry.role === 'identify') && { shown }),
    ...(flowTarget && { flowTarget }),
  };
}

/** The snapshot in today's version of its flow, migrated step by step; undefined if no chain of migrations leads there. */
export function migrated(
  catalogue: Catalogue,
  { flow, version, snapshot }: Pick<OpenFlow, 'flow' | 'version' | 'snapshot'>,
): Snapshot<unknown> | undefined {
  const entry: FlowEntry | undefined = catalogue[flow];
  if (!entry) return undefined;
  if (version === versionOf(entry)) return snapshot;
  const step = entry.migrations?.find(({ from }) => from === version);
  return step && migrated(catalogue, { flow, version: step.to, snapshot: step.migrate(snapshot) });
}

/** The version of a flow's machine; `1` if it names none. */
function versionOf({ machine }: FlowEntry): string {
  return machine.version ?? '1';
}
