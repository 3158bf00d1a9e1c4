import {
  answerInquiry,
  closeInquiry,
  INQUIRY_KINDS,
  type InboxItem,
  leaveInquiry,
  readInbox,
  reopenInquiry,
  takeInquiry,
} from '../../../fund/inquiries/index.ts';
import { type InboxObjection, readObjections } from '../../../fund/meetings/index.ts';
import { writeDown } from '../../../fund/proposals/index.ts';
import type { PageKeyIn } from '../../../store/textKeys.ts';
import { html, type Markup } from '../../html.ts';
import { noWrap } from '../../public/pageText.ts';
import { doneIn } from '../actForm.ts';
import { choice, filterForm, views } from '../frame.ts';
import { type List, type Rows, through } from '../list.ts';
import { type ListState, listValues } from '../listState.ts';
import { address, numberIn } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';

export const STATES = ['waiting', 'new', 'mine', 'answered'] as const;
/** An answer that nobody hears. */
export const UNHEARD = { name: 'inquiry.unheard' };
const ACTS = [answerInquiry, UNHEARD, closeInquiry, reopenInquiry, takeInquiry, leaveInquiry, writeDown];
/** Characters of a text in the list. */
const SHOWN = 60;

const KINDS = ['objection', ...INQUIRY_KINDS] as const;

/** A line of the inbox. An objection is answered on the page of its publication, where its words become public: nobody takes it before. */
type InboxRow = InboxItem | Objecting;

interface Objecting extends InboxObjection {
  readonly kind: 'objection';
  /** Where it is read and answered. */
  readonly path: string;
}

/** What waits (all, what nobody took, what the reader took), the oldest first, or what was answered, the newest first; all kinds, or one. Objections stand first. */
export function inboxList(): List<InboxRow, PageKeyIn<'console', 'inquiry'>> {
  return {
    name: 'inbox',
    title: ({ text }) => text.say('tab.inbox'),
    head: (column) => `inquiry.${column}`,
    nothing: 'inquiry.nothing',
    filters: {
      state: (given) => STATES.find((state) => state === given),
      kind: (given) => KINDS.find((kind) => kind === given),
    },
    columns: (visit, state) => {
      const { say, userText, date } = visit.text;
      const kept = address('', listValues(state));
      const isWaiting = state.filter.state !== 'answered';
      const due = (item: InboxRow) => dueIn(visit, item);
      const takenOf = (item: InboxRow) => (item.kind === 'objection' ? undefined : item.taken);
      const taken = (item: InboxRow) => {
        const by = takenOf(item)?.by;
        return by === undefined ? '' : userText(by);
      };
      const linked = (item: InboxRow) => {
        if (item.kind !== 'objection') return html`<a href="${visit.own}/inbox/${item.number}${kept}">${words(visit, item)}</a>`;
        return html`<a href="${item.path}">${shortened(visit, item.text)}</a>`;
      };
      return [
        { name: 'number', cell: ({ number }) => number, text: ({ number }) => number },
        { name: 'kind', cell: ({ kind }) => say(`kind.${kind}`), text: ({ kind }) => say(`kind.${kind}`) },
        {
          name: 'text',
          isBlock: true,
          cell: linked,
          text: ({ text }) => text,
        },
        {
          name: 'from',
          text: (item) =>
            item.kind === 'objection' ? say(`publication.origin.${item.origin}`) : `${say(`channel.${item.channel}`)} ${item.address ?? ''}`,
        },
        { name: 'at', text: ({ at }) => at.toISOString() },
        { name: 'due', ...(isWaiting && { cell: due }), text: ({ due }) => due.toISOString() },
        { name: 'takenBy', ...(isWaiting && { cell: taken }), text: (item) => takenOf(item)?.by ?? '' },
        {
          name: 'answeredBy',
          isBlock: true,
          ...(!isWaiting && { cell: ({ answer }: InboxRow) => (answer ? html`${userText(answer.by)} · ${noWrap(date(answer.at))}` : '') }),
          text: ({ answer }) => answer?.by ?? '',
        },
        { name: 'answer', text: ({ answer }) => answer?.text ?? '' },
      ];
    },
    read: through(readInbox, async (_, visit, state, limit) => {
      const inquiries = (of: ListState) => inquiriesIn(visit, of, limit);
      const { after } = state;
      const { kind, state: view = 'waiting' } = state.filter;
      const has = (view === 'waiting' || view === 'answered') && (kind === undefined || kind === 'objection');
      if (!has) return kind === 'objection' ? { rows: [], next: undefined } : inquiries(state);
      if (kind === undefined && numberIn(after) !== undefined) return inquiries(state);
      const skip = Number(/^o(\d{1,6})$/.exec(after ?? '')?.[1] ?? 0);
      const [found, written] = await Promise.all([
        objections(visit, view === 'answered', skip, limit + 1),
        kind === undefined ? inquiries({ ...state, after: undefined }) : undefined, // one command asks for both
      ]);
      const rows = found.slice(0, limit);
      if (found.length > limit || (kind === undefined && rows.length === limit)) return { rows, next: `o${skip + limit}` };
      if (!written) return { rows, next: undefined };
      const others = written.rows.slice(0, limit - rows.length);
      return { rows: [...rows, ...others], next: others.length < written.rows.length ? others.at(-1)?.number : written.next };
    }),
    done: doneHere,
    above: ({ text, own }, { filter: { state = 'waiting', kind } }) => {
      const kinds = KINDS.map((value) => ({ value, label: text.say(`kind.${value}`) }));
      const values = [{ value: '', label: text.say('list.all') }, ...kinds];
      return [
        views(text, `${own}/inbox`, 'state', STATES, state, (value) => `inquiry.view.${value}`),
        html`<p class="acts"><a href="${own}/recordings">${text.say('recording.toList')}</a> <a href="${own}/misses">${text.say('miss.title')}</a></p>`,
        filterForm(text, `${own}/inbox`, { state }, [choice({ name: 'kind', label: text.say('inquiry.kind'), value: kind, values })]),
      ];
    },
  };

  async function objections(visit: CommunityVisit, isAnswered: boolean, skip: number, limit: number): Promise<Objecting[]> {
    const { own } = visit;
    const [found, cycle] = await Promise.all([visit.read(readObjections, { isAnswered, skip, limit }), visit.cycle()]);
    return found.map((objection) => ({
      ...objection,
      kind: 'objection',
      path: `${address(`${own}/publication`, { cycle: objection.cycle === cycle?._id ? undefined : objection.cycle })}#objection-${objection.number}`,
    }));
  }
}

