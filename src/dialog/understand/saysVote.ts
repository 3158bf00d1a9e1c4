import type { Kind, Scored } from './intentBook.ts';
import type { Mentions } from './mentions.ts';
import { ASKS, SURE, weight } from './said.ts';

/** Whether a message that names projects chooses them, whatever is told beside it. `top` is what it is likest, without their names. */
export function saysVote(plain: string, mentions: Mentions, top: Scored): boolean {
  const { masked } = mentions;
  if (areAlternatives(mentions)) return false;
  if (/^(?:wo )?(?:yao )?(?:tou|xuan)(?: gei)?(?: ◇| he)+$/.test(masked)) return true;
  if (top.kind === 'manners' && weight(masked) <= POLITE && !ASKS.test(plain)) return true;
  if (THANKED.test(masked) && !ASKS.test(plain)) return true;
  if (PUT_DOWN.test(masked)) return true;
  if (top.kind === 'vote' || (TOLD_BESIDE.has(top.kind) && CHOSEN.test(masked))) return true;
  if (FIRST.test(masked) && TOLD_FIRST.has(top.kind) && !ASKS.test(plain) && !TROUBLE.test(plain)) return true;
  if (top.likeness >= SURE || ASKS.test(plain)) return false;
  return VERB.test(plain) || weight(plain) <= BESIDE;
}

/** What is said in English without the word for voting. */
const PUT_DOWN = /\b(?:rather have|put me down for|(?:pick|choice|vote) is|go (?:for|with)|i'll take) (?:the |number )?◇/;
/** Without such a word, nothing shows that somebody wants to vote. */
export const VOTES = /[投选票]|登记|核对|审核|vote|voting|ballot|choose|tou|xuan/;
const VERB = /投|选|支持|赞成|同意|要|给|顶|vote|choose|pick|want|like|support|prefer/;
/** A choice in plain words, whatever is told beside it: 肯定投◇, ◇我赞成. */
const CHOSEN =
  /把◇(?:给我|帮我)?(?:整|修|弄|搞|安|建|记|勾|算|登记)(?:起|好|了|上)|登记我?[投选]◇|(?:投|选|赞成|支持|顶)(?:给|个|一票给|一下)?[它◇]|◇[^◇?？,，。]{0,6}(?:赞成|支持|投它|选它|同意|举手|(?:我|要)(?:投|选)(?![的了过]))|◇[^?？吗]*[,，。\s](?:投它|就它|我投|我选|我?(?:支持|赞成|同意)(?=$|[\s\p{P}哈嘛的]))|◇[^?？]*(?:其他|其余|别的|另外)[^?？]{0,6}(?:不|算了)/u;
/** A project comes first, and then why: 路灯!!!黑黢黢的走路都怕. */
const FIRST = /^◇\s*[!！]/;
const TROUBLE = /坏|没人|没得人|没有人|吵|臭|堵|漏|管|物业|不亮|修[了好]|投诉|[天月年]了|broken|nobody/;
const TOLD_BESIDE: ReadonlySet<Kind> = new Set<Kind>(['complain', 'propose', 'ask', 'where', 'stop', 'requestMembership']);
/** 花园还是扶手: nobody knows which one. But 扶手,还是扶手 is one. */
export function areAlternatives({ all, masked }: Mentions): boolean {
  return (all.length > 1 && ALTERNATIVES.test(masked)) || ONE_OF_TWO.test(masked);
}

/** 花园算了还是投路灯: the first one is given up. */
const ALTERNATIVES = /◇(?!(?:那个|就)?(?:算了|不要了|不投了|免了)[,，\s]*还是)[^◇]{0,3}(?:还是|或|要么|\bor\b)[^◇]{0,4}◇|◇[^◇]{0,4}◇\s*哪[个样]/;
/** Nothing but two things of which one is a project: lights or trees. But 扶手还是要. */
const ONE_OF_TWO = /^\s*(?:◇\s*(?:还是(?![要选投想算])|或者?|or\b)\s*[^◇,，]{1,12}|[^◇,，]{1,12}\s*(?:还是|或者?|\bor\b)\s*◇)\s*$/;
/** A title with a thank you: 花园,谢谢. */
const POLITE = 4;
/** Nothing but picks, and then thanks: 三号社区花园,七号路灯,谢谢小同志. But who thanks for lights that were built does not vote. */
const THANKED = /^(?:◇|\d{1,3}号(?=◇)|[\s\p{P}]|和|跟|and\b)+(?:麻烦|劳烦|劳慰|辛苦|谢|感谢|多谢|thank)(?:(?!修|装|建|亮|好[了得用]|for )[^◇])*$/u;
/** So many characters may stand beside the names of projects if no other word says that it is a vote. */
const BESIDE = 8;
/** Trouble, ideas and thanks are told before it is said what one wants. */
export const TOLD_FIRST: ReadonlySet<Kind> = new Set<Kind>(['complain', 'propose', 'manners', 'others']);

/** Whether other words stand beside picks, each written ◇, than those of a vote. */
export function saysMore(masked: string): boolean {
  return /\p{L}/u.test(masked.replace(OF_A_VOTE, ''));
}

/** Words that say no more than that it is a vote, for what, and that it takes the place of another one. */
const OF_A_VOTE =
  /(?<![\p{L}◇])不(?![\p{L}◇])|直接|我们?|咱们?|俺|自己|还是|就是|就|要得?|想|得|投票?|选|票|支持|赞成|同意|给|[啊呀嘛哈哦噢喔噻咯啦了的吧嗯恩好行对是呢诶哎哟]|号|项目|和|跟|与|及|改成?|改为|变成|换成?|重新|重投|从头|全部|都|来|再|现在|今天|这次|这回|最后|最终|决定|确定|只|一?个|[这那]?[两三]个|[这那]个|不对|错了?|我?的?意思是|应该是|麻烦|谢+|请|帮|您|你们?|那么?|说|一下|一哈|◇|\b(?:sorry|meant|mean|actually|i|i'd|i'll|we|my|vote|votes?|for|want|would|like|to|the|please|and|ok|okay|yes|no|number|numbers|project|projects|change|make|it|that|just|only|then|choose|pick|instead|now|a|an|is|are|s)\b/gu;
