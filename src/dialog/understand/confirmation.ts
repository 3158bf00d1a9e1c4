import type { Meaning } from './commandIn.ts';
import type { Scored } from './intentBook.ts';
import type { Mentions } from './mentions.ts';
import { longestAt } from './normalise.ts';
import { CLEAR, type Said, SURE, weight } from './said.ts';
import { gapEnd } from './scan.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A yes or a no, told at length. A yes that casts a ballot must have no other word in it that could deny it. */
export function confirmation({ plain, vocabulary }: Said, { all }: Mentions, kinds: readonly Scored[], casts: boolean): Meaning | undefined {
  const likeliest = kinds.map((each) => ({ ...each, likeness: each.likeness + (each.kind === 'yes' || each.kind === 'no' ? EXPECTED : 0) }));
  const top = likeliest.reduce((a, b) => (b.likeness > a.likeness ? b : a));
  if (all.length > 0 || /^(.)不\1|(?:[?？吗]|对么)$/.test(plain)) return undefined;
  const isOnlyYes = saysOnlyYes(plain, vocabulary);
  const isPlain = isOnlyYes && BEGINS_YES.test(plain) && !/[/=<>{}$@?？]/.test(plain) && weight(plain) <= LONGEST_PLAIN;
  if (isPlain && !(casts && STOPS.test(plain))) return { kind: 'answer', answer: { type: 'YES' } };
  if (top.kind === 'no' && top.likeness >= SURE + EXPECTED) return { kind: 'answer', answer: { type: 'NO' } };
  const isDenied = /[不没莫别]|\b(?:no|not|don't)\b/.test(plain.replace(/[没莫]得?错|没有错|没毛病|[没莫]得?问题|没有问题|不错/g, ''));
  const mayBe =
    weight(plain) <= LONGEST_YES && !/[/=<>{}$@?？吗]/.test(plain) && !(isDenied && (casts || !/^\s*(?:嗯|对|是|yes|好|要得)/.test(plain)));
  const isYes = (isDenied && !casts && !GOES_ON.test(plain)) || (isOnlyYes && !(casts && STOPS.test(plain)));
  const isClear = !casts || top.closest >= CLEAR;
  const isLike = top.kind === 'yes' && top.likeness >= (isOnlyYes ? ONLY_YES : YES) + EXPECTED && isClear;
  return isYes && isLike && mayBe ? { kind: 'answer', answer: { type: 'YES' } } : undefined;
}

/** A yes casts a ballot. */
const YES = 0.8;
/** The same if every word is one of a yes, or polite. */
const ONLY_YES = 0.6;
const LONGEST_YES = 12;
const LONGEST_PLAIN = 18;
/** No doubt that it is a yes, if every word of it is one of a yes: 对,快点投嘛. But 行了 and 好了 may mean "leave me alone". */
const BEGINS_YES =
  /^[\s\p{P}]*(?:就是|都)?(?:就是|对(?!了)|是|嗯|恩|要得|好(?![了快])|可以|行(?!了)|得行|巴适|安逸|中|[没莫][得有]?错|[没莫]得?问题|没有问题|你[读说记念听讲]得对|当然|确认|确定|正确|系|yes|yep|yeah|yup|ok|right|correct|sure|shi\b|dui\b)/u;
/** What stands beside a yes and only urges or thanks. */
const BESIDE_YES =
  /(?:给我|帮我|你?给我|就这样|就|那就)?投(?:上|了|起|进去)?(?![票给错的\d])|就(?:这|那)(?:几?个|样子?|些)|(?:这|那)几个|就这么(?:定|办)了?|[莫别]搞错了?|再?(?:帮我|给我)记(?:好|上|下|起)|就?(?:按|照)(?:这个|这样|你说的)(?:办|弄|投|来)?|巴适|安逸|(?:我?[妈爸]|老[^\s\p{P}不没]{1,3}|她|他|屋头的?|家里人?)?(?:点头|确认|同意|核对)过?了|she is nodding|he agrees|she agrees|(?:请|予以|请予以)(?:登记|确认|记上)|我?就?是我?选的(?:这|那)?(?:[两三几]个|些)?|就?是[恁嫩]个|你[读说记念听讲]得(?:很)?对|当然|莫错|快[点些]|赶[紧快]|提交|(?:麻烦|辛苦|劳烦|谢谢|多谢)(?:你|您)?(?:们)?了?|妹儿|小妹|幺妹|that'?s (?:it|right|correct)|go ahead|please|thanks?/uy;
/** A yes to whether we are to stop is none to a ballot. */
const STOPS = /停|stop/;
/** What is to go on is not to be stopped: 不要发广告，通知还是要发. */
const GOES_ON = /(?:还是?|照样?|仍然?|继续|接着)(?:要|想)?(?:给我)?[发收看]|\b(?:keep|still)\b/;
const PARTICLE = /[啊呀哈嘛噻嘞哦喔呢撒哟咯的了]/;
/** A question for a yes or a no is mostly answered by one. */
const EXPECTED = 0.25;

/** Whether a message is made of wordings of a yes, particles and polite words. One other word may turn it round: 是的 cancel, 他说是的. */
function saysOnlyYes(plain: string, { book, words, wordsFrom }: Vocabulary): boolean {
  for (let at = gapEnd(plain, 0); at < plain.length; at = gapEnd(plain, at)) {
    const yes = longestAt(plain, at, book.yesFrom);
    const word = longestAt(plain, at, wordsFrom) ?? '';
    BESIDE_YES.lastIndex = at;
    const beside = BESIDE_YES.exec(plain)?.[0];
    const said = longer(yes, beside) ?? (words.get(word)?.has('polite') ? word : PARTICLE.exec(plain.slice(at, at + 1))?.[0]);
    if (!said) return false;
    at += said.length;
  }
  return true;
}

function longer(one: string | undefined, other: string | undefined): string | undefined {
  return (other?.length ?? 0) > (one?.length ?? 0) ? other : one;
}
