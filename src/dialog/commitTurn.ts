import { type ConversationPlace, encryptPart, mayBeStranger } from './conversation.ts';
import type { DialogDeps } from './deps.ts';
import type { StepResult } from './flowRunner.ts';
import type { Inbound } from './input.ts';
import type { InTurn } from './interpretInbound.ts';
import { lastAnswer, withoutPicks } from './keptAnswers.ts';
import type { OpenFlow } from './openFlow.ts';
import type { Reply } from './question.ts';
import { type Flood, remember, type Words } from './recent.ts';

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
