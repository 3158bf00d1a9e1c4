/** The query of a request target as it came in. Nothing else of the target is parsed: what is no address at all must not throw. */
export function queryOf(target: string): URLSearchParams {
  const begins = target.indexOf('?');
  return new URLSearchParams(begins < 0 ? '' : target.slice(begins + 1));
}
