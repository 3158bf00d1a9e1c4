import { quantile } from './load.ts';
import type { Row } from './row.ts';

/** The times of turns in one round, in milliseconds: beside something, and without it. */
export interface Sample {
  readonly with: readonly number[];
  readonly without: readonly number[];
}

/** So often as many rounds are drawn from those that were measured, each as often as it comes. */
const DRAWS = 200;

/**
 * The p99 of all turns beside something, as a ratio to that of all turns without it. The range is that of nine in ten draws: how far the ratio
 * would move if it were measured again.
 */
export function pooled(name: string, samples: readonly Sample[], most: number, detail: string): Row {
  const { ratio, busy, alone } = ratioOf(samples);
  const drawn = Array.from({ length: DRAWS }, () => ratioOf(samples.map(() => samples[Math.floor(Math.random() * samples.length)] ?? NONE)).ratio);
  drawn.sort((one, other) => one - other);
  const turns = samples.reduce((sum, sample) => sum + sample.with.length, 0).toLocaleString('en');
  return {
    work: name,
    result: `× ${ratio.toFixed(2)} (${quantile(drawn, 0.05).toFixed(2)}–${quantile(drawn, 0.95).toFixed(2)})`,
    reach: `≤ ${most} ×`,
    reached: ratio <= most,
    detail: `${busy.toFixed(1)} against ${alone.toFixed(1)} ms, ${turns} turns beside it in ${samples.length} rounds; ${detail}`,
  };
}

const NONE: Sample = { with: [], without: [] };

function ratioOf(samples: readonly Sample[]): { readonly ratio: number; readonly busy: number; readonly alone: number } {
  const p99 = (which: keyof Sample) =>
    quantile(
      samples.flatMap((sample) => sample[which]).sort((one, other) => one - other),
      0.99,
    );
  const [busy, alone] = [p99('with'), p99('without')];
  return { ratio: busy / alone, busy, alone };
}
