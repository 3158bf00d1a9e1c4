import { setTimeout as sleep } from 'node:timers/promises';
import type { CommunityRecord } from '../fund/communities/index.ts';
import { CodedError } from '../store/codedError.ts';
import type { Bytes, EncryptionPurpose } from '../store/vault.ts';
import type { World } from '../store/world.ts';
import { type ConversationPlace, type KeptAnswer, mayBeStranger } from './conversation.ts';
import type { Begun, Conversations } from './conversations.ts';
import { converseOn, type Identity, type StepContext, type StepResult } from './converseOn.ts';
import type { Catalogue } from './flow.ts';
import type { Before, Inbound, Interpretation } from './input.ts';
import type { OpenFlow } from './openFlow.ts';
import type { Option, Reply } from './question.ts';
import {
  type Answered,
  acceptedInFlood,
  type Flood,
  floodAt,
  type Kept,
  NOTHING_YET,
  onlySteps,
  type Recent,
  remember,
  repeatedReply,
  seenBefore,
  type WhereToLook,
  withoutPicks,
} from './recent.ts';
import { letStandAlone, newTurn, type Turn } from './turn.ts';
import { doubtful, type Meaning, standsAlone } from './understand/commandIn.ts';
import { understand } from './understand/understand.ts';
import type { Vocabulary } from './understand/vocabulary.ts';

/** What the dialog needs from the house; `dialogDeps.ts` puts it together. */
export interface DialogDeps extends Identity {
  readonly world: World;
  /** The flows with their services provided. */
  readonly catalogue: Catalogue;
  readonly vocabulary: Vocabulary;
  readonly conversations: Conversations;
  readonly communityOf: (to: string) => Promise<CommunityRecord | null>;
  /** What can be voted for now; empty while voting is not open. */
  readonly ballotOf: (community: string, at: Date) => Promise<readonly Option[]>;
  /** What was picked under a turn's key, and its receipt; null where no ballot was cast under it. */
  readonly castOf: (act: Pick<Turn, 'key' | 'community' | 'at'>) => Promise<{ readonly picks: readonly Option[]; readonly receipt: string } | null>;
  /** Begins to look up what this turn will need, who acts only where that is likely. */
  readonly lookAhead: (turn: Turn, who: boolean) => void;
  /** Whether the one who writes may have an answer. */
  readonly mayAnswer: (turn: Turn, community: CommunityRecord) => boolean | Promise<boolean>;
  /** Whether something was sent to who writes that answers no message of theirs, after a moment. */
  readonly wroteSince: (to: Pick<Turn, 'community' | 'channel' | 'address'>, since: Date) => Promise<boolean>;
  /** Whether the phone or chat of who writes is somebody's on the roster. */
  readonly hasHolder: (turn: Turn) => Promise<boolean>;
  /** Told of every error that ended in an apology. */
  readonly report: (error: unknown) => void;
}

export interface TurnTaken {
  readonly reply?: Reply;
  readonly language: string;
  readonly outcome: 'answered' | 'repeated' | 'silenced';
}

/** What a message was sent to: the conversation's `_id`, and the community. */
export interface Addressed {
  readonly id: string;
  readonly community: CommunityRecord;
}

/** An open question lasts 72 hours in SMS and chat, from the end of the hour on. */
const OPEN_MS = 72 * 60 * 60 * 1000;
const HELD_AGAIN_MS = 40;

/**
 * Takes one turn of a conversation: begin, understand, converse, commit. Where another process has gone on with the conversation, the turn is
 * taken again on what stands now, at last with a claim from the start: what it had changed before counts once. Rejects where the database
 * is away or the deadline passed.
 */
export async function takeTurn(deps: DialogDeps, inbound: Inbound, to: Addressed, begins: (turn: Turn) => void): Promise<TurnTaken> {
  for (const isAgain of [false, true]) {
    try {
      return await takeOnce(deps, inbound, to, begins, { begin: asItStands, isAgain });
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'overtaken') throw error;
    }
  }
  return takeOnce(deps, inbound, to, begins, { begin: claimed, isAgain: true });
}

