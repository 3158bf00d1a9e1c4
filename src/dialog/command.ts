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
/** `follow`: no word says it; a channel sends it when a resident has just come. `text` is then the building whose poster led here. */
export type CommandName = (typeof COMMANDS)[number] | 'follow';

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
