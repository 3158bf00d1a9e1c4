import type { Intent } from '../command.ts';
import type { Meaning } from './commandIn.ts';
import { beginningOf } from './normalise.ts';
import { picksIn, readBack } from './readBack.ts';
import { asksAtAll, type Said } from './said.ts';
import type { Stance } from './stance.ts';

/** Only what the writer wants themselves may be read back; and nothing if that is nothing. */
export function ofStance(meaning: Meaning, said: Said, own: readonly number[], stances: readonly Stance[]): Meaning | undefined {
  const hasPicks = picksIn(meaning) !== undefined;
  const isAgreed = !stances.includes('against') && AGREES_WITH.test(said.plain);
  const all = said.mentionsOf(beginningOf(said.plain)).wanted;
  if (isAgreed) return hasPicks || all.length === 0 ? undefined : readBack(said, all);
  const isOfOthers = !stances.some((stance) => stance === 'against' || stance === 'heard');
  if (isOfOthers && own.length === 0) {
    const isProxy = meaning.kind === 'intent' && meaning.intent === 'proxy' && !OPINION.test(said.plain);
    if (isProxy || (!hasPicks && meaning.kind !== 'intent')) return undefined; // who writes for another
    if (said.open?.expects === 'numbers') return undefined; // they were asked, and somebody writes for them
    return asksAtAll(said.plain) ? undefined : { kind: 'intent', intent: 'hearsay', numbers: [] };
  }
  if (own.length > 0) return hasPicks || meaning.kind === 'unknown' || meaning.kind === 'near' ? readBack(said, [...new Set(own)]) : undefined;
  const isOpposed = stances.every((stance) => stance === 'against');
  const isDoubtful = meaning.kind === 'intent' && asksAtAll(said.plain) && own.length === 0 && !TOLD_ANYWAY.has(meaning.intent);
  if (isDoubtful) return { kind: 'unknown' };
  const isTold = meaning.kind === 'intent' && meaning.intent !== 'manners' && meaning.intent !== 'pause' && (isOpposed || !asksAtAll(said.plain));
  const isOfVote = hasPicks || isTold || (meaning.kind === 'unknown' && OF_VOTE.test(said.plain));
  return isOfVote ? { kind: 'intent', intent: 'hearsay', numbers: [] } : undefined;
}

/** What may be told to who only heard or supposes something. */
const TOLD_ANYWAY: ReadonlySet<Intent> = new Set<Intent>([
  'manners',
  'pause',
  'hearsay',
  'fraud',
  'secret',
  'price',
  'proxy',
  'cost',
  'where',
  'built',
]);
/** Another one only says what they think of it: 我老伴说6不好. */
const OPINION = /[说讲觉嫌]|认为|喜欢|中意|不好|\b(?:says?|said|thinks?|likes?|loves?|hates?)\b/;
/** 他要灯我要扶手，那就两个都选; 女儿喊我投三号，那就三号: the writer has made it their own. */
const AGREES_WITH =
  /(?:[两三几]个?|样|些|就|(?<![让喊叫要逼催劝])我们?|咱们?)都[要选投](?!了)|[两三][个样]都|各[占选投]|[这那][两三][个样]|我也(?:想|是)?(?:投|选|要|这么)|听[他她]们?的|那就(?!算|不)|\b(?:both|all three|all of them|me too|so do i)\b|^(?!.*(?:[逼骗]|[没不莫]有?[想愿肯得]?[投选])).{0,8}(?:妈|爸|老汉儿?|女儿|儿子|孙[儿女子孙娃]?|老婆|老公|老伴儿?|婆婆|媳妇|娃儿?).{0,3}[喊叫让]我[投选][^|,，。\s]{1,12}$/;
const OF_VOTE = /[投选]|反对|\b(?:vote|against|hate|oppose)/;