async function takeOnce(
  deps: DialogDeps,
  inbound: Inbound,
  { id, community }: Addressed,
  begins: (turn: Turn) => void,
  { begin, isAgain }: { begin: typeof claimed; isAgain: boolean },
): Promise<TurnTaken> {
  const { conversations, world } = deps;
  const language = inbound.language ?? community.language;
  const turn = newTurn(inbound, { community: community._id, language, now: world.now, hold: () => conversations.hold(begun) });
  const begun = await begin(deps, inbound, id, () => deps.lookAhead(turn, mayAct(inbound)));
  try {
    const recent = begun.recent ? read<Recent>(world, 'conversationRecent', begun, begun.recent) : NOTHING_YET;
    turn.language = begun.language ?? turn.language;
    const isSeen = seenBefore(recent, inbound.key);
    const same = isSeen && (await conversations.answersOf(begun)).find(({ key }) => key === inbound.key);
    const answered = same ? answeredIn(world, begun, same) : undefined;
    // what was overtaken may have kept another receipt than the stored one, which the cast gives
    const isStale = answered?.casts && (isAgain || !(await deps.castOf(turn)));
    if (isSeen && !isStale) {
      const looking = lookingIn(deps, turn, inbound, begun, begun.open && read<OpenFlow>(world, 'conversationOpen', begun, begun.open));
      const taken = await again(deps, turn, looking, answered);
      await conversations.release(begun);
      return taken;
    }
    if (!(await deps.mayAnswer(turn, community))) {
      await conversations.release(begun);
      return { language: turn.language, outcome: 'silenced' };
    }
    begins(turn);
    return await take(deps, { inbound, community, begun, recent, turn });
  } catch (error) {
    await conversations.release(begun).catch(deps.report);
    throw error;
  }
}

interface Here {
  readonly inbound: Inbound;
  readonly community: CommunityRecord;
  readonly begun: Begun;
  readonly recent: Recent;
  readonly turn: Turn;
}

async function take(deps: DialogDeps, { inbound, community, begun, recent, turn }: Here): Promise<TurnTaken> {
  const { language } = turn;
  const { world, conversations } = deps;
  const flood = inbound.isCall || inbound.isContinued ? undefined : floodAt(recent, inbound.at);
  const ballot = await deps.ballotOf(community._id, inbound.at);
  const { open, interpretation } = await understood(deps, { inbound, begun, recent, turn }, ballot);
  const stands = 'stands' in interpretation ? interpretation.stands : undefined;
  const last = async () => {
    const [newest] = await conversations.answersOf(begun);
    const answered = newest && answeredIn(world, begun, newest);
    return answered?.isUnsaid ? undefined : answered;
  };
  const commit = async (reply: Reply, end: TurnEnd) => {
    const isKnown = turn.resident !== undefined || (mayBeStranger(begun) && (await deps.hasHolder(turn)));
    turn.beginCommit();
    const before = end.isAgain && (await last());
    const casts = turn.writes.length > 0;
    const answered = {
      ...(before && { first: before.first ?? before.key }),
      ...(casts && { casts }),
      ...(end.isUnsaid && { isUnsaid: end.isUnsaid }),
      reply,
      language: end.language,
    };
    const committed = conversations.commit({
      begun,
      at: inbound.at,
      ...(!begun.place && { place: world.vault.encrypt('conversationPlace', begun._id, JSON.stringify(placeOf(inbound))) }),
      language: end.language,
      recent: encrypted(world, 'conversationRecent', begun, JSON.stringify(remember(recent, inbound, end.flood))),
      answered: { key: inbound.key, encrypted: world.vault.encrypt('conversationAnswer', begun._id, JSON.stringify(withoutPicks(answered))) },
      ...(end.open && {
        open: end.open === open && begun.open && !stands ? begun.open : encrypted(world, 'conversationOpen', begun, JSON.stringify(end.open)),
      }),
      ...(end.callState && { callState: encrypted(world, 'conversationCallState', begun, end.callState) }),
      isKnown,
      isBack: begun.erased && turn.resident !== undefined,
    });
    await bothDurable(committed, turn.writes);
  };

  const isBallot = mayCast(interpretation, open, deps.catalogue);
  if (isBallot && 'meaning' in interpretation && interpretation.meaning.kind === 'answer') turn.hold().catch(() => undefined); // told to the cast, which needs it
  const isFirst = begun.revision === 0 || (!inbound.isContinued && onlySteps(recent));
  const context: Omit<StepContext, 'meaning'> = {
    inbound,
    open,
    turn,
    community,
    language,
    isFirst,
    hasBallot: ballot.length > 0,
    lastReply: async () => {
      const before = await last();
      return before && repeatedReply(lookingIn(deps, turn, inbound, begun, open), before);
    },
  };
  const inFlood = flood && acceptedInFlood(flood, 'meaning' in interpretation ? interpretation.meaning : undefined, open, deps.catalogue);
  const result = !inFlood || isBallot || inFlood.isTaken ? await goOn(deps, context, interpretation) : undefined;
  const asksForCard = isBallot && result?.open?.role === 'identify';
  if (!result || (inFlood && !(inFlood.isTaken || turn.cast || asksForCard))) {
    if (flood?.told) {
      await conversations.release(begun);
      return { language, outcome: 'silenced' };
    }
    const reply = { says: [{ key: 'common.tooMany' }] };
    await commit(reply, { language, ...(open && { open }), ...(flood && { flood: { ...flood, told: true } }) });
    return { reply, language, outcome: 'answered' };
  }
  const reply: Reply = isFirst ? { ...result.reply, adds: [{ key: 'common.first' }] } : result.reply;
  if (inFlood?.isUnsaid) {
    await commit(reply, { ...unasked(result, open), flood: inFlood.after, isUnsaid: true });
    return { language: result.language, outcome: 'silenced' };
  }
  await commit(reply, { ...result, ...(inFlood && { flood: inFlood.after }) });
  return { reply, language: result.language, outcome: 'answered' };
}

