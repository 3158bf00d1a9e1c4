/** The totally anti-symmetric quasigroup of order 10 in Damm's thesis (2004). */
const QUASIGROUP = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];
/**
 * The check digit of a string of digits: `572` gives 4. The check digit of the string with its check digit at the end is 0. It is another if any one
 * digit is changed, or two neighbours are exchanged. Throws a RangeError if there is anything but digits. Pure: a browser checks with it what is typed.
 */
export function damm(digits) {
    return [...digits].reduce((interim, digit) => {
        const next = QUASIGROUP[interim]?.[Number(digit)];
        if (next === undefined)
            throw new RangeError('the check digit is made of digits');
        return next;
    }, 0);
}
/** The digits of a card or a serial as it was typed or scanned: blanks and hyphens are left out, wide digits are plain ones. Pure. */
export function digitsTyped(text) {
    return text.normalize('NFKC').replace(/[\s-]/g, '');
}
/** The eight digits of a slip's serial as it was typed or scanned; undefined if it is none, or the check digit is wrong. Pure. */
export function serialIn(text) {
    const digits = digitsTyped(text);
    return /^\d{8}$/.test(digits) && damm(digits) === 0 ? digits : undefined;
}
/** Whether nine digits can be a card: they do not begin with 0, and the last one is the right check digit. Pure. */
export function isCard(digits) {
    return /^[1-9]\d{8}$/.test(digits) && damm(digits) === 0;
}
