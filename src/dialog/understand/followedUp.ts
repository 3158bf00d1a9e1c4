import type { Intent } from '../command.ts';
import type { Talk } from '../talk.ts';
import { takesPicks } from './answerTo.ts';
import type { Meaning } from './commandIn.ts';
import { groupsOf } from './groups.ts';
import { ABOUT_PROJECTS } from './meant.ts';
import { beginningOf } from './normalise.ts';
import { type Said, weight } from './said.ts';

/** What a message without a subject means after what was talked of in the last five minutes; undefined if it says its subject itself. */
export function followedUp(meaning: Meaning, said: Said, { topic }: Talk): Meaning | undefined {
  if (!topic || weight(said.plain) > LONGEST) return undefined;
  if (topic.about === 'letter') return WHEN_ANSWERED.test(said.plain) ? { kind: 'intent', intent: 'reply', numbers: [] } : undefined;
  if (topic.about === 'ballot')
    return !said.open && meaning.kind !== 'command' && AGREES.test(said.plain) ? { kind: 'intent', intent: 'manners', numbers: [] } : undefined;
  return topic.number === undefined ? undefined : ofProject(meaning, said, topic.number, topic.intent);
}

const LONGEST = 16;

function ofProject(meaning: Meaning, said: Said, number: number, before: Intent | undefined): Meaning | undefined {
  const { plain, open, ballot, mentionsOf } = said;
  const named = beginningOf(plain.replace(/^\s*那么?/, '')); // 那5号 is no day
  const mentions = mentionsOf(named);
  const [group, another] = groupsOf(named, mentions);
  if (group && !another && group.numbers.length === 1 && WHAT_OF.test(mentions.masked)) {
    const [other = number] = group.numbers;
    return before && ABOUT_PROJECTS.has(before)
      ? { kind: 'intent', intent: before, numbers: [other] }
      : { kind: 'command', command: { name: 'projects', numbers: [other] } };
  }
  if (mentions.all.length > 0) return undefined;
  if (OF_ALL.test(plain)) return undefined;
  if (meaning.kind === 'intent' && ABOUT_PROJECTS.has(meaning.intent)) return { ...meaning, numbers: [number] };
  const isConfirming = open?.expects === 'confirmation' && takesPicks(open);
  if (TAKES_IT.test(plain) && ballot.some((project) => project.number === number) && !isConfirming)
    return takesPicks(open) ? { kind: 'answer', answer: { type: 'NAMED', numbers: [number] } } : { kind: 'named', numbers: [number], isVote: true };
  const asked = ASKED.find(([pattern]) => pattern.test(plain))?.[1];
  if (asked === 'what') return { kind: 'command', command: { name: 'projects', numbers: [number] } };
  return asked && { kind: 'intent', intent: asked, numbers: [number] };
}

const IT = '(?:那个?|它|这个?|是)?(?:项目)?';
const END = '(?:[嘛哦呢啊呀哈吗哟的]|[\\s\\p{P}])*$';
/** 好多钱, 在哪, 好久, 啥子嘛: so short, they are no question of their own. */
const ASKED: readonly (readonly [RegExp, 'cost' | 'where' | 'built' | 'what'])[] = [
  [new RegExp(`^${IT}(?:要|得|要花|花)?(?:好多|多少|几多)钱?${END}|^how much(?: is (?:it|that))?${END}|^(?:the )?(?:cost|price)${END}`, 'u'), 'cost'],
  [
    new RegExp(
      `^${IT}(?:修|装|建|搞|弄|放|摆)?在?(?:哪[里儿点]?|哪个(?:地方|位置|塌塌)|什么地方|啥子?地方)${END}|^where(?: is (?:it|that))?${END}`,
      'u',
    ),
    'where',
  ],
  [
    new RegExp(
      `^${IT}(?:要)?(?:好久|什么时候|啥子?时候|哪天|多久|几时|几月)(?:能|才|可以)?(?:修|建|弄|办|装|搞|动工|开工|完工)?(?:得?[好完成起])?${END}|^when(?: (?:is|will) (?:it|that)(?: be)?(?: (?:built|done|ready|finished))?)?${END}`,
      'u',
    ),
    'built',
  ],
  [new RegExp(`^${IT}(?:啥子?|什么|干(?:啥|什么)的?|做(?:啥|什么)的?)(?:东西)?${END}|^what is (?:it|that)${END}`, 'u'), 'what'],
];
/** 每个要花多少钱 is about all of them. */
const OF_ALL = /每|各|所有|全部|都|[一总]共|哪[些个几](?!地方|位置|塌塌)|最|\b(?:each|every|all|total|which)\b/;
const WHAT_OF = /^[\s\p{P}]*(?:那么?|and|what about|how about)?\s*(?:the|number|no\.)?\s*◇\s*(?:号)?(?:呢|咋样|怎么样|哪[嘛]?)?[\s\p{P}]*$/u;
const TAKES_IT =
  /^[\s\p{P}]*(?:好|行|要得|那|ok|okay)?[\s,，]*(?:我|那|就|想|要)*(?:投|选|要|支持|vote for|take|choose|pick|i want|i'll take)\s*(?:给)?(?:这个?|它|那个?|这一个|it|that|this|that one|this one)(?:[嘛哦呢啊吧哈了]|[\s\p{P}]|please)*$/u;
const WHEN_ANSWERED =
  /好久|什么时候|啥子?时候|多久|几时|哪天|回[我话信复]|答复|处理|解决|有没[有得]结果|管不管|\b(?:when|how long|reply|answer|hear back|news)\b/;
const AGREES =
  /^(?=.*[\p{L}👍🙏👌])(?:是|对|要得|好|嗯|恩|行|可以|没错|莫错|谢谢|谢|多谢|感谢|辛苦|晓得|知道|收到|了|的|头|嘛|哈|啊|吧|噻|哦|您|你|yes|ok|okay|yeah|thanks|thank you|good|great|fine|right|[\s\p{P}👍🙏👌])+$/u;
