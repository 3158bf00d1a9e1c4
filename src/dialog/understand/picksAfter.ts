import { areSame } from './changes.ts';
import type { Meaning } from './commandIn.ts';
import { itemsOf } from './inOrOut.ts';
import { looselyNamed } from './looselyNamed.ts';
import type { Mentions } from './mentions.ts';
import { type Situation, standingIn } from './outcome.ts';
import { readBack, shownIn } from './readBack.ts';
import { asksAtAll, type Said } from './said.ts';

/**
 * The projects that are likely picks after a message, read back if that is sure of all of them together; undefined if it is not, or if the message does not say
 * what would change: each one that comes is wanted, each one that goes is named with a word that takes it away. Where a proposal was found (`meaning`), picks only come.
 */
export function picksAfter(situation: Situation, said: Said, meaning: Meaning): Meaning | undefined {
  const likely = likelyPicks(situation, said, meaning);
  if (likely || situation.mentions.found.length < situation.mentions.all.length) return likely; // typed in pinyin
  const mentions = looselyNamed(situation.plain, said.ballot, situation.mentions, said.vocabulary);
  return mentions.all.length > situation.mentions.all.length ? likelyPicks({ ...situation, mentions }, said, meaning) : undefined;
}

function likelyPicks(situation: Situation, said: Said, meaning: Meaning): Meaning | undefined {
  const { vocabulary, ballot } = said;
  const { mentions, talk, plain } = situation;
  if (isMoreNamed(mentions, plain) || UNCERTAIN.test(mentions.masked)) return undefined;
  const items = itemsOf(situation, meaning).map(({ number, features }) => ({ number, chance: vocabulary.judgement.isIn(features) }));
  const numbers = items.filter(({ number, chance }) => chance > 0.5 && ballot.some((option) => option.number === number)).map(({ number }) => number);
  const sure = items.reduce((all, { number, chance }) => all * (numbers.includes(number) ? chance : 1 - chance), 1);
  if (numbers.length === 0 || sure < READ_BACK) return undefined;
  const standing = standingIn(situation);
  if (standing.length === 0 && asksAtAll(plain)) return undefined;
  if (areSame(numbers, standing) && (mentions.all.length === 0 || talk.picks?.isCast || shownIn(said))) return undefined;
  const added = numbers.filter((number) => !standing.includes(number));
  const dropped = standing.filter((number) => !numbers.includes(number));
  const areWanted = added.every((number) => !mentions.all.includes(number) || mentions.wanted.includes(number));
  const areAllIn = mentions.all.every((number) => standing.includes(number) || numbers.includes(number));
  const areNamed = dropped.every((number) => mentions.all.includes(number)) || dropped.length === standing.length;
  const isAsked = added.length === 0 && asksAtAll(plain) && !GIVEN_UP.test(mentions.masked);
  const isTaken = dropped.length === 0 || (!isAsked && (sure >= SURELY || TAKES_AWAY.test(mentions.masked)));
  if (added.length > 0 && OPPOSES.test(mentions.masked)) return undefined;
  if (added.length === 0 && WANTS_ANOTHER.test(mentions.masked)) return undefined;
  if (!areWanted || !areAllIn || !areNamed || !isTaken) return undefined;
  return readBack(said, numbers, standing.length > 0 && dropped.length + added.length > 0 ? { change: { added, dropped } } : {});
}

const READ_BACK = 0.75;
/** So sure it needs no word that takes away what goes: 7滚蛋. */
const SURELY = 0.9;
/** 把7换成11, 投3还是7. What is counted or is a house is no project: 5栋旁边那个. */
const UNCERTAIN = /\d(?![个栋楼层岁元块])|◇[^\s\p{P}]{0,4}还是(?![留要])|或者|要么|\bor\b/u;
/** 不要◇,要另一个: what comes for it was not found. */
const WANTS_ANOTHER = /另|换|改|(?<![不莫别])要(?!了)|\b(?:replace|swap|change|switch|instead|with|for)\b/;
const OPPOSES = /反对|讨厌|不喜欢|不支持|最烦|恨|骗|逼|\b(?:hate|against|oppose|forced?)\b/;
const TAKES_AWAY =
  /[不减少舍换改让删撤倒错划退甩扔丢滚拿取踢]|其实|本来|(?<![进上出])去|看成|算了|[别莫]|\b(?:not?|don't|drop|remove|without|instead|swap|change|replace|switch|for|out|off|rather)\b/;

/** 监控那个还有◇, ◇还有那个天王, 头一个是…第二个是…: beside what was found something else is named that was not. */
export function isMoreNamed({ all, masked }: Mentions, plain: string): boolean {
  return MORE_NAMED.test(masked) || LISTS.test(plain) || (all.length === 1 && NEXT_TO_ONE.test(masked));
}

export const GIVEN_UP = /◇(?:就|我|那个)*(?:莫要|不要|莫投|不投|不选)/;
/** ◇和天网, just mine: ◇, aircon: a second name that is none of ours. */
const NEXT_TO_ONE =
  /^[\s\p{P}]*(?:我?(?:就|想)?(?:投|选|要))?(?:◇[和跟、](?!你|我|他|她|别|其|[一二两三四五六七八九十])[\u4e00-\u9fff]{2,5}|(?!我|你|他|她|[一二两三四五六七八九十])[\u4e00-\u9fff]{2,5}[和、]◇)[\s\p{P}]*$|◇(?:,| and) (?!please|thanks?|only|just|that|then|again|this|sorry|okay|right|nothing)[a-z]{4,}[.!]*$/u;
const LISTS = /(?:头一|第一)个是.+第二个是/;

const MORE_NAMED = /(?:的|那个)[\s,，]*(?:还有|再加|外加)(?:那个)?◇|◇[\s,，]*(?:还有|外加)那个(?![^◇]*◇)|的加[^◇,，。]{2,8}的?再?加◇/u;
