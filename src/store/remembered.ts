import { boundedMap } from './boundedMap.ts';
import type { World } from './world.ts';

/**
 * Loads each key at most once in `lifetime` milliseconds of the world's clock, for at most `limit` keys; who asks meanwhile shares the answer.
 * A failure is not remembered.
 */
export function remembered<Value>(
  world: World,
  lifetime: number,
  limit: number,
  load: (key: string) => Promise<Value>,
): (key: string) => Promise<Value> {
  const answers = boundedMap<string, { since: number; value: Promise<Value> }>(limit);
  return (key) => {
    const now = world.now().getTime();
    const answer = answers.get(key);
    if (answer && now >= answer.since && now < answer.since + lifetime) return answer.value;
    const value = load(key);
    answers.set(key, { since: now, value });
    value.catch(() => answers.delete(key));
    return value;
  };
}
