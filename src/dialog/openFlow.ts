import type { Snapshot } from 'xstate';
import type { Catalogue, FlowEntry, FlowRole, FlowTarget } from './flow.ts';
import type { Question } from './question.ts';

/** What is open in a conversation: the flow that asked, where it stands and who acts in it. */
export interface OpenFlow {
  readonly flow: string;
  /** The flow's, for whoever has no catalogue. */
  readonly role?: FlowRole;
  readonly version: string;
  readonly snapshot: Snapshot<unknown>;
  readonly asked: Question;
  /** How often what came was not understood since the question was asked. */
  readonly misses: number;
  readonly acting?: Acting;
  /** What is open stands and falls with it. */
  readonly shown?: ShownCard;
  /** In milliseconds since the epoch: not open any more from then on. */
  readonly until?: number;
  /** Role `identify`: where to go on once it is known who this is. */
  readonly flowTarget?: FlowTarget;
}

export interface Acting {
  readonly resident: string;
  readonly withCard: boolean;
}

/** A card that was shown. */
export interface ShownCard {
  readonly resident: string;
  /** The HMAC that the roster has of it. */
  readonly card: string;
}

/** The snapshot in today's version of its flow, brought there step by step; undefined where no chain leads there. */
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

export function versionOf({ machine }: FlowEntry): string {
  return machine.version ?? '1';
}
