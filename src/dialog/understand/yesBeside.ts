import type { Mentions } from './mentions.ts';

/**
 * Whether a message says a plain yes, at its beginning or its end or in a part of its own, and beside it only what has no word that takes any of it back: 哎,对头;
 * 你记得好准哦 对的对的. What stands beside it is an aside only if it was learnt that such a message is a yes: whoever asks this has to know that.
 */
export function yesBeside({ masked, all }: Mentions, shown: readonly number[]): boolean {
  const namesThem = all.length === shown.length && all.every((number) => shown.includes(number));
  if (masked.length > MAX_CHARS || (all.length > 0 && !namesThem)) return false;
  const text = masked.replaceAll('◇', '').trim();
  if (TAKES_BACK.test(text)) return false;
  if (/^[a-z\s\p{P}]+$/u.test(text)) return ENGLISH_YES.test(text.replace(/[^a-z']+/g, ' ').trim());
  return text.split(/[\s\p{P}]+/u).some((part) => YES.test(part));
}

const MAX_CHARS = 24;
const PARTICLE = '[的嘛啊哈噻嘞呀哦咯了滴地得哒呢]';
const YES = new RegExp(`^[嗯哦噢哎诶好]*(?:(?:对头?|是|没错|莫错|要得|对着|正确)${PARTICLE}*)+$`, 'u');
const ENGLISH_YES = /^(?:(?:oh|ok|hell|ah) )*(?:yes+|yep|yeah|yea|ya|correct|sure|okk*|ok(?:ok)+)(?: |$)|(?:^| )(?:yes+|correct)$/;
const TAKES_BACK =
  /(?<!没)[不](?!错)|没(?!错)|莫(?!错)|[别未换改加减去删退再等停算还另也]|错了|但|先|除|只有|[投选](?!嘛|$|噻|了|吧)|[?？]|\d|[一二三四五六七八九十两]|\b(?:no|not|don't|but|change|instead|wait|also|add|too|drop|remove|rather|what|how|when|where|why|one|two|three|four|five|six|seven|eight|nine|ten|and|vote|only|plus|stop|cancel)\b/;
