/** What a resident can send at any moment (docs/contract.md: Messages); the keywords are in `locales/<language>/commands.json`. */
export const COMMANDS = [
  'vote',
  'propose',
  'support',
  'object',
  'rate',
  'addProgress',
  'projects',
  'progress',
  'receipt',
  'disownBallot',
  'identify',
  'requestMembership',
  'complain',
  'ask',
  'delete',
  'person',
  'repeat',
  'menu',
  'help',
  'stop',
  'start',
  'subscribe',
  'broadcast',
  'nudge',
  'situation',
  'mandarin',
  'sichuan',
  'english',
] as const;
/**
 * No word says `follow` and `report`. A channel sends the first when a resident has just come; `text` is then the building whose poster led here. The other
 * is what `tellsOfDanger` finds.
 */
export type CommandName = (typeof COMMANDS)[number] | 'follow' | 'report';

export interface Command {
  readonly name: CommandName;
  /** Numbers after the keyword: picks, a project, a proposal. As they were sent: a number that was sent twice is there twice. */
  readonly numbers?: readonly number[];
  /** Nine digits after the keyword; the check digit has not been checked yet. */
  readonly card?: string;
  /** Everything after the keyword, as written. */
  readonly text?: string;
  /** The carrier's names of pictures that came with it. */
  readonly pictures?: readonly string[];
  /** It is not certain that the resident wanted this: it is read back first. */
  readonly unsure?: true;
  /** For `vote`: one project was tapped, to be added to the picks; or the ballot begins again with no picks. */
  readonly tapped?: 'project' | 'afresh';
}

/**
 * What residents ask or say without a command, as `locales/<language>/intents.yaml` lists it. Each is answered in passing and records
 * nothing. What was meant by a command in other words is that command, not an intent.
 */
export const INTENTS = [
  /** Thanks, an OK, a greeting. */
  'manners',
  /** Who writes; whether it is a fraud; whence this number is known, and what is kept. */
  'who',
  'fraud',
  'number',
  /** How a ballot is cast, how it is changed, until when, how many projects, and who sees it. */
  'how',
  'change',
  'until',
  'howMany',
  'secret',
  /** About projects: when they are built, what they cost, where they are. */
  'built',
  'cost',
  'where',
  /** Which project costs least or most. */
  'extremes',
  /** Voting for somebody else, without a card, as a tenant. */
  'proxy',
  'noCard',
  'tenant',
  /** Whence the money is, what it may not pay, what was paid last year. */
  'money',
  'notFor',
  'lastYear',
  /** How many have voted; never for what. */
  'turnout',
  /** What a message costs. */
  'price',
  /** What is opposed, or was heard from others: it is no vote. */
  'hearsay',
  /** Somebody wants to think about it. */
  'pause',
  /** When an answer comes to what was passed on. */
  'reply',
  /** When results come, how winners are chosen, and in a tie; who supervises. */
  'resultsDue',
  'chosen',
  'ties',
  'supervised',
  /** How somebody knows that their vote was not changed, and what the receipt is for. */
  'unchanged',
  'receiptFor',
  /** Who may vote; one's own vote from somebody else's phone. */
  'mayVote',
  'otherPhone',
  /** Where the office is, and when somebody is there. */
  'office',
  /** What became of one's own proposal. */
  'ownProposal',
] as const;
export type Intent = (typeof INTENTS)[number];
