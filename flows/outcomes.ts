import type { BallotItem } from '../src/fund/ledger/ballotItem.ts';
import type { PicksRefusal } from '../src/fund/ledger/refusePicks.ts';
import type { ProposalState } from '../src/fund/records/proposal.ts';
import type { Stage } from '../src/fund/stage.ts';

/** What the services that flows name give back. Times are ISO strings, money whole units. */

export interface OpenBallot {
  readonly cycle: string;
  readonly projects: readonly BallotItem[];
  readonly min: number;
  readonly max: number;
  readonly budget: number;
  readonly currency: string;
  readonly closesAt: string;
}

export type Opened =
  | { readonly open: OpenBallot; readonly refused?: PicksRefusal }
  | { readonly notYet: { readonly opensAt: string; readonly closesAt?: string; readonly stage: Stage } }
  | { readonly over: { readonly closedAt: string; readonly winners?: readonly BallotItem[] } }
  | { readonly none: true };

export type CastRefusal =
  | PicksRefusal
  | { readonly reason: 'early'; readonly opensAt: string; readonly closesAt?: string }
  | { readonly reason: 'late'; readonly closedAt: string }
  | { readonly reason: 'none' }
  | { readonly reason: 'notOnRoll' };

export type Cast =
  | { readonly receipt: string; readonly changed: boolean; readonly picks: readonly BallotItem[]; readonly closesAt: string }
  | { readonly refused: CastRefusal };

export type Voided = { readonly voided: true } | { readonly none: true } | { readonly afterClose: true };

export type Checked = { readonly receipt: string; readonly at: string } | { readonly none: true };

export type Shown =
  | { readonly resident: string; readonly name?: string; readonly tied: boolean; readonly own: boolean }
  | { readonly refused: 'mistyped' | 'unknown' | 'locked'; readonly triesLeft?: number };

export type Requested = { readonly request: number; readonly again: boolean } | { readonly known: true };

export interface Written {
  readonly number: number;
}

export type Proposed =
  | { readonly number: number; readonly public: boolean; readonly stage?: Stage }
  | {
      readonly refused:
        | { readonly reason: 'tooLong' | 'enoughToday'; readonly max: number }
        | { readonly reason: 'empty' | 'none' | 'over' };
    };

export interface ProjectTold {
  readonly number: number;
  readonly title: string;
  readonly category?: string;
  readonly cost: number;
  readonly detail?: string;
}

export type ProjectsRead =
  | { readonly projects: readonly BallotItem[]; readonly budget: number; readonly currency: string; readonly stage: Stage }
  | { readonly project: ProjectTold; readonly currency: string }
  | { readonly unknown: number }
  | { readonly none: true };

export interface ProposalTold {
  readonly number: number;
  readonly text: string;
  readonly state: ProposalState;
  readonly project?: number;
}

export interface CycleProgress {
  readonly title: string;
  readonly stage: Stage;
  readonly until?: string;
  readonly nextStage?: Stage;
  readonly opensAt?: string;
  readonly closesAt?: string;
  /** Newest first. */
  readonly mine: readonly ProposalTold[];
  readonly winners?: readonly BallotItem[];
  readonly spent?: number;
}

export type ProgressRead =
  | CycleProgress
  | { readonly proposal: ProposalTold }
  | { readonly project: ProjectTold }
  | { readonly unknown: number }
  | { readonly none: true };

export interface Stopped {
  readonly stopped: true;
}

export interface Started {
  readonly started: true;
}

/** `shared`: the phone is several people's, the card has to say whose it is. */
export type Left = { readonly left: true } | { readonly stranger: true } | { readonly shared: true };

export interface Digits {
  readonly digits: string;
}
