import { simplified } from './simplified.ts';

/*
 * Names and numbers that people take for the same, though they are written with other characters: to be compared, never to be shown. What UTS 39 calls
 * confusables, of what somebody here can type beside Chinese: accents, wide and small letters, Greek, Cyrillic, kana, traditional characters, and digits that
 * are letters. Characters that are alike and both in use, such as 未 and 末, stay apart.
 */

/** Greek and Cyrillic letters, and characters, as what they look like. A capital stands here alone where its small letter looks like something else. */
const ALIKE = new Map(
  [
    ['ΑАαа', 'a'],
    ['ΒВβв', 'b'],
    ['СсϹϲ', 'c'],
    ['Ԁԁ', 'd'],
    ['ΕЕεеЁё', 'e'],
    ['ϜϝҒғ', 'f'],
    ['ΗНнҺһ', 'h'],
    ['ΙІιіЇїӀӏ', 'i'],
    ['Јј', 'j'],
    ['ΚКκк', 'k'],
    ['ΜМм', 'm'],
    ['ΝηПп', 'n'],
    ['ΟОοоσ', 'o'],
    ['ΡРρр', 'p'],
    ['Ԛԛ', 'q'],
    ['Ѕѕ', 's'],
    ['ΤТτт', 't'],
    ['υμ', 'u'],
    ['ν', 'v'],
    ['Ԝԝω', 'w'],
    ['ΧХχх', 'x'],
    ['ΥУуγЎў', 'y'],
    ['Ζζ', 'z'],
    ['Зз', '3'],
    ['Бб', '6'],
    ['ロ囗', '口'],
    ['カ', '力'],
    ['エ', '工'],
    ['ニ', '二'],
    ['ハ', '八'],
    ['ト', '卜'],
    ['タ', '夕'],
    ['オ', '才'],
    ['チ', '千'],
    ['ー―—─', '一'],
    ['〇○◯', 'o'],
  ].flatMap(([written = '', seen = '']) => [...written].map((each) => [each, seen] as const)),
);

/** A text in plain small letters: whatever letters it is written in, without accents, its characters simplified. */
export function plainLetters(text: string): string {
  return Array.from(text.normalize('NFKD').replace(/\p{Mn}/gu, ''), (each) => ALIKE.get(each) ?? simple(each))
    .join('')
    .toLowerCase()
    .normalize('NFKC');
}

/** A text as `plainLetters` gives it, with letters that look like digits as digits. */
export function lookOf(text: string): string {
  return plainLetters(text).replaceAll('o', '0').replaceAll(/[il|]/g, '1');
}

function simple(character: string): string {
  return character.length === 1 ? String.fromCharCode(simplified(character.charCodeAt(0))) : character;
}
