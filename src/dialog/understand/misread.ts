import type { Talk } from '../talk.ts';
import { areSame } from './changes.ts';
import type { Meaning } from './commandIn.ts';
import { beginningOf } from './normalise.ts';
import { picksIn, shownIn } from './readBack.ts';
import { type Said, weight } from './said.ts';
import { saysMore } from './saysVote.ts';

/** 楼道那个扶手咋个安: who asks of a project does not vote for it. */
export function unlessAsked(meaning: Meaning, { plain, mentionsOf }: Said): Meaning {
  const named = mentionsOf(beginningOf(plain))
    .masked.split(PARTS)
    .filter((part) => part.includes('◇'));
  const given =
    meaning.kind === 'named' && !meaning.isVote && !meaning.asked
      ? meaning
      : meaning.kind === 'answer' && meaning.answer.type === 'NAMED'
        ? meaning.answer
        : undefined;
  if (!given || ('change' in given && given.change) || !ASKS_OF.test(named.join(' ')) || VOTES.test(plain) || weight(plain) > LONGEST_ASKED)
    return meaning;
  const [number, another] = given.numbers;
  return number !== undefined && another === undefined ? { kind: 'command', command: { name: 'projects', numbers: [number] } } : { kind: 'unknown' };
}

const LONGEST_ASKED = 20;
const ASKS_OF = /咋|怎么|啥|什么|哪|几|多少|好多|好久|会不会|[嗦唛][\s\p{P}]*$/u;

/** Beside picks that are known, other words than those of a vote may do something with them that is not understood: it is not read back as if they were not there. */
export function unlessMisread(meaning: Meaning, said: Said, { picks }: Talk): Meaning {
  const known = shownIn(said) ?? (picks?.isLeft ? undefined : picks);
  const given = meaning.kind === 'named' || (meaning.kind === 'answer' && meaning.answer.type === 'NAMED') ? meaning : undefined;
  const isChanged = given && (given.kind === 'answer' ? 'change' in given.answer : given.change !== undefined || given.isPart || given.asked);
  const isSame = given && areSame(picksIn(given) ?? [], known?.numbers ?? []);
  if (!known || !given || isChanged || isSame || known.numbers.length === 0) return meaning;
  const { masked, found } = said.mentionsOf(beginningOf(said.plain));
  if (MISTAKES.test(masked) && !ANEW.test(masked) && (picksIn(meaning)?.length ?? 0) < known.numbers.length) return { kind: 'unknown' };
  if (found.length === 0 && CHANGES_PICKS.test(said.plain)) return { kind: 'unknown' }; // 倒渣渣那个拿掉: named by nothing but likeness
  if ((picksIn(given) ?? []).length > new Set(found.map(({ number }) => number)).size && /[二三四五六七八九]{2}/.test(said.plain)) return meaning; // 那就二三四
  const ofPicks = masked.split(PARTS).filter((clause) => clause.includes('◇')); // what else is told stands for itself
  return found.length > 0 && !ANEW.test(masked) && saysMore(ofPicks.join(' ')) ? { kind: 'unknown' } : meaning;
}

/** 八号莫得必要，一号留到，再加个二: a part that changes something of which nobody knows what. */
export function leavesOver({ plain, mentionsOf }: Said): boolean {
  const { masked } = mentionsOf(beginningOf(plain));
  const parts = masked.split(PARTS);
  if (NUMBER_LEFT.test(masked)) return true;
  return masked.includes('◇') && parts.some((part) => !part.includes('◇') && CHANGES_MORE.test(part));
}

const NUMBER_LEFT = /(?<![\d.:])\d{1,2}号?(?:也|都|就)?(?:不[要投选]|换|去掉|留|加|要)/u;
const CHANGES_MORE =
  /(?:再|还|也|又)(?:加|要|投|来|添|有)(?!上?$)|(?:换成?|改成?|加个?|添个?)(?![上起了嘛哈掉得的不改换主票心]|[一两二三]个|[\s\p{P}]|$)|要(?:个|一个|那个|另)/u;

const PARTS = /[,，。.!！?？;；…\n]+|(?<=\p{Script=Han})\s+(?=\p{Script=Han}|◇)/u;
/** What was said or shown is not meant. */
export const MISTAKES = /[错对]了|意思是|应该是|\b(?:sorry|meant)\b/;
/** 两个都不要，投2: all that was there goes. */
const ANEW =
  /(?:[两三几]个|全部|统统|通通|原来的?|前面的?|前头的?|之前的?|都)(?:都|就|全)?(?:不要|不投|不选|换|算了|去掉|取消|作废|删)|不算|作废|重新|重来|从头|重投|\b(?:instead|start over|from scratch)\b/;
/** 一号换成十号,活动室热得遭不住: a change of the picks that are known, whatever is told of it. */
export const CHANGES_PICKS = /[换改]|[加添](?:一?个|起)|去掉|拿[掉走]|划掉|撤[掉了]|取消|删|不要|加上|再加|\b(?:change|swap|replace|remove|add)\b/;
export const VOTES = /[投选要]|支持|\b(?:vote|want|choose|pick)\b/;
