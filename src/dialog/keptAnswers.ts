import type { World } from '../store/world.ts';
import type { Begun } from './claims.ts';
import type { KeptAnswer } from './conversation.ts';
import type { DialogDeps } from './deps.ts';
import { beforeIt, read } from './encryptedParts.ts';
import type { Inbound } from './input.ts';
import type { OpenFlow } from './openFlow.ts';
import type { Option, Reply } from './question.ts';
import type { Turn } from './turn.ts';

/** An answer as it is kept, so that the same delivery gets the same. Never what was picked: the picks are in the ledger under the turn's key. */
export interface Kept {
  /** The turn that gave this answer first, where this one only said it again: the picks are found under its key. */
  readonly first?: string;
  /** It was kept while its ballot was still under way: it holds only where that is in the ledger. */
  readonly casts?: true;
  /** The address had had all its answers. */
  readonly isUnsaid?: true;
  readonly reply: Reply;
  readonly language: string;
}

/** What was answered to a delivery. */
export interface Answered extends Kept {
  readonly key: string;
}

export interface WhereToLook {
  /** What was picked under a turn's key, null where no ballot was cast under it. */
  readonly picksOf: (key: string) => Promise<readonly Option[] | null>;
  /** What is open, for what was only asked about. */
  readonly asked?: Reply['asks'];
  /** What a channel read back by itself. */
  readonly readBack?: readonly Option[];
}

/** What a delivery that came again is answered. */
export interface Repeated {
  readonly reply?: Reply;
  readonly language: string;
  readonly outcome: 'repeated';
}

/** The same answer again, or that it is done where the answer is no longer kept: of a ballot with its receipt, which the ledger keeps. */
export async function repeatAnswer({ castOf }: DialogDeps, turn: Turn, looking: WhereToLook, same: Answered | undefined): Promise<Repeated> {
  const { language } = turn;
  if (same?.isUnsaid) return { language, outcome: 'repeated' };
  const reply = same && (await repeatedReply(looking, same));
  if (reply) return { reply, language: same.language, outcome: 'repeated' };
  const cast = await castOf(turn);
  const done = cast ? { key: 'common.doneCast', params: { receipt: cast.receipt } } : { key: 'common.done' };
  return { reply: { says: [done] }, language, outcome: 'repeated' };
}

/** An answer as it was given, with the picks looked up where it named some, for those are not kept; undefined where they are not found. */
export async function repeatedReply({ picksOf, asked, readBack }: WhereToLook, { key, first = key, reply }: Answered): Promise<Reply | undefined> {
  if (!namesPicks(reply)) return reply;
  const picks = (await picksOf(first)) ?? readBack ?? asked?.params?.picks;
  return picks ? withPicks(reply, picks) : undefined;
}

export function answeredIn(world: World, begun: Begun, { key, encrypted }: KeptAnswer): Answered {
  return { key, ...read<Kept>(world, 'conversationAnswer', begun, encrypted) };
}

/** Where the picks are that an answer named. */
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

/** An answer as it may be kept. */
export function withoutPicks({ reply: { says, asks, ...reply }, ...answered }: Kept): Kept {
  const strip = <Said extends Reply['says'][number]>(said: Said): Said =>
    said.params?.picks ? { ...said, params: { ...said.params, picks: null } } : said;
  const whole = says.filter(({ params }) => !params?.isPart); // a part of what was picked is found nowhere
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
