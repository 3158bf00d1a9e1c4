const CHINESE = '零一二三四五六七八九';

/** Digits one by one, as they are spoken and keyed back: 四八二, "4 8 2". What stands between them stays. */
export function sayDigits(digits: string, language: string): string {
  if (language.startsWith('en')) return digits.replace(/\d(?=\d)/g, '$& ');
  return digits.replace(/\d/g, (digit) => CHINESE.charAt(Number(digit)));
}
