/** Addresses from which nobody has written: the prefix and eight digits, a new one each time. */
export function numbered(prefix: string): () => string {
  let last = 0;
  return () => {
    last += 1;
    return `${prefix}${String(last).padStart(8, '0')}`;
  };
}
