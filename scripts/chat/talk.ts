import type { CommunityRecord } from '../../src/fund/communities/index.ts';
import type { World } from '../../src/store/world.ts';

/** Where a talk's service listens, and the person who talks to it. */
export interface TalkDeps {
  readonly line: { readonly url: string; readonly publicUrl: string; readonly authToken: string };
  readonly world: World;
  /** The service's time: the demo's clock may be moved ahead during a talk. */
  readonly now: () => Promise<Date>;
  readonly community: CommunityRecord;
  /** The phone's number. */
  readonly from: string;
}

/** A talk over one channel, until the person at the keyboard ends it. */
export type Talk = (deps: TalkDeps) => Promise<void>;
