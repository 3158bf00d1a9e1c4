/** What a resident can send at any moment (docs/contract.md: Messages); the keywords are in `locales/<language>/commands.json`. */
export const COMMANDS = [
  'vote',
  'propose',
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
/** `follow`: no word says it, a channel knows that somebody has just come; `text` is the building whose poster led here. */
export type CommandName = (typeof COMMANDS)[number] | 'follow';

export interface Command {
  readonly name: CommandName;
  /** Numbers after the keyword: picks, a project, a proposal. As sent: doubled ones stay doubled. */
  readonly numbers?: readonly number[];
  /** Nine digits after the keyword, the check digit not yet looked at. */
  readonly card?: string;
  /** Everything after the keyword, as written. */
  readonly text?: string;
  /** Nobody said that this was to be done: read back first. */
  readonly unsure?: true;
  /** vote: one project was tapped, to be added to what is picked; or that it is to begin with nothing picked. */
  readonly tapped?: 'project' | 'afresh';
}
