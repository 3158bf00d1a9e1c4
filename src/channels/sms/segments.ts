import { SegmentedMessage } from 'sms-segments-calculator';

/** The old alphabet of SMS; what is in the second one takes two of its places. A line's end by `\r` is left to the library. */
const OLD = /^[\n !"#$%&'()*+,\-./0-9:;<=>?@A-Z_a-z¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΓΔΘΛΞΠΣΦΨΩ\f[\\\]^{|}~€]*$/;
const TWOFOLD = /[\f[\\\]^{|}~€]/;
/** Characters of one code unit each, which join with none beside them: those of the old alphabet, Latin, Greek, Chinese and their signs. */
const APART =
  /^[\n\f -~\u00a1-\u00ac\u00ae-\u02ff\u0391-\u03c9\u2010-\u2027\u2030-\u205e\u20a0-\u20c0\u2460-\u25ff\u3000-\u3029\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff5e\uffe5]*$/;

/** How much fits a message that stands alone, and each part of a longer one: septets of the old alphabet, or code units. */
const OF_OLD = [160, 153] as const;
const OF_OTHERS = [70, 67] as const;

/** How many messages a carrier bills for this text. What has characters that join, such as emoji, takes a hundred times as long. */
export function segments(text: string): number {
  if (!APART.test(text)) return new SegmentedMessage(text).segmentsCount;
  if (!OLD.test(text)) return parts(text.length, OF_OTHERS);
  return TWOFOLD.test(text) ? partsOfOld(text) : parts(text.length, OF_OLD);
}

function parts(size: number, [alone, each]: readonly [number, number]): number {
  return size <= alone ? 1 : Math.ceil(size / each);
}

/** A character of two places is not parted. */
function partsOfOld(text: string): number {
  const [alone, each] = OF_OLD;
  let [count, size, whole] = [1, 0, 0];
  for (const character of text) {
    const places = TWOFOLD.test(character) ? 2 : 1;
    whole += places;
    if (size + places > each) [count, size] = [count + 1, 0];
    size += places;
  }
  return whole <= alone ? 1 : count;
}

/** The texts of the segments that a carrier makes of a text, in order. */
export function segmentTexts(text: string): string[] {
  // the bytes that say how the segments belong together have no `raw`
  return new SegmentedMessage(text).segments.map((segment) => Array.from(segment, ({ raw = '' }: { raw?: string }) => raw).join(''));
}
