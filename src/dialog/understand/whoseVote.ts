import type { Talk } from '../talk.ts';
import { takesPicks } from './answerTo.ts';
import type { Meaning } from './commandIn.ts';
import { groupsOf } from './groups.ts';
import { beginningOf } from './normalise.ts';
import type { Said } from './said.ts';
import { stancesOf } from './stance.ts';

/**
 * Whose vote it is where several people write from one phone: picks with a card among words (我用女儿手机投3号，我的卡是…), a card after it was said whom
 * somebody else votes for, and who somebody is where a card is asked for. `meaning` is what the message means by itself.
 */
export function whoseVote(meaning: Meaning, said: Said, { another }: Talk): Meaning | undefined {
  const { open, plain } = said;
  const isOfOther = (meaning.kind === 'unknown' || meaning.kind === 'named') && /[投选]/.test(plain);
  const card = meaning.kind === 'near' && meaning.command.name === 'identify' ? meaning.command.card : isOfOther ? onlyCardIn(plain) : undefined;
  if (card) return withCard(said, card, another?.numbers);
  if (meaning.kind === 'intent' && meaning.intent === 'proxy') return { ...meaning, numbers: ofAnother(said) };
  const isWithoutCard =
    meaning.kind === 'intent' && meaning.intent === 'noCard' && WITHOUT_CARD.test(plain)
      ? INTRODUCES.exec(plain.replace(WITHOUT_CARD, ''))?.[1]
      : undefined;
  if (isWithoutCard) return { kind: 'near', command: { name: 'requestMembership', text: isWithoutCard.trim() } };
  if (open?.expects !== 'code' || open.length !== CARD_LENGTH || meaning.kind === 'answer') return undefined;
  const [, who] = INTRODUCES.exec(plain) ?? [];
  return who === undefined ? undefined : { kind: 'near', command: { name: 'requestMembership', text: who.trim() } };
}

function onlyCardIn(plain: string): string | undefined {
  const [card, another] = plain.match(/(?<!\d)[1-9]\d{8}(?!\d)/g) ?? [];
  return another === undefined ? card : undefined;
}

/** 我是5栋的赵婆婆，没得卡 */
const WITHOUT_CARD = /[,，。\s]*(?:我)?(?:[没莫冇][有得]?|没有)(?:选票|那个|投票)?卡.*$|[,，.\s]*(?:and |but )?(?:i have )?no card.*$/u;
const CARD_LENGTH = 9;

/** Picks are read back to whoever has the card, before they are cast. */
function withCard(said: Said, card: string, another: readonly number[] | undefined): Meaning | undefined {
  const rest = said.plain.replace(card, ' ');
  const { wanted } = said.mentionsOf(beginningOf(rest));
  const isAlone = !/[\p{L}\p{N}]/u.test(rest);
  const numbers = isAlone ? another : FOR_ANOTHER.test(rest) ? undefined : wanted;
  if (!isAlone && FOR_KIN.test(rest)) return { kind: 'intent', intent: 'proxy', numbers: [] };
  return numbers?.length ? { kind: 'command', command: { name: 'vote', numbers: [...numbers], card, unsure: true } } : undefined;
}

/** What somebody else votes for: 我老伴投5. */
function ofAnother(said: Said): readonly number[] {
  if (takesPicks(said.open)) return [];
  const groups = groupsOf(said.plain, said.mentionsOf(beginningOf(said.plain)));
  const stances = stancesOf(groups);
  const theirs = groups.filter((_, index) => stances[index] === 'another');
  return theirs.length === groups.length ? theirs.flatMap(({ numbers }) => numbers) : [];
}

/** 帮我婆婆再投一张. */
const FOR_KIN = /[帮给替代]我的?(?:[妈爸爷奶婆公]|老|外|岳|丈|媳|女|儿|孙|哥|姐|弟|妹)[^,，。\s]{0,6}[投选]/u;
/** 给老张投7: nobody votes with another's card while they are not asked. */
const FOR_ANOTHER = /[给帮替代](?!我(?!们))[^,，。\s]{1,6}[投选]|\b(?:for|on behalf of) (?!me\b)\w+/u;

/** 我是3栋的李大爷, 我叫王芳住2单元: somebody says who they are. */
const INTRODUCES =
  /^[\s\p{P}]*(?:你好|您好|喂|hello|hi|[\s\p{P}])*(?:我是|我叫|我姓|俺是|这里是|i am|i'm|my name is|this is)\s*(?=.*(?:\d|[一二三四五六七八九十])\s*(?:栋|幢|单元|号楼|号院|楼|院)|.*\b(?:building|block|courtyard|unit)\b)([^?？吗]{2,40})$/u;
