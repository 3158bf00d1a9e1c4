import { NUMERAL_CHARACTERS, numeral } from '../../store/numerals.js';
import { sameWords } from './sameWords.js';
const NUMERALS = [...NUMERAL_CHARACTERS].join('');
const NUMBER = `(?:\\p{Nd}+|[${NUMERALS}]+)`;
const NAME = `(?:${NUMBER}|[A-Za-z](?![A-Za-z]))`;
/** What stands behind the number of a place. 院子 and 院坝 are no courtyard with a number, and 一组 is also said of things: a group has its 第. */
const KINDS = [
    ['courtyard', '号?(?:大院|院)(?![子坝落])'],
    ['building', '(?:号楼|栋楼?|幢楼?)'],
    ['entrance', '单元'],
    ['phase', '期'],
];
const AND = '[和与跟及、,，到至-]';
const PLACES = KINDS.map(([kind, behind]) => ({ kind, pattern: new RegExp(`(?<!每)(${NAME})(?:${AND}(${NAME}))*${behind}`, 'gu') }));
const GROUP = { kind: 'group', pattern: new RegExp(`第(${NUMBER})[组队]`, 'gu') };
const EACH_NAME = new RegExp(NAME, 'gu');
const UNITS = new RegExp(`\\p{Nd}+|[${NUMERALS}]+|\\p{Script=Latin}+|\\p{L}`, 'gu');
const IS_NUMBER = new RegExp(`^${NUMBER}$`, 'u');
/** With what residents ask for anything. */
const ASKING = /希望|建议|请人|请|能不能|可不可以|想要|一下|社区|小区|我们|最近|需要|组织|举办|安装|设置|增加/gu;
/** Has V8 compile the patterns, a millisecond each, in steps: the first text would wait for all of them at once. */
export function* readyPatterns() {
    for (const pattern of [...PLACES.map(({ pattern }) => pattern), GROUP.pattern, EACH_NAME, UNITS, ASKING]) {
        for (const _ of '三号院3栋'.matchAll(pattern))
            ;
        yield;
    }
}
/** Takes a text apart. Full-width letters and digits count as others do. */
export function placedText(text) {
    const places = new Map();
    const placed = [];
    for (const { kind, pattern } of [...PLACES, GROUP])
        for (const found of text.matchAll(pattern)) {
            const names = places.get(kind) ?? new Set();
            places.set(kind, names);
            for (const [name] of found[0].matchAll(EACH_NAME))
                names.add(plain(name));
            placed.push({ from: found.index, to: found.index + found[0].length });
        }
    const isPlaced = ({ from, to }) => placed.some((place) => from < place.to && to > place.from);
    const asking = Array.from(text.matchAll(ASKING), ({ 0: ask, index }) => ({ from: index, to: index + ask.length }));
    const units = [];
    for (const found of text.matchAll(UNITS)) {
        const from = found.index;
        const to = from + found[0].length;
        if (isPlaced({ from, to }) || asking.some((ask) => from < ask.to && to > ask.from))
            continue;
        units.push({ unit: plain(found[0]), from, to });
    }
    const words = sameWords(text).filter((word) => !isPlaced(word));
    return { units, words, places, placed };
}
/** Units of a text that are looked at: whoever writes 300 different signs takes no more memory than others. */
const MOST_UNITS = 150;
/** A meaning counts more than the characters by which it is written. */
const OF_A_MEANING = 1.6;
/** What a text is compared by, and how much each counts: single units, pairs of them, which keep the order, and meanings. */
export function gramsOf({ units, words }) {
    const grams = new Map();
    units.slice(0, MOST_UNITS).forEach(({ unit }, index) => {
        grams.set(unit, 1);
        const next = units[index + 1];
        if (next)
            grams.set(pairOf(unit, next.unit), 1);
    });
    for (const { meaning } of words.slice(0, MOST_UNITS))
        grams.set(`=${meaning}`, OF_A_MEANING);
    return grams;
}
/** Two units that stand one after the other. */
export function pairOf(unit, next) {
    return `${unit} ${next ?? ''}`;
}
/** Whether two texts are of the same place; undefined if one of them names none, or they name places of different kinds. */
export function samePlace(one, other) {
    let same;
    for (const [kind, names] of one) {
        const others = other.get(kind);
        if (!others)
            continue;
        if (![...names].some((name) => others.has(name)))
            return false;
        same = true;
    }
    return same;
}
function plain(unit) {
    const written = unit.normalize('NFKC').toLowerCase();
    if (!IS_NUMBER.test(written))
        return written;
    return String(numeral(written) ?? written.replace(/^0+(?=\d)/, ''));
}
