import { normalise } from './normalise.js';
const compiled = new WeakMap();
/** The shortest end of a title that names it. */
const LEAST = 2;
export function namesOf(ballot, book) {
    const known = compiled.get(ballot);
    if (known)
        return known;
    const titles = ballot.map(({ number, label }) => ({ number, text: normalise(label).replace(/[.…\s]+$/, '') }));
    const texts = titles.flatMap(({ number, text }) => [
        ...endsOf(text).map((end) => ({ number, text: end })),
        ...[...book.things].flatMap(([thing, names]) => (text.includes(thing) ? names.map((name) => ({ number, text: name })) : [])),
    ]);
    const places = ballot.flatMap(({ number, place }) => place
        ? wordedAnew(normalise(place))
            .flatMap(piecesOf)
            .map((text) => ({ number, text }))
        : []);
    const isOnly = (name, among) => !among.some((other) => other.text === name.text && other.number !== name.number);
    const all = [
        ...texts
            .filter((name) => isOnly(name, texts))
            .map((name) => ({ ...name, sounds: name.text.includes('的') ? [] : soundsOf(name.text, book), isPlace: false })),
        ...places.filter((name) => isOnly(name, [...places, ...texts])).map((name) => ({ ...name, sounds: [], isPlace: true })),
    ].sort((a, b) => b.text.length - a.text.length);
    const from = new Map();
    for (const name of all) {
        const start = startAt(name.text, 0, book);
        from.set(start, [...(from.get(start) ?? []), name]);
    }
    const names = { all, from };
    compiled.set(ballot, names);
    return names;
}
/** How people say what is written: 三院背后 is 3号院后面. */
const WORDED = [
    [/号院/g, () => '院'],
    [/的/g, () => ''],
    [/后面/g, () => '背后'],
    [/面/g, () => '头'],
    [/[1-9]/g, (digit) => NUMERALS.charAt(Number(digit))],
    [/[一二三四五六七八九]/g, (written) => String(NUMERALS.indexOf(written))],
];
const NUMERALS = '零一二三四五六七八九';
function wordedAnew(place) {
    const places = new Set([place]);
    for (const [written, said] of WORDED)
        for (const each of [...places])
            places.add(each.replace(written, said));
    return [...places];
}
/** The pieces of a place of Chinese characters: of 小广场东边 also 小广场 and 广场东. */
function piecesOf(place) {
    const pieces = new Set();
    for (const run of place.match(/\p{Script=Han}+/gu) ?? [])
        for (let from = 0; from < run.length; from++)
            for (let length = PLACE; length <= LONGEST_PLACE && from + length <= run.length; length++)
                pieces.add(run.slice(from, from + length));
    return [...pieces];
}
function endsOf(title) {
    if (/\p{Script=Latin}/u.test(title))
        return [title];
    const characters = [...title];
    return characters.slice(0, Math.max(1, characters.length - LEAST + 1)).map((_, index) => characters.slice(index).join(''));
}
function soundsOf(text, { syllables }) {
    const heard = [...text].flatMap((character) => syllables.of(character) ?? []);
    return heard.length >= LEAST && heard.length === [...text].length ? heard : [];
}
/** What follows a place that stands for its project: 菜市场那段, 小广场要修. */
const IN_PLACE = /^[面头边上里]?的?(?:那|这|哪)一?[个段块截条坨片路]|^(?:要|准备|打算|拿来)?(?:修|建|装|搞|弄|做)(?:什么|啥|灯)|^的?(?:那|这)个/;
/** The shortest piece of a place that names it. */
const PLACE = 3;
const LONGEST_PLACE = 6;
export const LETTER = /[\p{Script=Latin}']/u;
export function nameAt(plain, at, { from }, book) {
    const name = from.get(startAt(plain, at, book))?.find(({ text, sounds, isPlace }) => {
        if (plain.startsWith(text, at))
            return isPlace ? IN_PLACE.test(plain.slice(at + text.length)) : isWhole(plain, at, text);
        return sounds.length > 0 && sounds.every((sound, index) => book.syllables.of(plain.charAt(at + index)) === sound);
    });
    return name && { number: name.number, start: at, end: at + name.text.length };
}
function startAt(text, at, { syllables }) {
    const character = text.charAt(at);
    return syllables.of(character) ?? character;
}
/** A name in Latin letters stands as a word of its own. */
function isWhole(plain, at, text) {
    if (!LETTER.test(text.charAt(0)))
        return true;
    return !LETTER.test(plain.charAt(at - 1)) && !LETTER.test(plain.charAt(at + text.length));
}
