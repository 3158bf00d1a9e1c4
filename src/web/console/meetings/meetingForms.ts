import type { Act } from '../../../fund/act/index.ts';
import { changeMeeting, type MeetingRead } from '../../../fund/meetings/index.ts';
import { DECISIONS, LONGEST_REASON } from '../../../fund/proposals/index.ts';
import { localTimeOf } from '../../../store/wallTime.ts';
import { html, type Markup } from '../../html.ts';
import { actForm, type FormGiven } from '../actForm.ts';
import { typed } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';
import { decidedByVotes, VOTES } from './minutesTable.ts';

/** More than a reason takes: what is too long is said, not cut. */
const LONGEST_TYPED = 600;

/** What was typed, by the field's name. */
export type Typed = Readonly<Record<string, string>>;

/** The form that says when and where a meeting is, and on what. */
export function planForm(visit: CommunityVisit, act: Act, plan: Typed, agenda: Markup, given: FormGiven): Markup {
  const button = html`<button>${visit.wordOfAct(act.name, 'button')}</button>`;
  const fields = { ...Object.fromEntries(Object.entries(plan).map(([name, value]) => [name, { value }])), ...ON_AGENDA };
  return actForm(visit, act, { ...given, fields, buttons: [agenda, button] });
}

/** These are ticked (`agendaTicks`). */
const ON_AGENDA = { yes: { isLeftOut: true }, no: { isLeftOut: true } } as const;

/** A meeting's plan as the form has it. */
export function planOfMeeting({ at, place }: MeetingRead, timezone: string): Typed {
  const { year, month, day, hour, minute } = localTimeOf(at, timezone);
  const two = (part: number) => String(part).padStart(2, '0');
  return { day: `${year}-${two(month)}-${two(day)}`, time: `${two(hour)}:${two(minute)}`, place };
}

/** The minutes that were typed, as their act takes them, and by their fields. */
export function minutesTyped({ request, community: { council }, may }: CommunityVisit, { roll, items }: MeetingRead) {
  const wrote: Record<string, string> = {};
  const given = (name: string, longest?: number): string => {
    const value = typed(request, name, longest);
    wrote[name] = value;
    return value;
  };
  const there = roll.filter(({ id }) => given(`there-${id}`) === '1').map(({ id }) => id);
  const present = may(changeMeeting) ? roll.map((member) => ({ ...member, isThere: there.includes(member.id) })) : roll;
  const isRest = typed(request, 'rest') === 'yes';
  const minutes = {
    there,
    items: items.map(({ proposal, advice }) => {
      const counts = VOTES.flatMap((name) => {
        const count = given(`${name}-${proposal}`);
        return count === '' ? [] : [[name, Number(count)] as const];
      });
      const chosen = DECISIONS.find((each) => each === given(`decision-${proposal}`));
      const reason = given(`reason-${proposal}`, LONGEST_TYPED);
      const { votes, decision } = decidedByVotes(
        { votes: Object.fromEntries(counts), decision: chosen, reason },
        { roll: present, advice, council, isRest },
      );
      return { proposal, ...votes, ...(decision && { decision }), reason };
    }),
  };
  return { minutes, wrote: { ...wrote, isTyped: '1' } };
}

/** Says where in the minutes it is that something is wrong, and what. */
export function minutesMistake({ text: { say, sayIn } }: CommunityVisit, { items }: MeetingRead) {
  return (path: string, code: string): [string, string] | undefined => {
    const [name, which, field] = path.split('.');
    if (name !== 'items') return undefined;
    if (field === 'reason') return [`reason-${items[Number(which)]?.proposal ?? ''}`, say('meetings.longReason', { most: LONGEST_REASON })];
    if (field !== undefined) return [`${field}-${items[Number(which)]?.proposal ?? ''}`, say('meetings.noCount')];
    return [`decision-${which}`, sayIn('meetings.item', code, { number: Number(which) })];
  };
}