/** The inquiries alone that a list's address asks for, from `after` on. */
export async function inquiriesIn(visit: CommunityVisit, { filter, after }: ListState, limit: number): Promise<Rows<InboxItem>> {
  const kind = INQUIRY_KINDS.find((each) => each === filter.kind);
  const state = STATES.find((each) => each === filter.state) ?? 'waiting';
  const { items, more } = await visit.read(readInbox, { state, who: visit.doer(takeInquiry).id, kind, after: numberIn(after), limit });
  return { rows: items, next: more ? items.at(-1)?.number : undefined };
}

/** What was done just now, if the address says so. */
export function doneHere(visit: CommunityVisit): string | undefined {
  const number = numberIn(visit.request.query.number);
  return number ? doneIn(visit, ACTS, { number }) : undefined;
}

/** Until when it is to be answered. */
export function dueIn({ text: { say, day }, now }: CommunityVisit, { due }: Pick<InboxRow, 'due'>): Markup {
  return due < now ? html`<span class="late due">${say('inquiry.late', { day: day(due) })}</span>` : html`<span class="age due">${day(due)}</span>`;
}

/** The beginning of what was written. */
export function words(visit: CommunityVisit, { text, spoken }: InboxItem): Markup | string {
  if (text === '') return visit.text.say(spoken === undefined ? 'inquiry.empty' : `inquiry.spoken.${spoken}`);
  return shortened(visit, text);
}

function shortened({ text: { userText } }: CommunityVisit, text: string): Markup {
  const characters = [...text];
  return userText(characters.length <= SHOWN ? text : `${characters.slice(0, SHOWN - 1).join('')}…`);
}
