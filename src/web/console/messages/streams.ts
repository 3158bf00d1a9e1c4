import { type Progress, readBroadcasts, readProgress } from '../../../outreach/broadcasts/readBroadcasts.ts';
import type { World } from '../../../store/world.ts';
import { TooManyReaders } from '../../errors.ts';
import type { ReaderLimit } from '../../readerLimit.ts';
import type { CommunityVisit } from '../visits.ts';

/** Streams that are open in this process at once, and those of one person. A browser has six connections to a host. */
const MAX_STREAMS = 100;
const MOST_EACH = 3;
const EVERY_MS = 2_000;

/** What a stream shows: how many of how many, and the same in words. */
export interface ShownProgress {
  readonly done: number;
  readonly total: number;
  readonly words: string;
}

export interface StreamsDeps {
  readonly readers: ReaderLimit;
  /** If true, the process ends, and the streams end with it. */
  readonly isStopping: () => boolean;
}

/**
 * Answers with how far a broadcast is, as server-sent events, while somebody watches. `shows`: what the page shows of a progress; undefined once the page has to be
 * loaded again, which the event `changed` says. The stream ends then, or when the session or the right to read is over. Throws if too many are open.
 *
 * Every two seconds one look at the database serves all streams of the process; it is work for readers like any other. In between a stream holds nothing
 * but its connection.
 */
export function progressStreams(
  world: World,
  { readers, isStopping }: StreamsDeps,
): (visit: CommunityVisit, id: string, shows: (progress: Progress) => ShownProgress | undefined) => void {
  const watchers = new Set<Watcher>();
  let isLooking = false;
  return (visit, id, shows) => {
    const own = [...watchers].filter((other) => other.visit.staff.phone === visit.staff.phone);
    if (watchers.size >= MAX_STREAMS || own.length >= MOST_EACH) throw new TooManyReaders();
    const watcher: Watcher = { visit, id, shows, last: '' };
    watchers.add(watcher);
    visit.response.once('close', () => watchers.delete(watcher));
    visit.response.status(200).set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' }).flushHeaders();
    if (!isLooking) void look();
  };

  async function look(): Promise<void> {
    isLooking = true;
    while (watchers.size > 0) {
      await showAll([...watchers]).catch(endAll); // the browsers ask again, and wait for their turn
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS).unref());
    }
    isLooking = false;
  }

  async function showAll(all: readonly Watcher[]): Promise<void> {
    if (isStopping()) {
      endAll();
      return;
    }
    const may = await readers.enter(() => eachOnce(all, sessionOf, ({ visit }) => visit.stillSees(readBroadcasts)));
    for (const watcher of all) if (!may.get(sessionOf(watcher))) end(watcher);
    const left = all.filter((watcher) => watchers.has(watcher));
    const progress = await readers.enter(() =>
      eachOnce(
        left,
        ({ id }) => id,
        ({ id }) => readProgress(world, id),
      ),
    );
    for (const watcher of left) show(watcher, progress.get(watcher.id));
  }

  function show(watcher: Watcher, progress: Progress | null | undefined): void {
    const { visit, shows, last } = watcher;
    const shown = progress && shows(progress);
    if (visit.response.writableNeedDrain)
      visit.response.destroy(); // nobody reads
    else if (shown) {
      watcher.last = JSON.stringify(shown);
      visit.response.write(watcher.last === last ? ':\n\n' : `data: ${watcher.last}\n\n`);
    } else {
      visit.response.write('event: changed\ndata:\n\n');
      end(watcher);
    }
  }

  function end(watcher: Watcher): void {
    watchers.delete(watcher);
    watcher.visit.response.end();
  }

  function endAll(): void {
    for (const watcher of watchers) end(watcher);
  }
}

interface Watcher {
  readonly visit: CommunityVisit;
  readonly id: string;
  readonly shows: (progress: Progress) => ShownProgress | undefined;
  /** What it was shown last. */
  last: string;
}

function sessionOf({ visit }: Watcher): string {
  return `${visit.staff.session} ${visit.community._id}`;
}

/** Asks once for each key, whoever watches. */
async function eachOnce<Found>(
  watchers: readonly Watcher[],
  keyOf: (watcher: Watcher) => string,
  ask: (watcher: Watcher) => Promise<Found>,
): Promise<Map<string, Found>> {
  const byKey = new Map(watchers.map((watcher) => [keyOf(watcher), watcher]));
  return new Map(await Promise.all([...byKey].map(async ([key, watcher]): Promise<[string, Found]> => [key, await ask(watcher)])));
}
