const DIGITS = new Map(['零〇', '一壹幺', '二贰两', '三叁', '四肆', '五伍', '六陆', '七柒', '八捌', '九玖'].flatMap((forms, value) => Array.from(forms, (form) => [form, value])));
const UNITS = new Map([
    ['十', 10],
    ['拾', 10],
    ['百', 100],
    ['佰', 100],
    ['千', 1000],
    ['仟', 1000],
]);
const TENS = new Map([
    ['廿', '二十'],
    ['卅', '三十'],
    ['卌', '四十'],
]);
/** All characters that Chinese numerals to 9,999 are written with, simplified. */
export const NUMERAL_CHARACTERS = new Set([...DIGITS.keys(), ...UNITS.keys(), ...TENS.keys()]);
/**
 * The number that a Chinese numeral means, 0 to 9,999: 两百, 廿三, 一百零五, 一千二 (1,200), 壹佰, 二〇二七. `undefined` if it is no numeral, or if digits
 * are read out ("三七"): that may be two numbers, see `digitsOf`.
 */
export function numeral(text) {
    const written = text.replace(/[廿卅卌]/gu, (character) => TENS.get(character) ?? character);
    if ([...written].some((character) => UNITS.has(character)))
        return withUnits(written);
    const digits = digitsOf(written);
    if (digits === undefined || digits.length > 4)
        return undefined;
    const isPlaced = /^[1-9].*0/.test(digits); // nobody picks a project 0, so a 零 inside holds a place
    return digits.length === 1 || isPlaced ? Number(digits) : undefined;
}
/** Digits that are read out one by one, "三七" or "幺零二", as digits; `undefined` if there is anything else among them. */
export function digitsOf(text) {
    let digits = '';
    for (const character of text) {
        const digit = DIGITS.get(character);
        if (digit === undefined)
            return undefined;
        digits += digit;
    }
    return digits || undefined;
}
/**
 * The value of a numeral with units. Each unit must be smaller than the one before. A last digit without a unit counts in tenths of the
 * unit before it (一百五), unless 零 stands between.
 */
function withUnits(written) {
    let sum = 0;
    let last = 10_000;
    let digit;
    let gap = false;
    for (const character of written) {
        const unit = UNITS.get(character);
        if (unit === undefined) {
            const value = DIGITS.get(character) ?? 0;
            if (digit !== undefined)
                return undefined;
            if (value === 0) {
                if (gap || last === 10_000)
                    return undefined;
                gap = true;
            }
            else
                digit = value;
        }
        else {
            if (unit >= last || (digit === undefined && unit !== 10))
                return undefined;
            sum += (digit ?? 1) * unit;
            last = unit;
            digit = undefined;
            gap = false;
        }
    }
    if (digit === undefined)
        return gap ? undefined : sum;
    if (gap && last === 10)
        return undefined;
    return sum + (gap || last === 10 ? digit : (digit * last) / 10);
}
