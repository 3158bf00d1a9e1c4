import { likenessTo } from './likeness.js';
import { normalise } from './normalise.js';
const compiled = new WeakMap();
const SURE = 0.6;
/** A longer message is about something else, even if all the words of a wording are in it. */
const LONGEST = 24;
/** Which of a community's own answers a normalised message asks for, counted from 0, and how like it is to its wording. */
export function ownAnswerTo(plain, answers, book) {
    if (answers.length === 0)
        return undefined;
    let asked = compiled.get(answers);
    if (!asked) {
        asked = compile(answers, book);
        compiled.set(answers, asked);
    }
    const { compare, answerOf, contents, sounds, own } = asked;
    let best;
    for (const units of book.unitsOf(plain)) {
        const heard = new Set(units.spoken);
        const hasOwn = (place) => units.written.length === 0 || own[place]?.length === 0 || hasHalf(units.written, own[place] ?? []);
        const [first] = compare(units, 1).nearest;
        const cosine = first && hasOwn(first.place) ? { answer: answerOf[first.place] ?? 0, likeness: first.likeness } : undefined;
        const covered = (units.written.length > 0 ? contents : sounds)
            .map((content, place) => ({
            answer: answerOf[place] ?? 0,
            likeness: content.size > 0 && hasOwn(place) ? [...content].filter((unit) => heard.has(unit)).length / content.size : 0,
        }))
            .reduce((a, b) => (b.likeness > a.likeness ? b : a), { answer: 0, likeness: 0 });
        for (const each of [cosine, plain.length <= LONGEST ? covered : undefined])
            if (each && each.likeness > (best?.likeness ?? 0))
                best = each;
    }
    const answer = topicOf(plain, asked.topics, book);
    if (answer !== undefined)
        return { answer, likeness: 1 };
    return best && best.likeness >= SURE ? best : undefined;
}
function hasHalf(written, own) {
    return own.filter((unit) => written.includes(unit)).length * 2 >= own.length;
}
function compile(answers, book) {
    const wordings = answers.flatMap(({ asks }, answer) => asks.map((ask) => ({
        answer,
        units: book.unitsOf(normalise(ask))[0],
        sounds: [...normalise(ask)].flatMap((character) => book.syllables.of(character) ?? []),
    })));
    return {
        compare: likenessTo(wordings.map(({ units }) => units)),
        answerOf: wordings.map(({ answer }) => answer),
        contents: wordings.map(({ units }) => new Set(units.spoken)),
        own: wordings.map(({ units }) => units.written.filter((unit) => !book.isCommon(unit))),
        sounds: wordings.map(({ sounds }) => new Set(sounds)),
        topics: topicsOf(answers, book),
    };
}
/** A longer clause tells something, even if a word of the topic is in it. */
const LONGEST_CLAUSE = 16;
const ASKS = /[?？吗么呢啥几咋哪]|什么|还是|多久|好久|多少|没得|没有|时间|钟点|(.)[不没]\1|不[嘛哦哈呢]*$|\b(?:what|when|where|who|which|how|is|are|do|does|can|could|time)\b/;
/** A person who asks why, or says that nobody does it, complains. */
const COMPLAINS = /为什么|为啥|凭什么|没人|不管|臭|脏|乱|烂|堆|坏|\b(?:why|nobody|smell|dirty)/;
/** What stands in any question tells nothing of what is asked. */
const ASKING = new Set('什么哪谁几吗呢的了是有');
/** A pair of characters that stands in one wording only may be no word. */
const LEAST = 2;
/** How English asks for what Chinese wordings ask with these units. */
const ENGLISH = [
    { asks: /\b(?:when|what time|hours?|how late|schedule|time|days?)\b/, unit: '时' },
    { asks: /\b(?:where|address|which (?:place|building))\b/, unit: '哪' },
    { asks: /\b(?:how|what do i)\b/, unit: '怎' },
    { asks: /\bwho\b/, unit: '谁' },
];
/**
 * The answer that a message asks for in other words: a question that has the word which only this answer's wordings share, and one more of
 * them. Undefined if there is none.
 */
function topicOf(plain, topics, book) {
    if (topics.length === 0)
        return undefined;
    const clauses = plain.split(/[,，。.!！;；…~\n\s]+(?=\p{Script=Han})/u);
    for (const clause of clauses) {
        const isLatin = /^[\p{Script=Latin}\s\p{P}\d]+$/u.test(clause);
        if (!ASKS.test(clause) || COMPLAINS.test(clause) || (!isLatin && clause.length > LONGEST_CLAUSE))
            continue;
        const units = book.unitsOf(clause)[0].written;
        const text = units.join(isLatin ? ' ' : '');
        const about = topics.filter(({ words }) => words.some((word) => hasWord(text, word)));
        const fitting = about.filter(({ beside }) => isLatin ? ENGLISH.some(({ asks, unit }) => asks.test(clause) && beside.has(unit)) : units.some((unit) => beside.has(unit)));
        if (fitting.length === 1)
            return fitting[0]?.answer;
    }
    return undefined;
}
function hasWord(text, word) {
    return /^[a-z]/.test(word) ? ` ${text} `.includes(` ${word} `) : text.includes(word);
}
/** What each answer is about: pairs of characters that at least half of its wordings have, that no other answer has, and that are not common. */
function topicsOf(answers, book) {
    const texts = answers.map(({ asks }) => asks.map((ask) => book.unitsOf(normalise(ask))[0].written));
    return texts.flatMap((wordings, answer) => {
        const counts = new Map();
        for (const units of wordings)
            for (const pair of new Set(pairsOf(units)))
                counts.set(pair, (counts.get(pair) ?? 0) + 1);
        const isOwn = (pair) => !texts.some((others, other) => other !== answer && others.some((units) => units.join('').includes(pair)));
        const own = [...counts]
            .filter(([pair, count]) => count >= LEAST &&
            count * 2 >= wordings.length &&
            isOwn(pair) &&
            !book.isCommon(pair) &&
            [...pair].some((character) => !book.isCommon(character)))
            .map(([pair]) => pair);
        if (own.length === 0)
            return [];
        const names = [...book.things].filter(([thing]) => own.some((pair) => thing.includes(pair))).flatMap(([, listed]) => listed);
        const beside = new Set(wordings.flat().filter((unit) => !ASKING.has(unit) && !own.some((pair) => pair.includes(unit))));
        return [{ answer, words: [...own, ...names.filter((name) => /^[a-z ]+$/.test(name))], beside }];
    });
}
function pairsOf(units) {
    return units.flatMap((unit, index) => /^\p{Script=Han}$/u.test(unit) && /^\p{Script=Han}$/u.test(units[index + 1] ?? '') ? [unit + units[index + 1]] : []);
}
