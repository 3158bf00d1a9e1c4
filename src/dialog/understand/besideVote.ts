import type { Intent } from '../command.ts';
import type { Meaning } from './commandIn.ts';
import { groupsOf } from './groups.ts';
import { asksAtAll, type Said } from './said.ts';
import { picksIn as picksOf } from './scan.ts';
import { stancesOf } from './stance.ts';

/** 投3 7 结果好久出来: a vote is not lost for what is asked behind it. */
export function withVote(meaning: Meaning, said: Said): Meaning | undefined {
  const { plain, ballot, vocabulary } = said;
  const asked =
    meaning.kind === 'ownAnswer'
      ? { ownAnswer: meaning.answer }
      : meaning.kind === 'intent' && (!IS_OF_VOTE.has(meaning.intent) || (meaning.intent === 'change' && APART.test(plain)))
        ? meaning
        : undefined;
  const isReceipt = meaning.kind === 'command' && meaning.command.name === 'receipt' && !meaning.command.card;
  const beside =
    meaning.kind === 'unknown' || isReceipt || (meaning.kind === 'intent' && meaning.intent !== 'proxy') || asked ? votedBeside(said) : undefined;
  if (beside)
    return {
      kind: 'named',
      numbers: beside,
      isVote: true,
      ...(asked && { asked: 'ownAnswer' in asked ? asked : { intent: asked.intent, numbers: [] } }),
    };
  const [, voted] = asked ? (VOTE_FIRST.exec(plain) ?? VOTE_LAST.exec(plain) ?? []) : [];
  const picks = voted ? picksOf(voted, 0, vocabulary)?.numbers : undefined;
  if (!asked || !picks?.length || !picks.every((number) => ballot.some((project) => project.number === number))) return undefined;
  const { intent, numbers, ownAnswer } = { intent: undefined, numbers: undefined, ownAnswer: undefined, ...asked };
  return {
    kind: 'named',
    numbers: [...new Set(picks)],
    isVote: true,
    asked: { ...(intent && { intent }), ...(numbers && { numbers }), ...(ownAnswer !== undefined && { ownAnswer }) },
  };
}

/** What one clause votes for, while another one asks: 我要投游乐场，还有问一下票好久截止. */
function votedBeside({ plain, ballot, mentionsOf }: Said): number[] | undefined {
  const clauses = plain.split(/[,，。.!！?？;；\n]+|\s(?=\p{Script=Han})/u).filter((clause) => /[\p{L}\p{N}]/u.test(clause));
  if (ballot.length === 0 || clauses.length < 2 || clauses.length > MOST_CLAUSES || plain.length > LONGEST) return undefined;
  const voting = clauses.filter((clause) => mentionsOf(clause).all.length > 0 && !asksAtAll(clause));
  const [only, another] = voting;
  if (only === undefined || another !== undefined || asksAtAll(only) || !/投|选|改成|\bvote\b/.test(only)) return undefined;
  const { wanted, masked, all } = mentionsOf(only);
  const groups = groupsOf(only, mentionsOf(only));
  const isOwn = stancesOf(groups).every((stance) => stance === 'own') && wanted.length === all.length;
  const asks = clauses.some((clause) => clause !== only && (ASKS_BESIDE.test(clause) || asksAtAll(clause)));
  return isOwn && asks && !saysMore(masked) ? [...wanted] : undefined;
}

const MOST_CLAUSES = 4;
const LONGEST = 60;
const ASKS_BESIDE = /问|\bask\b/;

const VOTE_FIRST =
  /^\s*(?:我们?)?(?:就|要|想)?(?:投|选|vote(?: for)?)\s*((?:(?:\d{1,2}|[一二三四五六七八九十])号?(?:[\s、,，和跟]|and\b)*)+)(?:(?<=[\s,，、])|(?=[,，。.;；]))(?![不没算]|还是|或).{3,}$/su;
/** 你是哪个？我要投8. */
const VOTE_LAST =
  /^.{2,40}[?？。!！,，]\s*(?:我们?|i(?:'d| would| want to| will)?)?\s*(?:就|先|要|想|like to|want to)*\s*(?:投|选|vote(?: for)?)(?:一?个)?\s*((?:(?:\d{1,2}|[一二三四五六七八九十])号?(?:[\s、,，和跟]|and\b)*)+)[\s。.!！嘛哈]*$/su;
/** A sign stands behind the numbers: vote 4, and until when can I change it? */
const APART = /^\D{0,12}\d[\d\s、和]*号?(?:[,，。;；]|\s(?=\p{Script=Han}))/u;
/** What is asked of the vote itself is no wish beside it. */
const IS_OF_VOTE: ReadonlySet<Intent> = new Set<Intent>([
  'manners',
  'hearsay',
  'pause',
  'proxy',
  'noCard',
  'tenant',
  'change',
  'cost',
  'built',
  'where',
]);

/** Whether other words stand beside picks, each written ◇, than those of a vote. */
export function saysMore(masked: string): boolean {
  return /\p{L}/u.test(masked.replace(OF_A_VOTE, ''));
}

/** Words that say no more than that it is a vote, for what, and that it takes the place of another one. */
const OF_A_VOTE =
  /(?<![\p{L}◇])不(?![\p{L}◇])|直接|我们?|咱们?|俺|自己|还是|就是|就|要得?|想|得|投票?|选|票|支持|赞成|同意|给|[啊呀嘛哈哦噢喔噻咯啦了的吧嗯恩好行对是呢诶哎哟]|号|项目|和|跟|与|及|改成?|改为|变成|换成?|重新|重投|从头|全部|都|来|再|现在|今天|这次|这回|最后|最终|决定|确定|只|一?个|[这那]?[两三]个|[这那]个|不对|错了?|我?的?意思是|应该是|麻烦|谢+|请|帮|您|你们?|那么?|说|一下|一哈|◇|\b(?:sorry|meant|mean|actually|i|i'd|i'll|we|my|vote|votes?|for|want|would|like|to|the|please|and|ok|okay|yes|no|number|numbers|project|projects|change|make|it|that|just|only|then|choose|pick|instead|now|a|an|is|are|s)\b/gu;
