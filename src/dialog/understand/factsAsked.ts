import type { Intent } from '../command.ts';
import type { Meaning } from './commandIn.ts';
import { beginningOf } from './normalise.ts';
import { asksAtAll, type Said } from './said.ts';

/**
 * A fact about a project is told only where its own word is said (what it costs, where it is, when it is built); who asks something else of one project is told
 * what it is, and an opinion is told nothing.
 */
export function ofSubject(meaning: Meaning, { plain, mentionsOf }: Said): Meaning {
  if (meaning.kind !== 'intent') return meaning;
  const subject = SUBJECTS[meaning.intent];
  const { all } = mentionsOf(beginningOf(plain));
  if (!subject || all.length === 0 || subject.test(plain) || IN_PINYIN.test(plain)) return meaning;
  const asks = asksAtAll(plain) && !OF_HOURS.test(plain);
  if (meaning.intent !== 'cost' && (asks || /还是|是不是/.test(plain))) return meaning;
  const [number, another] = all;
  return asks && number !== undefined && another === undefined
    ? { kind: 'command', command: { name: 'projects', numbers: [number] } }
    : { kind: 'unknown' };
}

const OF_HOURS = /[开关]门|营业|上班|下班/;
const IN_PINYIN = /^[a-z\s]*\b(?:qian|duoshao|nali|zai)\b[a-z\s]*$/;
const SUBJECTS: Partial<Record<Intent, RegExp>> = {
  cost: /钱|贵|多少|好多|几多|价|万|块|预算|花|费|便宜|造价|\b(?:cost|costs|price|much|money|expensive|cheap|pay|yuan|budget)\b/,
  where: /哪|何处|地方|位置|地点|地址|边度|啥子?地|\b(?:where|place|which|location|located)\b/,
  built:
    /好久|时候|哪天|哪年|哪个?月|几时|几月|多久|何时|年底|开工|动工|完工|修[好完]|[修建弄搞装做办开用]得?[好成完起到]|进度|咋样|怎么样|了没|没得|没有|多长|日期|时间|快|慢|\b(?:when|ready|built|build|finish\w*|start\w*|done|long|soon|date|open|year|month)\b/,
};

export const FACTS: readonly Intent[] = ['cost', 'where', 'built'];
/** What asks for each of them beside a description. */
export const FACTS_OF: Partial<Record<Intent, RegExp>> = {
  cost: /钱|贵|多少|好多|几万|预算|\b(?:cost|price|how much|expensive)\b/,
  where: /哪[里儿边点头凼]|在哪|地方|位置|\bwhere (?:is|are|will|would|exactly)\b|where will they/,
  built: /好久|什么时候|啥子?时候|几时|哪天|多久|完工|弄完|\b(?:when|ready|built|finished)\b/,
};
