import type { World } from '../store/world.ts';
import { type Begun, beforeIt, type ConversationPlace, encryptPart, type KeptAnswer, mayBeStranger, readPart } from './conversation.ts';
import type { StepResult } from './converseOn.ts';
import type { DialogDeps } from './deps.ts';
import type { Inbound } from './input.ts';
import type { InTurn } from './interpretInbound.ts';
import type { OpenFlow } from './openFlow.ts';
import type { Option, Reply } from './question.ts';
import { type Flood, remember, type Words } from './recent.ts';
import type { Talk } from './talk.ts';
import type { Turn } from './turn.ts';

/** A turn that ends. */
export interface Ending extends InTurn {
  /** What is open as it is stored: if it stays open, it is not encrypted again. */
  readonly stored: OpenFlow | undefined;
}

/** What a turn leaves besides its reply. */
export type TurnEnd = Omit<StepResult, 'reply'> & {
  readonly callState?: string;
  readonly flood?: Flood;
  readonly words?: readonly Words[];
  readonly isUnsaid?: true;
  /** What was talked of, with this turn. */
  readonly talk?: Talk;
  /** The language of this answer alone, if it is not the conversation's. */
  readonly saidIn?: string;
};

/**
 * Ends a turn: writes its answer and what it leaves. Resolves when that and the ballots that it casts are durable. Rejects with
 * `deadline-passed`, `claim-lost`, `overtaken`, or the error of a cast.
 */
export async function commitTurn(deps: DialogDeps, { inbound, begun, recent, turn, stored }: Ending, reply: Reply, end: TurnEnd): Promise<void> {
  const { world, conversations } = deps;
  const isKnown = turn.resident !== undefined || (mayBeStranger(begun) && (await deps.hasHolder(turn)));
  turn.beginCommit();
  const before = end.isAgain && (await lastAnswer(deps, begun));
  const casts = turn.writes.length > 0;
  const answered = {
    ...(before && { first: before.first ?? before.key }),
    ...(casts && { casts }),
    ...(end.isUnsaid && { isUnsaid: end.isUnsaid }),
    reply,
    language: end.saidIn ?? end.language,
  };
  const committed = conversations.commit({
    begun,
    community: turn.community,
    at: inbound.at,
    ...(!begun.place && { place: world.vault.encrypt('conversationPlace', begun._id, JSON.stringify(placeOf(inbound))) }),
    language: end.language,
    recent: encryptPart(world, 'conversationRecent', begun, JSON.stringify(remember(recent, inbound, end))),
    answered: { key: inbound.key, encrypted: world.vault.encrypt('conversationAnswer', begun._id, JSON.stringify(withoutPicks(answered))) },
    ...(end.open && {
      open: end.open === stored && begun.open ? begun.open : encryptPart(world, 'conversationOpen', begun, JSON.stringify(end.open)),
    }),
    ...(end.callState && { callState: encryptPart(world, 'conversationCallState', begun, end.callState) }),
    isKnown,
    isBack: begun.erased && turn.resident !== undefined,
  });
  await bothDurable(committed, turn.writes);
}

/**
 * An answer leaves only when the turn's end and the ballots that it casts are durable. If both fail, the cast's error is thrown: it says
 * what is known.
 */
async function bothDurable(committed: Promise<void>, writes: readonly Promise<void>[]): Promise<void> {
  if (writes.length === 0) return committed;
  for (const settled of await Promise.allSettled([...writes, committed])) if (settled.status === 'rejected') throw settled.reason;
}

/**
 * What a turn leaves if its reply is not sent. Nobody saw what it asks. So only what was open before stays open, or a
 * question for digits, which can be sent all the same.
 */
export function unasked({ open: asks, ...result }: TurnEnd, before: OpenFlow | undefined): TurnEnd {
  const stays = asks && (asks === before || asks.asked.expects === 'code');
  return { ...result, ...(stays && { open: asks }) };
}

function placeOf({ channel, address, to }: Inbound): ConversationPlace {
  return { channel, address, to };
}

/**
 * An answer as it is stored, so that the same delivery gets the same answer. It never has the picks: they are in the ledger under the
 * turn's key.
 */
