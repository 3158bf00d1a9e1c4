import { createHash } from 'node:crypto';
import { boundedMap } from '../../store/boundedMap.ts';
import type { World } from '../../store/world.ts';
import type { Markup } from '../html.ts';

/** A page as it is sent. */
export interface Rendered {
  readonly body: Buffer;
  readonly etag: string;
}

/** A page is rendered again after a second. Meanwhile readers still get the old one, until it is three seconds old, and do not wait. */
const FRESH_MS = 1_000;
const USABLE_MS = 3_000;
const PAGES = 300;

/** Keeps rendered pages for a moment, so that a crowd costs one rendering a second for each community. An old page can only show something late, never too early. */
export function freshPages(world: World): (key: string, render: () => Promise<Markup>) => Promise<Rendered> {
  const kept = boundedMap<string, { since: number; page: Promise<Rendered>; next?: Promise<Rendered> }>(PAGES);
  return (key, render) => {
    const now = world.now().getTime();
    const known = kept.get(key);
    const age = known ? now - known.since : Number.POSITIVE_INFINITY;
    if (known && age >= 0 && age < FRESH_MS) return known.page;
    if (known && age >= 0 && age < USABLE_MS) {
      known.next ??= renewed();
      return known.page;
    }
    return renewed();

    function renewed(): Promise<Rendered> {
      const page = render().then(rendered);
      if (!known || age < 0 || age >= USABLE_MS) kept.set(key, { since: now, page });
      else page.then(() => kept.set(key, { since: now, page })).catch(() => undefined);
      page.catch(() => kept.delete(key));
      return page;
    }
  };
}

export function rendered({ text }: Markup): Rendered {
  const body = Buffer.from(text);
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}
