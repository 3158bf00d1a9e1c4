const DIGIT = '0-9０-９〇零一二三四五六七八九幺';
const ONE_DIGIT = new RegExp(`[${DIGIT}]`, 'u');
/** Digits with at most two blanks, dots, dashes or brackets between them. */
const RUN = new RegExp(`[+＋]?[${DIGIT}](?:[\\s.·\\-–—－()（）]{0,2}[${DIGIT}])+[xX]?`, 'gu');
const DATE = /^(?:19|20)\d\d[-.]?(?:0?[1-9]|1[0-2])[-.]?(?:0?[1-9]|[12]\d|3[01])$/;
const IS_MONEY = /^\s*(?:元|块|万|千|百|亿|人民币|yuan|RMB|CNY)/i;
/** A phone number without its area code; IDs and bank cards are longer. */
const SHORTEST = 7;
const SHOWN = 3;

/** A text as everybody may see it: of phone, ID and bank numbers in it, whatever stands between their digits, the first three digits stay. Sums of money and dates stay whole. */
export function maskNumbers(text: string): string {
  return text.replace(RUN, (run: string, at: number) => {
    const digits = [...run].filter(isDigit).length;
    if (digits < SHORTEST || DATE.test(run) || IS_MONEY.test(text.slice(at + run.length)) || /[¥￥]\s*$/.test(text.slice(0, at))) return run;
    let seen = 0;
    return [...run].map((character) => ((isDigit(character) && ++seen > SHOWN) || /x/i.test(character) ? '*' : character)).join('');
  });
}

function isDigit(character: string): boolean {
  return ONE_DIGIT.test(character);
}
