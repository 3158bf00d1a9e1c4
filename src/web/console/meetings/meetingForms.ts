import { LONGEST_NOTES, type MeetingRead, type MinutesWritten, type planMeeting } from '../../../fund/meetings/index.ts';
import { DECISIONS, LONGEST_SENTENCE } from '../../../fund/proposals/index.ts';
import { localTimeOf, readTime } from '../../../store/wallTime.ts';
import { html, type Markup } from '../../html.ts';
import { field, type Mistakes } from '../frame.ts';
import { typed } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';
import { decidedByVotes, VOTES } from './minutesTable.ts';

/** What was typed, by the field's name. */
export type Typed = Readonly<Record<string, string>>;

/** `yes`, `no`: the numbers of proposals that the cadres recommend, and that they do not. */
export const PLAN_FIELDS = ['day', 'time', 'place', 'yes', 'no'] as const;

type Plan = Parameters<ReturnType<typeof planMeeting>>[0]['plan'];

/** The form that says when and where a meeting is, and on what. */
export function planForm(
  { text: { say } }: CommunityVisit,
  path: string,
  wrote: Typed,
  mistakes: Mistakes,
  hidden: Readonly<Record<string, string | number>>,
): Markup {
  const each = (name: (typeof PLAN_FIELDS)[number], attributes: Markup, hint?: string) =>
    field({ name, label: say(`meetings.${name}`), hint, value: wrote[name], mistake: mistakes[name], attributes });
  const kept = Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  return html`<form method="post" action="${path}">${kept}
${each('day', html` type="date" required`)}${each('time', html` type="time" required`)}${each('place', html` maxlength="60" required`)}
${each('yes', html` inputmode="numeric" autocomplete="off"`, say('meetings.numbersHint'))}${each('no', html` inputmode="numeric" autocomplete="off"`)}
<button>${say('meetings.save')}</button></form>`;
}

/** A meeting's plan as the form has it. */
export function planOfMeeting({ at, place, items }: MeetingRead, timezone: string): Typed {
  const { year, month, day, hour, minute } = localTimeOf(at, timezone);
  const two = (part: number) => String(part).padStart(2, '0');
  const advised = (advice: string) =>
    items
      .filter((item) => item.advice === advice)
      .map(({ proposal }) => proposal)
      .join(' ');
  return { day: `${year}-${two(month)}-${two(day)}`, time: `${two(hour)}:${two(minute)}`, place, yes: advised('yes'), no: advised('no') };
}

/** The plan that was typed; absent where something is wrong. */
export function planOf({ community, now, text: { say } }: CommunityVisit, wrote: Typed): { readonly given?: Plan; readonly mistakes: Mistakes } {
  const { day = '', time = '', place = '', yes = '', no = '' } = wrote;
  const at = readTime(`${day}T${time || '00:00'}`, community.timezone, now);
  const [wanted, others] = [numbersIn(yes), numbersIn(no)];
  const mistakes: Mistakes = {
    ...(!at && { day: say('meetings.noDay') }),
    ...(place === '' && { place: say('meetings.not.place') }),
    ...(!wanted && { yes: say('meetings.noNumbers') }),
    ...(!others && { no: say('meetings.noNumbers') }),
  };
  if (!at || !wanted || !others || place === '') return { mistakes };
  const items = [
    ...wanted.map((proposal) => ({ proposal, advice: 'yes' as const })),
    ...others.map((proposal) => ({ proposal, advice: 'no' as const })),
  ];
  return { given: { at, place, items }, mistakes };
}

/** Numbers with blanks or commas between them; undefined if something else stands there. */
function numbersIn(text: string): number[] | undefined {
  const parts = text.split(/[\s,，、;；]+/).filter((part) => part !== '');
  return parts.every((part) => /^[1-9]\d{0,5}$/.test(part)) ? parts.map(Number) : undefined;
}

/** The minutes that were typed, and what is wrong with how they were. */
export function minutesTyped({ request, text: { say }, community: { council }, may }: CommunityVisit, { roll, items, notes }: MeetingRead) {
  const wrote: Record<string, string> = {};
  const mistakes: Record<string, string> = {};
  const given = (name: string, longest?: number): string => {
    const value = typed(request, name, longest);
    wrote[name] = value;
    return value;
  };
  const count = (name: string): number | undefined => {
    const value = given(name);
    if (value !== '' && !/^\d{1,4}$/.test(value)) mistakes[name] = say('meetings.noCount');
    return /^\d{1,4}$/.test(value) ? Number(value) : undefined;
  };
  const there = roll.filter(({ id }) => given(`there-${id}`) === '1').map(({ id }) => id);
  const present = may('changeMeeting') ? roll.map((member) => ({ ...member, isThere: there.includes(member.id) })) : roll;
  const isRest = typed(request, 'rest') === 'yes';
  const minutes: MinutesWritten = {
    there,
    items: items.map(({ proposal, advice }) => {
      const counts = VOTES.flatMap((name) => {
        const votes = count(`${name}-${proposal}`);
        return votes === undefined ? [] : [[name, votes] as const];
      });
      const chosen = DECISIONS.find((each) => each === given(`decision-${proposal}`));
      const reason = given(`reason-${proposal}`, LONGEST_SENTENCE);
      const { votes, decision } = decidedByVotes(
        { votes: Object.fromEntries(counts), decision: chosen, reason },
        { roll: present, advice, council, isRest },
      );
      return { proposal, ...votes, ...(decision && { decision }), reason };
    }),
    notes: request.body && 'notes' in request.body ? given('notes', LONGEST_NOTES + 1) : notes,
  };
  return { wrote: { ...wrote, isTyped: '1' }, minutes, mistakes };
}

/** Why something was refused, by the field that it is about. */
export function mistakesOf({ text: { say } }: CommunityVisit, outcome: object): Mistakes {
  if (!('refused' in outcome) || typeof outcome.refused !== 'string') return {};
  const { refused } = outcome;
  if ('problems' in outcome && outcome.problems instanceof Map)
    return Object.fromEntries([...outcome.problems].map(([number, problem]) => [`decision-${number}`, say(`meetings.item.${problem}`, { number })]));
  const fields: Readonly<Record<string, string>> = { place: 'place', tooMany: 'yes', unknown: 'yes', notes: 'notes', text: 'addendum' };
  const numbers = 'numbers' in outcome && Array.isArray(outcome.numbers) ? outcome.numbers.join(say('and')) : '';
  return { [fields[refused] ?? 'form']: say(`meetings.not.${refused}`, { numbers }) };
}
