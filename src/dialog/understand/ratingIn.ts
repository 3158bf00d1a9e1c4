import { numeral } from '../../store/numerals.ts';
import { trimmed } from './scan.ts';

const NUMBER = '(?:\\d{1,3}|[零〇一二三四五六七八九十百两]{1,4})';
const STARS = '(?:[1-5]|[一二三四五])';
const POINTS = '(?:分|星|颗星)';
const PAUSE = '[\\s,.:、。]*';
const MINE = '(?:我|我想|我要|我来)?';
const POLITE = '(?:吧|啊|哈|嘛|了|谢谢|啦)?';
/** As the chat's buttons and some residents add it: it says nothing that the number did not say. */
const LABEL = '(?:很不好|不太好|一般|很好|好)?';
const ENGLISH_POINTS = '(?:stars?|points?|\\/ ?5|of 5|out of 5)';
const ENGLISH_LABEL = '(?:very bad|not good|so-so|good|very good)?';
const PROJECT = '(?:project |number |no\\.? ?|# ?)?';

interface Form {
  readonly pattern: RegExp;
  /** The stars stand before the project. */
  readonly isReverse?: true;
}

/** 3号5分, 给3号打5分, 5分给3号; `points`: what says that it is a rating. */
function forms(points: string, englishPoints: string): readonly Form[] {
  const first = `^${MINE}(?:给|为|评|打|打分|评分)?${PAUSE}第?(${NUMBER})(?:号项目|号|[\\s,:、。]+)${PAUSE}${MINE}(?:打|评|给|得)?${PAUSE}`;
  return [
    { pattern: new RegExp(`${first}(${STARS})${points}${PAUSE}${LABEL}${POLITE}$`, 'u') },
    { pattern: new RegExp(`^${MINE}(?:打|评)?${PAUSE}(${STARS})${POINTS}${PAUSE}给?${PAUSE}(${NUMBER})号(?:项目)?${POLITE}$`, 'u'), isReverse: true },
    { pattern: new RegExp(`^(?:i )?(?:rate |give )?${PROJECT}(\\d{1,3})[\\s,:]+(?:with |gets )?([1-5]) ?${englishPoints} ?${ENGLISH_LABEL}$`) },
    { pattern: new RegExp(`^(?:i )?(?:rate |give )?([1-5]) ?${ENGLISH_POINTS} (?:for|to) ${PROJECT}(\\d{1,3})$`), isReverse: true },
  ];
}

/** A longer text says more than a rating. */
const MAX_CHARS = 40;
const WHOLE = forms(POINTS, ENGLISH_POINTS);
const AFTER_KEYWORD = forms(`${POINTS}?`, `${ENGLISH_POINTS}?`);

/**
 * The project and the stars (1 to 5) in a normalised text that says both; undefined for anything else. Without a keyword before it, it has to say itself that
 * it is a rating: 3号5分.
 */
export function ratingIn(plain: string, isAfterKeyword = false): readonly [project: number, stars: number] | undefined {
  const { core } = trimmed(plain);
  if (core.length > MAX_CHARS) return undefined;
  for (const { pattern, isReverse } of isAfterKeyword ? AFTER_KEYWORD : WHOLE) {
    const [, one = '', other = ''] = pattern.exec(core) ?? [];
    const [project, stars] = (isReverse ? [other, one] : [one, other]).map(numberIn);
    if (project !== undefined && stars !== undefined) return [project, stars];
  }
  return undefined;
}

const GRADES: readonly (readonly [stars: number, pattern: RegExp])[] = [
  [1, /^(?:很不好|很差|太差|非常差|很不满意|差得很|very bad|terrible|awful)$/],
  [2, /^(?:不太好|不好|不满意|差|不咋样|不怎么样|not good|bad)$/],
  [3, /^(?:一般|一般般|还行|马马虎虎|将就|so-so|average|ok|okay)$/],
  [4, /^(?:好|满意|不错|可以|还可以|挺好|good|fine)$/],
  [5, /^(?:很好|非常好|特别好|很满意|巴适|巴适得很|安逸|very good|great|excellent)$/],
];
const ONLY_STARS = new RegExp(`^${MINE}(?:打|评|给)?${PAUSE}(${STARS})${POINTS}$`, 'u');

/** The stars in an answer to "how is it?", in words or with points: 很好, 5分. */
export function starsIn(plain: string): number | undefined {
  const { core: whole } = trimmed(plain);
  if (whole.length > MAX_CHARS) return undefined;
  const core = whole.replace(/(?:的|啊|哈|嘛|了|吧|啦)+$/u, '');
  const [, stars] = ONLY_STARS.exec(core) ?? [];
  return stars === undefined ? GRADES.find(([, pattern]) => pattern.test(core))?.[0] : numberIn(stars);
}

function numberIn(written: string): number | undefined {
  return /^\d+$/.test(written) ? Number(written) : numeral(written);
}
