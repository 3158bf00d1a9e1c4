import { isPlainYes } from './agreesTo.ts';
import { areSame } from './changes.ts';
import type { Meaning } from './commandIn.ts';
import { PROJECT } from './intentBook.ts';
import { beginningOf } from './normalise.ts';
import { outcomeFeatures, type Situation } from './outcome.ts';
import { readBack, shownIn } from './readBack.ts';
import { asksAtAll, type Said } from './said.ts';

export const YES: Meaning = { kind: 'answer', answer: { type: 'YES' } };

/**
 * A yes in words that no pattern knows: nothing else is named, denied or asked. Beside a part that is a plain yes (对头 我自己的主意), the others have to be
 * like a yes by themselves: 对 太贵. After what was not understood, it may mean that.
 */
export function saysYes(situation: Situation, trust: number, said: Said): Meaning | undefined {
  const { mentions, talk, plain } = situation;
  const shown = shownIn(said)?.numbers ?? [];
  const parts = partsOf(plain);
  const others = parts.filter((part) => !isPlainYes(part, shown.length || 1));
  const isBeside = others.length < parts.length;
  if (trust < (isBeside ? BESIDE_YES : SAYS_YES) || !agreesOnly(mentions.masked, said)) return undefined;
  if (mentions.all.length > 0 && !areSame(mentions.all, shown)) return undefined;
  if (isBeside && others.length > 0 && !isLikeYes(others.join(' '), situation, said)) return undefined;
  return talk.unclear && shown.length > 0 ? readBack(said, shown) : YES;
}

/** Whether this, by itself, would be a yes where the message stands. */
function isLikeYes(plain: string, situation: Situation, { vocabulary: { judgement }, mentionsOf }: Said): boolean {
  const chances = judgement.chancesOf(outcomeFeatures({ ...situation, plain, mentions: mentionsOf(plain) }));
  return (chances[judgement.outcomes.indexOf('yes')] ?? 0) >= LIKE_YES;
}

/**
 * Where something is to be confirmed: a part of the message is a yes, or begins or ends as one, and nothing in the others may be more. Of English it has to be
 * every word, where a ballot is cast.
 */
export function agreesOnly(masked: string, said: Said): boolean {
  if (said.open?.expects !== 'confirmation' || asksAtAll(said.plain) || beginningOf(said.plain) !== said.plain) return false;
  const count = shownIn(said)?.numbers.length ?? 0;
  const howMany = HOW_MANY[count - 1];
  const parts = partsOf(howMany ? masked.replaceAll(howMany, '') : masked);
  const others = parts.filter((part) => !isPlainYes(part, count || 1));
  const mayBeMore = (part: string) => NOT_ONLY_YES.test(part) || (count === 0 ? part.includes(PROJECT) : MAY_BE_NONE.test(part)); // bins, yes, number nine
  if (others.some(mayBeMore)) return false;
  if (others.length === parts.length && !others.some((part) => AGREES.test(part))) return false;
  return others.every((part) => !/[a-z]/.test(part) || AGREES_TOO.test(part) || (count === 0 && others.length < parts.length));
}

function partsOf(masked: string): string[] {
  return masked.split(/[\s\p{P}]+/u).filter(Boolean);
}

/** As many as are shown: 两个都要, 就这一项. */
const HOW_MANY = [/一[个项样]/g, /两[个项样]|俩|\bboth\b/g, /三[个项样]|仨/g];
/** So far it has to be believed that it is a yes: of 809 messages that meant yes, by writers of whom nothing was learnt, three quarters were found, by patterns and by it; one was taken for a yes that was none. */
const SAYS_YES = 0.8;
/** Beside a part that is a yes by itself, so far. */
const BESIDE_YES = 0.45;
/** So likely the rest has to be one, by itself. */
const LIKE_YES = 0.3;
/** Somebody else wishes it, it has to wait, or it is mocked. */
const MAY_BE_NONE =
  /[喊叫逼催劝骗他她谁代烦滚屁哼贵牛]|帮(?![我你])|让(?=[我他她])|人家|别个|老[公婆]|[爸妈爹娘儿女孙]|随便|明[天早晚]|后天|今晚|[早晚]上|[上下中]午|[回改过]头|有空|时间|睡|回来(?!了)|过[一两几]|改天|下[次回]|暂时|(?<!原)先(?![记这])|晚点|要是|可惜|厉害|铲铲|电话|发票|有(?:道理|意思)|讲的|\b(?:later|tomorrow|tonight|after|first|whatever)\b/u;
/** So begins, or ends, a part of each yes: 嗯就这, 得嘞走着, 那就投嘛. 可惜 and 都是管安全的 say none. */
const AGREES =
  /^(?:嗯(?!哼)|恩|唔|昂|对(?=[的头嘛哈啊呀噻撒哦了嘞滴呢勒就对嗯]|$)|是(?=[的啊呀嘛哈撒哦勒嘞滴啦了对是]|$)|好(?=[的嘛哦啊呀了吧哈嘞咧哒滴就投行]|$)|要(?:得|嘞)|可(?:以|得|$)|阔以|行(?=[的嘛了啊吧嘞呀哦嗯就行]|$)|得(?:行|嘞)|中(?=[的嘞啊哦中]|$)|使得|管$|整(?!个)|让$|转|确|同意|成(?!都)|没错|定|就|这下|总算|巴适|安逸|妥|投|发|记|交|登|冲|提交|收到|◇|[👍👌✅]|(?:ok+|okay|yes|ye|ya|yea\w*|yep|yup|k|sure|confirm\w*|final|perfect|right|correct|exactly)$)|(?:对|对头|要得|也行|可以|就投|[弄整改换投发]吧|就投嘛)[嘛啊了哈的]?$/u;
/** What else an English yes may have in it: yes please do that. */
const AGREES_TOO =
  /^(?:ok+|okay|yes|ye|ya|yea\w*|yep|yup|k|sure|confirm\w*|final\w*|perfect|right|correct|exactly|please|pls|thanks?|thank|you|u|submit|send|record|count|cast|vote|it|that|this|is|s|i|am|m|do|go|ahead|for|with|agree|fine|good|great|both|all|those|these|the|them|two|one|three|now|indeed|then|let|us|lets|again|so|lol|haha|mate|sir|miss|mine|only)$/;
/** What may deny, doubt, ask, report or change something. */
const NOT_ONLY_YES =
  /单子(?!上)|清单|看(?![清完好])|[不没莫别冇否非但如若未拒问错停等说加添换改减删再又还另转面头家🙅一二两俩三仨四五六七八九十]|反对|取消|算[了求球]|可能|好像|大概|都(?![要好行投是对]|可以|成$)|\d|\b(?:not?|don't|if|re|my|just|cancel|wait|stop|says?|said|maybe|also|another|other|instead|add|drop|change|swap|replace|remove|too|plus|but)\b/u;
