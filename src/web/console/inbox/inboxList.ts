import { INQUIRY_KINDS, type InboxItem, readInbox } from '../../../fund/inquiries/index.ts';
import type { World } from '../../../store/world.ts';
import { html, type Markup } from '../../html.ts';
import { whole } from '../../public/pageText.ts';
import { choice, filterForm, views } from '../frame.ts';
import type { List } from '../list.ts';
import { listValues } from '../listState.ts';
import { address, numberIn, oneOf } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';

export const STATES = ['waiting', 'new', 'mine', 'answered'] as const;
export const DONE = ['', 'answered', 'unheard', 'closed', 'taken', 'left', 'writtenDown'] as const;
/** Characters of a text in the list. */
const SHOWN = 60;

/** What waits (all, what nobody took, what the reader took), the oldest first, or what was answered, the newest first; all kinds, or one. */
export function inboxList(world: World): List<InboxItem> {
  const read = readInbox(world);
  return {
    name: 'inbox',
    words: 'inquiry',
    filters: {
      state: (given) => STATES.find((state) => state === given),
      kind: (given) => INQUIRY_KINDS.find((kind) => kind === given),
    },
    columns: (visit, state) => {
      const { say, theirs, date } = visit.text;
      const kept = address('', listValues(state));
      const isWaiting = state.filter.state !== 'answered';
      const due = (item: InboxItem) => dueIn(visit, item);
      const taken = ({ taken }: InboxItem) => (taken ? theirs(taken.by) : '');
      return [
        { name: 'number', cell: ({ number }) => number, text: ({ number }) => number },
        { name: 'kind', cell: ({ kind }) => say(`kind.${kind}`), text: ({ kind }) => say(`kind.${kind}`) },
        {
          ...{ name: 'text', isBlock: true },
          cell: (item) => html`<a href="${visit.own}/inbox/${item.number}${kept}">${words(visit, item)}</a>`,
          text: ({ text }) => text,
        },
        { name: 'from', text: ({ channel, address: from }) => `${say(`channel.${channel}`)} ${from ?? ''}` },
        { name: 'at', text: ({ at }) => at.toISOString() },
        { name: 'due', ...(isWaiting && { cell: due }), text: ({ due }) => due.toISOString() },
        { name: 'takenBy', ...(isWaiting && { cell: taken }), text: ({ taken }) => taken?.by ?? '' },
        {
          ...{ name: 'answeredBy', isBlock: true },
          ...(!isWaiting && { cell: ({ answer }: InboxItem) => (answer ? html`${theirs(answer.by)} · ${whole(date(answer.at))}` : '') }),
          text: ({ answer }) => answer?.by ?? '',
        },
        { name: 'answer', text: ({ answer }) => answer?.text ?? '' },
      ];
    },
    read: async (visit, { filter, after }, limit) => {
      const kind = INQUIRY_KINDS.find((each) => each === filter.kind);
      const state = STATES.find((each) => each === filter.state) ?? 'waiting';
      const wanted = { state, who: visit.doer('takeInquiry').id, kind, after: numberIn(after), limit };
      const { items, more } = await read(visit.community._id, wanted, visit.reader('inbox'));
      return { rows: items, next: more ? items.at(-1)?.number : undefined };
    },
    done: doneIn,
    above: ({ text, own }, { filter: { state = 'waiting', kind } }) => {
      const kinds = INQUIRY_KINDS.map((value) => ({ value, label: text.say(`kind.${value}`) }));
      const values = [{ value: '', label: text.say('list.all') }, ...kinds];
      return [
        views(text, `${own}/inbox`, 'state', STATES, state, 'inquiry.view'),
        html`<p><a href="${own}/recordings">${text.say('recording.toList')}</a></p>`,
        filterForm(text, `${own}/inbox`, { state }, [choice({ name: 'kind', label: text.say('inquiry.kind'), value: kind, values })]),
      ];
    },
  };
}

/** What was done just now, if the address says so. */
export function doneIn({ text, request }: CommunityVisit): string | undefined {
  const done = oneOf(request, 'done', DONE);
  const number = numberIn(request.query.number);
  return done && number ? text.say(`inquiry.done.${done}`, { number }) : undefined;
}

/** Until when it is to be answered. */
export function dueIn({ text: { say, day }, now }: CommunityVisit, { due }: Pick<InboxItem, 'due'>): Markup {
  return due < now ? html`<span class="late due">${say('inquiry.late', { day: day(due) })}</span>` : html`<span class="age due">${day(due)}</span>`;
}

/** The beginning of what was written. */
export function words({ text: { say, theirs } }: CommunityVisit, { text, spoken }: InboxItem): Markup | string {
  if (text === '') return say(spoken === undefined ? 'inquiry.empty' : `inquiry.spoken.${spoken}`);
  const characters = [...text];
  return theirs(characters.length <= SHOWN ? text : `${characters.slice(0, SHOWN - 1).join('')}…`);
}
