import type { CommunityContact } from '../contacts/contact.ts';
import type { CommunityRecord, DepartureRecord } from '../fund/communities/index.ts';
import type { World } from '../store/world.ts';
import type { Conversations } from './conversations.ts';
import type { Catalogue, FlowInput } from './flow.ts';
import type { Acting, ShownCard } from './openFlow.ts';
import type { Option } from './question.ts';
import type { Turn } from './turn.ts';
import type { Vocabulary } from './understand/vocabulary.ts';

/** A message that was not understood, and whose it is. */
export interface Missed {
  readonly community: string;
  /** The conversation's `_id`. */
  readonly sender: string;
  readonly at: Date;
  readonly text: string;
}

/** How the dialog finds out who acts. Flows do not know it. */
export interface Identity {
  readonly catalogue: Catalogue;
  /** The resident who may act from this address, or why the card has to be asked for. */
  readonly whoActs: (turn: Turn, community: CommunityRecord, need: 'ballot' | 'resident') => Promise<Acting | { ask: NonNullable<FlowInput['why']> }>;
  /** Whether a card that was shown earlier is still its holder's. */
  readonly isInForce: (community: string, shown: ShownCard) => Promise<boolean>;
  /** The language that the roster has for the holder of this address. */
  readonly languageOf: (turn: Turn) => Promise<string | undefined>;
}

/** What the dialog needs from other rooms; `src/app/dialogDeps.ts` puts it together. */
export interface DialogDeps extends Identity {
  readonly world: World;
  /** The flows with their services provided. */
  readonly catalogue: Catalogue;
  readonly vocabulary: Vocabulary;
  readonly conversations: Conversations;
  readonly communityOf: (to: string) => Promise<CommunityRecord | null>;
  /** The community whose number it is, if it has left for another cell; `arrivedAt` once it is served there. */
  readonly departed: (to: string) => Promise<Pick<DepartureRecord, 'community' | 'arrivedAt'> | undefined>;
  /** What can be voted for now; empty if voting is not open. */
  readonly ballotOf: (community: string, at: Date) => Promise<readonly Option[]>;
  /** The projects of the current cycle, whether or not they can be voted for; the same array as long as they are the same. */
  readonly projectsOf: (community: string, at: Date) => Promise<readonly Option[]>;
  /** What was picked under a turn's key, and the receipt; null if no ballot was cast under it. */
  readonly castOf: (act: Pick<Turn, 'key' | 'community' | 'at'>) => Promise<{ readonly picks: readonly Option[]; readonly receipt: string } | null>;
  /** Begins to look up what this turn will need. If `who`, also who acts. */
  readonly lookAhead: (turn: Turn, who: boolean) => void;
  /** Whether this address may have an answer. */
  readonly mayAnswer: (turn: Turn, community: CommunityRecord) => boolean | Promise<boolean>;
  /** Whether we sent something to this address since then that answers no message of theirs. */
  readonly wroteSince: (to: CommunityContact, since: Date) => Promise<boolean>;
  /** Whether this phone or chat belongs to somebody on the roster. */
  readonly hasHolder: (turn: Turn) => Promise<boolean>;
  /** Is given every message that was not understood, once its answer is stored. It returns at once. */
  readonly missed: (miss: Missed) => void;
  /** Is given every error that ended in an apology. */
  readonly report: (error: unknown) => void;
}
