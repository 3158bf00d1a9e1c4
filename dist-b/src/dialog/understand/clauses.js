import { LANGUAGES } from './meant.js';
import { asksAtAll, CLEAR, OURS, weight } from './said.js';
/** The parts of a text between its pauses. */
export function clausesOf(plain) {
    return plain.split(/[,，。.!！?？;；…~\n]+|(?<=\p{Script=Han})\s+(?=\p{Script=Han})/u).filter((clause) => weight(clause) >= LEAST_CLAUSE);
}
const LEAST_CLAUSE = 4;
/** The likest of the message's clauses, if the whole is like nothing. */
export function byClauses(plain, whole, book) {
    const clauses = clausesOf(plain);
    if (clauses.length < 2 || clauses.length > MOST_CLAUSES)
        return [...whole];
    const best = new Map(whole.map((each) => [each.kind, each]));
    for (const clause of clauses) {
        for (const each of book.kindsOf(clause)) {
            if (each.closest < CLEAR || LANGUAGES.has(each.kind))
                continue;
            const likeness = each.likeness * CLAUSE;
            if (likeness > (best.get(each.kind)?.likeness ?? 0))
                best.set(each.kind, { ...each, likeness });
        }
    }
    return [...best.values()].sort((a, b) => b.likeness - a.likeness);
}
/** A part of a message says less than the whole. */
export const CLAUSE = 0.8;
export const MOST_CLAUSES = 4;
/** A story that ends in a question about voting is that question: 隔壁婆婆住院了,喊我代她投可以不. */
export function askedAfterAll({ plain, vocabulary: { book } }, { masked }) {
    const clauses = clausesOf(masked);
    const least = OURS.test(plain) ? ASKED_CLAUSE.likeness : CLAUSE;
    if (clauses.length < 2 || clauses.length > MOST_CLAUSES + 2)
        return undefined;
    const asked = clauses.slice(-LAST_CLAUSES).flatMap((clause) => {
        const [first, second] = asksAtAll(clause) ? book.kindsOf(clause) : [];
        if (!first || !ABOUT_VOTING.has(first.kind) || first.closest < ASKED_CLAUSE.closest)
            return [];
        const { apart, known } = ASKED_CLAUSE;
        const isApart = first.likeness >= Math.max(least, (second?.likeness ?? 0) + apart);
        return isApart && book.knows(clause, first.kind) >= known ? [first] : [];
    });
    return asked.reduce((best, each) => (best && best.likeness >= each.likeness ? best : each), undefined);
}
/** What is asked about voting at the end of a story. What else is asked there is the story's. */
const ABOUT_VOTING = new Set([
    'proxy',
    'noCard',
    'tenant',
    'receipt',
    'change',
    'how',
    'until',
    'howMany',
    'fraud',
    'secret',
]);
/** So like it the clause has to be, in all, to its likest wording, in its content, and so much more than to another kind. */
const ASKED_CLAUSE = { likeness: 0.6, closest: 0.36, known: 0.7, apart: 0.3 };
/** The question is mostly at the end. */
const LAST_CLAUSES = 3;
/** Whether most of a message's content is nothing that residents ask about in this kind. What is typed in pinyin cannot be told. */
export function isForeign(plain, { masked }, kind, { book }) {
    if (book.unitsOf(plain).length > 1)
        return false;
    const least = OURS.test(plain) ? KNOWN_OF_OURS : KNOWN;
    return book.knows(masked, kind) < least && !clausesOf(masked).some((clause) => book.knows(clause, kind) >= KNOWN_CLAUSE);
}
/** What most of a text is about has to be known, or one word that it shares with a question would be answered: "how do I bake a cake". */
const KNOWN = 0.62;
/** The same for a text that has a word of ours in it. */
const KNOWN_OF_OURS = 0.42;
/** One clause may be the question, and the rest a story. */
const KNOWN_CLAUSE = 0.9;