/** An answer leaves only once the turn's end and what it casts are durable; where both fail, the cast's error says what is known. */
async function bothDurable(committed: Promise<void>, writes: readonly Promise<void>[]): Promise<void> {
  if (writes.length === 0) return committed;
  for (const settled of await Promise.allSettled([...writes, committed])) if (settled.status === 'rejected') throw settled.reason;
}

/** What a turn leaves besides its reply. */
type TurnEnd = Omit<StepResult, 'reply'> & { readonly callState?: string; readonly flood?: Flood; readonly isUnsaid?: true };

/** What an unsaid turn leaves: nobody saw what it asks, and only digits can be sent all the same. */
function unasked({ open: asks, ...result }: StepResult & TurnEnd, before: OpenFlow | undefined): TurnEnd {
  const stays = asks && (asks === before || asks.asked.expects === 'code');
  return { ...result, ...(stays && { open: asks }) };
}

async function goOn(
  identity: Identity,
  context: Omit<StepContext, 'meaning'>,
  interpretation: Interpretation | { meaning: Meaning },
): Promise<StepResult & TurnEnd> {
  if (!('meaning' in interpretation)) return { ...interpretation, language: context.language, ...(context.open && { open: context.open }) };
  if ('onlyFirst' in interpretation && interpretation.onlyFirst) context.turn.onlyFirst = true;
  const result = await converseOn(identity, { ...context, meaning: interpretation.meaning });
  if (!('finish' in interpretation)) return result;
  const { until, ...told } = interpretation.finish(result);
  return { ...result, ...told, ...(result.open && until && { open: { ...result.open, until } }) };
}

/** What a message means to what is open. A number answers a menu only if the menu was our last message: else the menu is not open any more. */
async function understood(deps: DialogDeps, { inbound, begun, recent, turn }: Omit<Here, 'community'>, ballot: readonly Option[]) {
  const found = begun.open && isFresh(begun, inbound) ? read<OpenFlow>(deps.world, 'conversationOpen', begun, begun.open) : undefined;
  const open = found?.until && found.until <= inbound.at.getTime() ? undefined : found;
  const { input } = inbound;
  if ('interpret' in input) {
    const interpretation = input.interpret(beforeIt(deps.world, begun, open));
    return { open: interpretation.stands ? interpretation.stands.open : open, interpretation };
  }
  if (!('text' in input)) return { open, interpretation: { meaning: sure(input) } };
  const understood = understand(input.text, open?.asked, ballot, deps.vocabulary);
  if (understood.kind === 'command' && standsAlone(input.text, deps.vocabulary)) letStandAlone(turn);
  const meaning = input.isHeard ? doubtful(understood, open?.asked) : understood;
  const isChoice = open?.asked.expects === 'choice' && meaning.kind === 'answer';
  const lastTurn = recent.at === undefined ? begun.at : new Date(recent.at);
  const isPast = isChoice && lastTurn !== undefined && (await deps.wroteSince(turn, lastTurn));
  return isPast ? { interpretation: { meaning: understand(input.text, undefined, ballot, deps.vocabulary) } } : { open, interpretation: { meaning } };
}

