import type { Units } from './likeness.ts';

/** As many numbers as a feature can have. Two features may share one: that costs less than it saves. */
export const FEATURES = 2 ** 15;

/**
 * What a message shows of its meaning, as numbers below `FEATURES`, each once: runs of one to three units as they are written, of two as they sound,
 * and what was asked before it.
 */
export function featuresOf({ written, spoken }: Units, asked: string): Set<number> {
  const features = new Set([folded(hashed(`?${asked}`))]);
  const add = (units: readonly string[], most: number, mark: string) => {
    const ended = ['^', ...units, '$'];
    for (let at = 0; at < ended.length; at++) {
      let run = hashed(mark);
      for (let length = 1; length <= most && at + length <= ended.length; length++) {
        run = hashed(' ', hashed(ended[at + length - 1] ?? '', run));
        if (length > 1 || mark === '') features.add(folded(run));
      }
    }
  };
  add(written, 3, '');
  add(spoken, 2, '~');
  return features;
}

/** FNV-1a of 32 bits, going on from what was hashed before. http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashed(text: string, before = 0x811c9dc5): number {
  let hash = before;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

function folded(hash: number): number {
  return ((hash >>> 15) ^ hash) & (FEATURES - 1);
}
