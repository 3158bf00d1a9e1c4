/** The longest that fills a slot: the strictest carrier's limit, in UTF-16 units. */
export const LONGEST_SLOT = 20;
/** Whether what fills a slot can be sent: not empty, in one line, not too long. */
export function fitsSlot(value) {
    return value !== '' && value.length <= LONGEST_SLOT && !/[\n\r【】]/.test(value);
}
/** Begins a list, and stands around what is between two of its entries. No text holds them. */
const LIST = '\u001e';
const BETWEEN = '\u001f';
/** Lists for `toSlots`: each entry is a slot. */
export const slotLists = {
    offer: (items) => listed(items, '\n'),
    readBack: (items, separator) => listed(items.map(({ number, label }) => ({ number, label })), separator),
};
function listed(items, separator) {
    const entries = items.map(({ number, label, cost }) => [number, label, ...(cost === undefined ? [] : [cost])].join(' '));
    return LIST + entries.join(BETWEEN + separator + BETWEEN);
}
/** A reply as key and slots. `partsOf` words with `slotLists`. Who writes stands before it as the carrier's signature, not in 【】. */
export function toSlots({ says, asks, adds = [] }, partsOf) {
    const said = [...says, ...(asks ? [asks] : []), ...adds];
    const parts = said.flatMap((one, index) => [...(index > 0 ? ['\n'] : []), ...partsOf(one)]);
    const lists = [];
    const pieces = parts.flatMap((part) => {
        if (typeof part === 'string' || !part.value.startsWith(LIST))
            return [part];
        const entries = part.value === LIST ? [] : part.value.slice(LIST.length).split(BETWEEN);
        lists.push(Math.ceil(entries.length / 2));
        return entries.map((entry, index) => (index % 2 === 1 ? entry : { name: `${part.name}${index / 2 + 1}`, value: entry }));
    });
    const slots = new Map();
    const wording = merged(pieces).map((piece) => {
        if (typeof piece === 'string')
            return piece;
        let name = piece.name;
        while (slots.has(name))
            name = `${name}Again`;
        slots.set(name, piece.value);
        return `\${${name}}`;
    });
    return {
        text: said.map(({ key }) => key).join('+'),
        ...(lists.length > 0 && { variant: lists.join('-') }),
        wording: wording.join('').replace(/^【[^】]*】/, ''),
        slots,
    };
}
/** Without empty words; slots that stand beside each other are one. */
function merged(pieces) {
    const all = [];
    for (const piece of pieces) {
        const last = all.at(-1);
        if (piece === '')
            continue;
        if (typeof piece === 'string' || typeof last !== 'object')
            all.push(piece);
        else
            all[all.length - 1] = { name: last.name + capital(piece.name), value: last.value + piece.value };
    }
    return all;
}
function capital(name) {
    return name.charAt(0).toUpperCase() + name.slice(1);
}
