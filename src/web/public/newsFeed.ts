import { XMLBuilder } from 'fast-xml-parser';
import type { CommunityRecord } from '../../fund/communities/index.ts';
import { type CycleRecord, heldVote, periods } from '../../fund/cycles/index.ts';
import type { PublicStep } from '../../fund/meetings/index.ts';
import type { WorkStepNews } from '../../fund/works/index.ts';
import { stageKey } from './cycleView.ts';
import type { PageText } from './pageText.ts';

export interface FeedDeps {
  readonly community: CommunityRecord;
  /** The cycles that have begun, and what was done in each. */
  readonly cycles: readonly { readonly cycle: CycleRecord; readonly steps: readonly PublicStep[]; readonly works: readonly WorkStepNews[] }[];
  readonly pageText: PageText;
  /** The address of the service, without a slash at the end. */
  readonly publicUrl: string;
  readonly now: Date;
}

interface News {
  /** Its id, which never changes. */
  readonly id: string;
  readonly title: string;
  readonly at: Date;
  readonly text: string;
  readonly address: string;
}

/** The most entries in a feed, newest first. */
const MAX_ENTRIES = 50;
const xml = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', format: true, suppressEmptyNode: true });

/**
 * A community's news as an Atom feed (RFC 4287): each stage as it begins, what was done in it, day by day, changes that were made by hand,
 * and that the votes are counted.
 */
export function newsFeed({ community, cycles, pageText, publicUrl, now }: FeedDeps): string {
  const page = `${publicUrl}/c/${community._id}`;
  const entries = cycles
    .flatMap(({ cycle, steps, works }) => [...newsOf(cycle, steps, now, page, pageText), ...newsOfWorks(cycle, works, page, pageText)])
    .filter(({ at }) => at <= now)
    .toSorted((one, other) => other.at.getTime() - one.at.getTime() || one.id.localeCompare(other.id))
    .slice(0, MAX_ENTRIES);
  const begun = entries[0]?.at ?? new Date(0);
  return xml.build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    feed: {
      '@xmlns': 'http://www.w3.org/2005/Atom',
      '@xml:lang': pageText.language,
      id: `${page}/feed.atom`,
      title: plain(community.name),
      updated: begun.toISOString(),
      author: { name: plain(community.person.name) },
      link: [
        { '@rel': 'self', '@type': 'application/atom+xml', '@href': `${page}/feed.atom` },
        { '@rel': 'alternate', '@type': 'text/html', '@href': page },
      ],
      entry: entries.map(({ id, title, at, text, address }) => ({
        id,
        title: plain(title),
        updated: at.toISOString(),
        link: { '@rel': 'alternate', '@type': 'text/html', '@href': address },
        content: { '@type': 'text', '#text': plain(text) },
      })),
    },
  });
}

function newsOf(cycle: CycleRecord, steps: readonly PublicStep[], now: Date, page: string, { say, date, time }: PageText): News[] {
  const { _id, title, moves, sealedAt } = cycle;
  const held = heldVote(cycle, now);
  const address = `${page}?cycle=${encodeURIComponent(_id)}`;
  const one = (what: string, at: Date, said: string): News => ({
    id: `${address}#${what}-${at.getTime()}`,
    title: `${title} · ${said}`,
    at,
    text: said,
    address,
  });
  return [
    ...periods(cycle, now).map((period) => {
      const { stage, from, to } = period;
      return { ...one(stage, from, say(`stage.${stage}`)), text: say(stageKey(cycle, period, now), to && { until: time(to, 'until') }) };
    }),
    ...(held ? [{ ...one('held', held.from, say('feed.held')), text: say('now.held') }] : []),
    ...steps.map(({ kind, day, at, to, counts }) => ({
      ...one(kind, at, say(`feed.${kind}`, { ...counts, ...(to && { until: time(to, 'until') }) })),
      id: `${address}#${kind}-${day}`,
    })),
    ...moves.map(({ kind, stage, from, by, reason, at }) => {
      const params = { by: NAME, to: date(from), stage: say(`stage.${stage}`) };
      const said = say(`record.${kind}`, params).replace(NAME, () => by);
      return { ...one(kind, at, said), text: reason ? `${said} · ${say('record.reason')}${reason}` : said };
    }),
    ...(sealedAt ? [one('sealed', sealedAt, say('feed.counted'))] : []),
  ];
}

/** A line for each step of a work; it leads to the work's own page. */
function newsOfWorks({ _id, title, projects }: CycleRecord, works: readonly WorkStepNews[], page: string, { say }: PageText): News[] {
  return works.flatMap(({ number, state, day, at }) => {
    const project = projects.find((each) => each.number === number);
    if (!project) return [];
    const said = `${number} ${project.title}: ${say(`works.step.${state}`)}`;
    const address = `${page}/works/${number}?cycle=${encodeURIComponent(_id)}`;
    return [{ id: `${address}#${state}-${day}`, title: `${title} · ${said}`, at, text: said, address }];
  });
}

/** A placeholder in the words that a name replaces, because what people wrote is never a parameter. */
const NAME = '\u0000';

/** XML allows no control characters, no half characters, and not these two. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, ' ');
}
