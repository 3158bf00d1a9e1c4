/** The least share of what was expected that a text must consist of to be taken for its echo, if it has several of its words. */
const ECHO = 3;

/**
 * Whether a text only repeats what the recogniser was told to expect, as it does where nobody spoke: it has three or more of these words one behind the
 * other, in their order, and nothing else.
 */
export function isEcho(text: string, expected: readonly string[]): boolean {
  const words = expected.map(bare).filter((word) => word !== '');
  let rest = bare(text);
  let found = 0;
  for (const word of words) {
    if (!rest.startsWith(word)) continue;
    rest = rest.slice(word.length);
    found += 1;
  }
  return found >= ECHO && rest === '';
}

/** What recognisers have learnt from films, and say of noise. */
const LEARNT =
  /字幕|订阅|點贊|点赞|明镜|明鏡|谢谢(?:大家)?观看|謝謝(?:大家)?觀看|優優獨播|amara\.org|thanks? (?:you )?for watching|subscribe|^\s*you\s*\.?$/i;
/** The same few characters again and again: 铁铁铁铁. */
const STUTTER = /^(.{1,4}?)\1{3,}$/u;

/** Whether a text is one of those that recognisers make of noise. */
export function isOfNoise(text: string): boolean {
  const plain = bare(text);
  return plain === '' || LEARNT.test(text) || STUTTER.test(plain);
}

function bare(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