interface Kept {
  /** If this answer only repeats an earlier one: the key of the turn that gave it first. The picks are found under that key. */
  readonly first?: string;
  /** It was stored while its ballot was still being written: it is valid only if that ballot is in the ledger. */
  readonly casts?: true;
  /** It was not sent: the address had got all its answers. */
  readonly isUnsaid?: true;
  readonly reply: Reply;
  readonly language: string;
}

/** A stored answer with the key of its delivery. */
interface Answered extends Kept {
  readonly key: string;
}

interface WhereToLook {
  /** What was picked under a turn's key; null if no ballot was cast under it. */
  readonly picksOf: (key: string) => Promise<readonly Option[] | null>;
  /** The open question: it has the picks that were only asked about. */
  readonly asked?: Reply['asks'];
  /** What the channel itself read back. */
  readonly readBack?: readonly Option[];
}

/** What is answered to a delivery that came again. */
interface Repeated {
  readonly reply?: Reply;
  readonly language: string;
  readonly outcome: 'repeated';
}

/** What was answered, again. If it is no longer stored, only that it is done; for a ballot with its receipt, which the ledger has. */
export async function repeatAnswer({ castOf }: DialogDeps, turn: Turn, looking: WhereToLook, same: Answered | undefined): Promise<Repeated> {
  const { language } = turn;
  if (same?.isUnsaid) return { language, outcome: 'repeated' };
  const reply = same && (await repeatedReply(looking, same));
  if (reply) return { reply, language: same.language, outcome: 'repeated' };
  const cast = await castOf(turn);
  const done = cast ? { key: 'common.doneCast', params: { receipt: cast.receipt } } : { key: 'common.done' };
  return { reply: { says: [done] }, language, outcome: 'repeated' };
}

/** An answer as it was given. If it named picks, they are looked up, because they are not stored; undefined if they are not found. */
export async function repeatedReply({ picksOf, asked, readBack }: WhereToLook, { key, first = key, reply }: Answered): Promise<Reply | undefined> {
  if (!namesPicks(reply)) return reply;
  const picks = (await picksOf(first)) ?? readBack ?? asked?.params?.picks;
  return picks ? withPicks(reply, picks) : undefined;
}

/** Decrypts an answer that is stored in a conversation. */
export function answeredIn(world: World, begun: Begun, { key, encrypted }: KeptAnswer): Answered {
  return { key, ...readPart<Kept>(world, 'conversationAnswer', begun, encrypted) };
}

/** The last answer that was sent; undefined if it is no longer stored. */
export async function lastAnswer({ world, conversations }: DialogDeps, begun: Begun): Promise<Answered | undefined> {
  const [newest] = await conversations.answersOf(begun);
  const answered = newest && answeredIn(world, begun, newest);
  return answered?.isUnsaid ? undefined : answered;
}

/** Where to look for the picks that an answer named. */
export function lookingIn(
  { world, castOf }: DialogDeps,
  { community, at }: Turn,
  { input }: Inbound,
  begun: Begun,
  open: OpenFlow | undefined,
): WhereToLook {
  const readBack = 'readBack' in input ? input.readBack(beforeIt(world, begun, open)) : undefined;
  const picksOf = async (key: string) => (await castOf({ key, community, at }))?.picks ?? null;
  return { picksOf, asked: open?.asked, ...(readBack && { readBack }) };
}

/** An answer as it may be stored: without the picks. */
function withoutPicks({ reply: { says, asks, ...reply }, ...answered }: Kept): Kept {
  const strip = <Said extends Reply['says'][number]>(said: Said): Said =>
    said.params?.picks ? { ...said, params: { ...said.params, picks: null } } : said;
  const whole = says.filter(({ params }) => !params?.isPart); // a part of the picks cannot be found again
  return { ...answered, reply: { ...reply, says: whole.map(strip), ...(asks && { asks: strip(asks) }) } };
}

function namesPicks({ says, asks }: Reply): boolean {
  return [...says, ...(asks ? [asks] : [])].some(({ params }) => params?.picks === null);
}

function withPicks({ says, asks, ...reply }: Reply, picks: NonNullable<Reply['says'][number]['params']>[string]): Reply {
  const fill = <Said extends Reply['says'][number]>(said: Said): Said =>
    said.params?.picks === null ? { ...said, params: { ...said.params, picks } } : said;
  return { ...reply, says: says.map(fill), ...(asks && { asks: fill(asks) }) };
}
