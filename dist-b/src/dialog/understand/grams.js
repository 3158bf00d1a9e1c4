import { CodedError } from '../../store/codedError.js';
/** More units than that would not fit into a gram's number. */
const MOST_UNITS = 2 ** 15;
const BEGINNING = '^';
const END = '$';
const BEGINNING_ID = 0;
const END_ID = 1;
/** In the place of the second unit of a pair. */
const ALONE = MOST_UNITS - 1;
/** Indexes the known texts. Throws `CodedError` if there are too many of them. */
export function spaceOf(texts) {
    const ids = new Map([BEGINNING, END, ...new Set(texts.flat())].map((unit, id) => [unit, id]));
    if (ids.size >= MOST_UNITS || texts.length >= 2 ** 16)
        throw new CodedError('too-many-wordings', 'There are more wordings than likeness has numbers for.');
    const grams = new Map();
    const counts = [];
    const ofTexts = texts.map((units) => Array.from(keysOf(units, ids).keys, (key) => {
        const gram = grams.get(key) ?? grams.size;
        grams.set(key, gram);
        counts[gram] = (counts[gram] ?? 0) + 1;
        return gram;
    }));
    const starts = new Uint32Array(counts.length + 1);
    counts.forEach((count, gram) => {
        starts[gram + 1] = (starts[gram] ?? 0) + count;
    });
    const places = new Uint16Array(starts[counts.length] ?? 0);
    const filled = starts.slice();
    const weights = Float32Array.from(counts, (count) => weightOf(count, texts.length));
    const scale = new Float32Array(texts.length);
    ofTexts.forEach((own, place) => {
        let square = 0;
        for (const gram of own) {
            places[filled[gram] ?? 0] = place;
            filled[gram] = (filled[gram] ?? 0) + 1;
            square += (weights[gram] ?? 0) ** 2;
        }
        scale[place] = square > 0 ? 1 / Math.sqrt(square) : 0;
    });
    return { ids, grams, weights, starts, places, scale, rarest: weightOf(1, texts.length) };
}
function weightOf(having, of) {
    return Math.log(1 + of / having);
}
/** Single units, and pairs, which keep the order; what begins and what ends a text makes a pair too. */
export function gramsOf(units, { ids, grams }) {
    const { keys, unknownUnits } = keysOf(units, ids);
    const known = [];
    for (const key of keys) {
        const gram = grams.get(key);
        if (gram !== undefined)
            known.push(gram);
    }
    return { known, all: keys.size, unknownUnits };
}
function keysOf(units, ids) {
    const keys = new Set();
    if (units.length === 0)
        return { keys, unknownUnits: 0 };
    const missing = new Set();
    let before = BEGINNING_ID;
    for (const unit of units) {
        const id = ids.get(unit);
        if (id === undefined)
            missing.add(unit);
        else {
            keys.add(id * MOST_UNITS + ALONE);
            if (before !== undefined)
                keys.add(before * MOST_UNITS + id);
        }
        before = id;
    }
    if (before !== undefined)
        keys.add(before * MOST_UNITS + END_ID);
    return { keys, unknownUnits: missing.size };
}
