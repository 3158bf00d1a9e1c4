/** One line of the bench's table. */
export interface Row {
  readonly work: string;
  readonly result: string;
  /** The target. */
  readonly reach: string;
  readonly reached: boolean;
  readonly detail: string;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** "1.07 (1.01–1.15)": the median and the range. */
export function spread(values: readonly number[]): string {
  return `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)})`;
}
