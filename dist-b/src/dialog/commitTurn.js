import { beforeIt, encryptPart, mayBeStranger, readPart } from './conversation.js';
import { remember } from './recent.js';
/**
 * Ends a turn: writes its answer and what it leaves. Resolves when that and the ballots that it casts are durable. Rejects with
 * `deadline-passed`, `claim-lost`, `overtaken`, or the error of a cast.
 */
export async function commitTurn(deps, { inbound, begun, recent, turn, stored }, reply, end) {
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
async function bothDurable(committed, writes) {
    if (writes.length === 0)
        return committed;
    for (const settled of await Promise.allSettled([...writes, committed]))
        if (settled.status === 'rejected')
            throw settled.reason;
}
/**
 * What a turn leaves if its reply is not sent. Nobody saw what it asks. So only what was open before stays open, or a
 * question for digits, which can be sent all the same.
 */
export function unasked({ open: asks, ...result }, before) {
    const stays = asks && (asks === before || asks.asked.expects === 'code');
    return { ...result, ...(stays && { open: asks }) };
}
function placeOf({ channel, address, to }) {
    return { channel, address, to };
}
/** The same answer again. If it is no longer stored, only that it is done; for a ballot with its receipt, which the ledger has. */
export async function repeatAnswer({ castOf }, turn, looking, same) {
    const { language } = turn;
    if (same?.isUnsaid)
        return { language, outcome: 'repeated' };
    const reply = same && (await repeatedReply(looking, same));
    if (reply)
        return { reply, language: same.language, outcome: 'repeated' };
    const cast = await castOf(turn);
    const done = cast ? { key: 'common.doneCast', params: { receipt: cast.receipt } } : { key: 'common.done' };
    return { reply: { says: [done] }, language, outcome: 'repeated' };
}
/** An answer as it was given. If it named picks, they are looked up, because they are not stored; undefined if they are not found. */
export async function repeatedReply({ picksOf, asked, readBack }, { key, first = key, reply }) {
    if (!namesPicks(reply))
        return reply;
    const picks = (await picksOf(first)) ?? readBack ?? asked?.params?.picks;
    return picks ? withPicks(reply, picks) : undefined;
}
/** Decrypts an answer that is stored in a conversation. */
export function answeredIn(world, begun, { key, encrypted }) {
    return { key, ...readPart(world, 'conversationAnswer', begun, encrypted) };
}
/** The last answer that was sent; undefined if it is no longer stored. */
export async function lastAnswer({ world, conversations }, begun) {
    const [newest] = await conversations.answersOf(begun);
    const answered = newest && answeredIn(world, begun, newest);
    return answered?.isUnsaid ? undefined : answered;
}
/** Where to look for the picks that an answer named. */
export function lookingIn({ world, castOf }, { community, at }, { input }, begun, open) {
    const readBack = 'readBack' in input ? input.readBack(beforeIt(world, begun, open)) : undefined;
    const picksOf = async (key) => (await castOf({ key, community, at }))?.picks ?? null;
    return { picksOf, asked: open?.asked, ...(readBack && { readBack }) };
}
/** An answer as it may be stored: without the picks. */
function withoutPicks({ reply: { says, asks, ...reply }, ...answered }) {
    const strip = (said) => said.params?.picks ? { ...said, params: { ...said.params, picks: null } } : said;
    const whole = says.filter(({ params }) => !params?.isPart); // a part of the picks cannot be found again
    return { ...answered, reply: { ...reply, says: whole.map(strip), ...(asks && { asks: strip(asks) }) } };
}
function namesPicks({ says, asks }) {
    return [...says, ...(asks ? [asks] : [])].some(({ params }) => params?.picks === null);
}
function withPicks({ says, asks, ...reply }, picks) {
    const fill = (said) => said.params?.picks === null ? { ...said, params: { ...said.params, picks } } : said;
    return { ...reply, says: says.map(fill), ...(asks && { asks: fill(asks) }) };
}
