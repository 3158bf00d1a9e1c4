/**
 * A text that somebody wrote, fit to be kept and shown. Line ends and control characters become a blank. Characters that turn the direction of
 * writing, half characters and blanks around the text are removed. Markup stays as text and has to be escaped where it is shown.
 */
export function cleanText(text) {
    return text
        .replace(/[\p{Cs}\u202A-\u202E\u2066-\u2069]/gu, '')
        .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
        .trim();
}
const DIGIT = '0-9０-９〇零一二三四五六七八九幺';
const ONE_DIGIT = new RegExp(`[${DIGIT}]`, 'u');
/** Digits with at most two blanks, dots, dashes or brackets between them. */
const RUN = new RegExp(`[+＋]?[${DIGIT}](?:[\\s.·\\-–—－()（）]{0,2}[${DIGIT}])+[xX]?`, 'gu');
const DATE = /^(?:19|20)\d\d[-.]?(?:0?[1-9]|1[0-2])[-.]?(?:0?[1-9]|[12]\d|3[01])$/;
const IS_MONEY = /^\s*(?:元|块|万|千|百|亿|人民币|yuan|RMB|CNY)/i;
/** Digits of a phone number without its area code; IDs and bank cards are longer. */
const SHORTEST = 7;
const SHOWN = 3;
/** A text as everybody may see it. Of the phone, ID and bank numbers in it only the first three digits stay, whatever stands between the digits. Sums of money and dates stay whole. */
export function maskNumbers(text) {
    return text.replace(RUN, (run, at) => {
        const digits = [...run].filter(isDigit).length;
        if (digits < SHORTEST || DATE.test(run) || IS_MONEY.test(text.slice(at + run.length)) || /[¥￥]\s*$/.test(text.slice(0, at)))
            return run;
        let seen = 0;
        return [...run].map((character) => ((isDigit(character) && ++seen > SHOWN) || /x/i.test(character) ? '*' : character)).join('');
    });
}
function isDigit(character) {
    return ONE_DIGIT.test(character);
}
/** Whether a text has the form of a slug or a cycle's id. If not, it need not be looked up. */
export function isId(text) {
    return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);
}
