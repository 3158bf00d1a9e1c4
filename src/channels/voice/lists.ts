import type { Item, ListStyle } from '../../dialog/manner.ts';

/** Lists as they are spoken: what is offered before its key, what was picked with its number and name. */
export function voiceLists(language: string): ListStyle {
  const isEnglish = language.startsWith('en');
  const picked = ({ number, label }: Item) => (isEnglish ? `${number}, ${label}` : `${number}号,${label}`);
  const offered = ({ number, label }: Item) => (isEnglish ? `${label}, press ${number}.` : `${label},按${number}。`);
  return {
    offer: (items) => items.map(offered).join(isEnglish ? ' ' : ''),
    isSpoken: true,
    readBack: (items) => items.map(picked).join(isEnglish ? '; ' : ';'),
  };
}