function sure(input: Exclude<Inbound['input'], { text: string } | { interpret: unknown }>): Meaning {
  return 'answer' in input ? { kind: 'answer', answer: input.answer } : { kind: 'command', command: input.command };
}

/** From who sends too much, only what may become a ballot is looked at. */
function mayCast(interpretation: Interpretation | { meaning: Meaning }, open: OpenFlow | undefined, catalogue: Catalogue): boolean {
  if (!('meaning' in interpretation)) return false;
  const { meaning } = interpretation;
  if (meaning.kind === 'command') return meaning.command.name === 'vote' && meaning.command.numbers !== undefined;
  if (meaning.kind !== 'answer') return false;
  const { type } = meaning.answer;
  if (type === 'CODE' && open?.role === 'identify' && open.flowTarget) {
    const { flow, input } = open.flowTarget;
    return catalogue[flow]?.role === 'vote' && input.numbers !== undefined;
  }
  return open?.role === 'vote' && (type === 'NUMBERS' || type === 'YES');
}

/** The same answer again, or that it is done where the answer is no longer kept: of a ballot with its receipt, which the ledger keeps. */
async function again({ castOf }: DialogDeps, turn: Turn, looking: WhereToLook, same: Answered | undefined): Promise<TurnTaken> {
  const { language } = turn;
  if (same?.isUnsaid) return { language, outcome: 'repeated' };
  const reply = same && (await repeatedReply(looking, same));
  if (reply) return { reply, language: same.language, outcome: 'repeated' };
  const cast = await castOf(turn);
  const done = cast ? { key: 'common.doneCast', params: { receipt: cast.receipt } } : { key: 'common.done' };
  return { reply: { says: [done] }, language, outcome: 'repeated' };
}

/** Where the picks are that an answer named. */
function lookingIn(
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

function beforeIt(world: World, begun: Begun, open: OpenFlow | undefined): Before {
  const { callState } = begun;
  return { ...(open && { open }), ...(callState && { callState: decrypted(world, 'conversationCallState', begun, callState) }) };
}

/** The conversation as it stands; claimed where another turn holds it. */
async function asItStands(deps: DialogDeps, inbound: Inbound, id: string, asks: () => void): Promise<Begun> {
  return (await deps.conversations.begin(id, inbound.key, asks)) ?? claimed(deps, inbound, id, asks);
}

/** A turn that meets another one's claim tries again until its deadline. */
async function claimed({ conversations, world }: DialogDeps, inbound: Inbound, id: string, asks: () => void): Promise<Begun> {
  for (;;) {
    const begun = await conversations.claim(id, inbound.key, asks);
    if (begun) return begun;
    if (world.now().getTime() + HELD_AGAIN_MS >= inbound.deadline)
      throw new CodedError('conversation-held', 'Another turn of this address is still under way; send the message again.');
    await sleep(HELD_AGAIN_MS);
  }
}

/** Words without a number seldom record anything. */
function mayAct({ input }: Inbound): boolean {
  return !('text' in input) || /\d/.test(input.text);
}

function placeOf({ channel, address, to }: Inbound): ConversationPlace {
  return [channel, address, to];
}

function isFresh(begun: Begun, { at }: Inbound): boolean {
  return begun.at !== undefined && at.getTime() - begun.at.getTime() < OPEN_MS;
}

function answeredIn(world: World, begun: Begun, { key, encrypted }: KeptAnswer): Answered {
  return { key, ...read<Kept>(world, 'conversationAnswer', begun, encrypted) };
}

/** What was encrypted by us is of the shape that we encrypted. */
function read<Content>(world: World, purpose: EncryptionPurpose, of: Begun, kept: Bytes): Content {
  return JSON.parse(decrypted(world, purpose, of, kept));
}

/** What this process encrypted, while a conversation that it knows holds it. */
const plain = new WeakMap<Bytes, string>();

function encrypted({ vault }: World, purpose: EncryptionPurpose, { _id }: Begun, text: string): Buffer {
  const bytes = vault.encrypt(purpose, _id, text);
  plain.set(bytes, text);
  return bytes;
}

function decrypted({ vault }: World, purpose: EncryptionPurpose, { _id }: Begun, kept: Bytes): string {
  return plain.get(kept) ?? vault.decrypt(purpose, _id, kept);
}
