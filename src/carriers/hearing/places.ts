type Kind = 'call' | 'draft';

interface Waiting {
  readonly kind: Kind;
  readonly begin: () => void;
}

/** Places at a server: calls go before drafts, of which one is under way at most, and whoever waits too long goes away. */
export function places(most: number) {
  const waiting: Waiting[] = [];
  const under = { call: 0, draft: 0 };
  const mayBegin = (kind: Kind) => under.call + under.draft < most && (kind === 'call' || under.draft === 0);

  function next(): void {
    for (const kind of ['call', 'draft'] as const) {
      const at = waiting.findIndex((one) => one.kind === kind);
      if (at >= 0 && mayBegin(kind)) {
        waiting.splice(at, 1)[0]?.begin();
        return;
      }
    }
  }

  /** Does it once there is a place; undefined if there was none before the signal. */
  async function take<Result>(kind: Kind, signal: AbortSignal, work: () => Promise<Result>): Promise<Result | undefined> {
    if (signal.aborted) return undefined;
    if (mayBegin(kind)) under[kind] += 1;
    else if (!(await placed(kind, signal))) return undefined;
    try {
      return await work();
    } finally {
      under[kind] -= 1;
      next();
    }
  }

  function placed(kind: Kind, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const one: Waiting = {
        kind,
        begin: () => {
          signal.removeEventListener('abort', gone);
          under[kind] += 1;
          resolve(true);
        },
      };
      const gone = () => {
        waiting.splice(waiting.indexOf(one), 1);
        resolve(false);
      };
      signal.addEventListener('abort', gone, { once: true });
      waiting.push(one);
    });
  }

  return { take };
}
