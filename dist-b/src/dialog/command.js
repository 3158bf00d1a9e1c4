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
];
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
];
