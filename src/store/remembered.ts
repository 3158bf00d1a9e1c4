import { boundedMap } from './boundedMap.ts';
import type { World } from './world.ts';

interface Answer<Value> {
  readonly since: number;
  readonly mark: number | undefined;
  readonly value: Promise<Value>;
}

/**
 * Loads each key at most once in `lifetime` milliseconds of the world's clock, for at most `limit` keys; who asks meanwhile shares the answer.
 * Where `mark` tells of every change (`changes`), the answer holds as long as the mark does. A failure is not remembered.
 */
export function remembered<Value>(
  world: World,
  lifetime: number,
  limit: number,
  load: (key: string) => Promise<Value>,
  mark: () => number | undefined = () => undefined,
): (key: string) => Promise<Value> {
  const answers = boundedMap<string, Answer<Value>>(limit);
  return (key) => {
    const now = world.now().getTime();
    const known = answers.get(key);
    if (known && ((now >= known.since && now < known.since + lifetime) || isUnchanged(known, mark()))) return known.value;
    const value = load(key);
    answers.set(key, { since: now, mark: mark(), value });
    value.catch(() => answers.delete(key));
    return value;
  };
}

function isUnchanged({ mark }: Answer<unknown>, today: number | undefined): boolean {
  return mark !== undefined && mark === today;
}
