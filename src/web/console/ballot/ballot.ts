import type { CommunityRecord } from '../../../fund/communities/index.ts';
import type { CycleFile, CycleRecord } from '../../../fund/cycles/index.ts';
import type { ProjectPictures } from '../../../fund/projects/index.ts';
import type { feasibleProposals } from '../../../fund/proposals/index.ts';

/** A ballot as residents will get it, in the community's language. */
export interface Preview {
  /** The segments of the SMS. */
  readonly sms: readonly string[];
  readonly chat: string;
  /** What a call reads, project by project; `notRecorded`: what of it no human voice says yet. */
  readonly call: { readonly lines: readonly string[]; readonly seconds: number; readonly notRecorded: readonly string[] };
}

export type PreviewBallot = (community: CommunityRecord, ballot: CycleFile, closes: Date) => Promise<Preview>;

/** The ballot that was looked at, and whether it is frozen. */
export interface Ballot {
  readonly cycle: CycleRecord;
  readonly isFrozen: boolean;
  readonly closes: Date;
  readonly pictures: ProjectPictures;
  /** Proposals that can be done and are no project yet. */
  readonly proposals: Awaited<ReturnType<typeof feasibleProposals>>;
}
