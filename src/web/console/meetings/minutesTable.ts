import { attendanceOf, type MeetingItem, type MeetingRead } from '../../../fund/meetings/index.ts';
import { DECISIONS, type Decision, LONGEST_REASON, type Weight } from '../../../fund/proposals/index.ts';
import { html, type Markup } from '../../html.ts';
import { type Mistakes, mistakeAt } from '../frame.ts';
import type { CommunityVisit } from '../visits.ts';

export const VOTES = ['for', 'against', 'abstained'] as const;

/** What was typed, by the field's name. */
type Typed = Readonly<Record<string, string>>;

/** What the table is filled in with: what was typed, what is wrong, what each proposal costs and how many support it. */
interface Filled {
  readonly wrote: Typed;
  readonly mistakes: Mistakes;
  readonly weights: ReadonlyMap<number, Weight>;
  readonly currency: string;
}

/** The agenda as a table: a row for each proposal, with its votes, its decision and the reason. */
export function minutesTable(visit: CommunityVisit, meeting: MeetingRead, filled: Filled): Markup {
  const { say } = visit.text;
  const { items } = meeting;
  const heads = (['what', 'cost', 'supports', ...VOTES, 'decided', 'reason'] as const).map(
    (name) => html`<th scope="col"${name === 'cost' || name === 'supports' ? html` class="num"` : ''}>${say(`meetings.${name}`)}</th>`,
  );
  const rows = items.map((item) => rowOf(visit, meeting, item, filled));
  return html`<table class="list minutes"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>
<p class="hint">${say('meetings.tableHint')}</p>`;
}

/** Saves as it was typed; and besides, what nobody typed of and is recommended as passed by all who were there. */
export function minutesButtons(visit: CommunityVisit, save: string): Markup {
  return html`<p class="acts"><button>${save}</button> <button class="quiet" name="rest" value="yes">${visit.text.say('meetings.restPassed')}</button></p>`;
}

function rowOf(visit: CommunityVisit, { texts, there }: MeetingRead, item: MeetingItem, { wrote, mistakes, weights, currency }: Filled): Markup {
  const { text, own } = visit;
  const { say, userText, money } = text;
  const { proposal, advice, decision = '', reason = '' } = item;
  const number = say('meetings.proposal', { number: proposal });
  const weight = weights.get(proposal);
  const value = (name: string, kept: string) => wrote[`${name}-${proposal}`] ?? kept;
  const input = (name: (typeof VOTES)[number] | 'reason', kept: string, more: Markup) => {
    const id = `${name}-${proposal}`;
    const mistake = mistakes[id];
    const wrong = mistake ? html` aria-invalid="true" aria-describedby="${id}-mistake"` : '';
    return html`<input id="${id}" name="${id}" value="${value(name, kept)}" aria-label="${number} ${say(`meetings.${name}`)}"${wrong}${more}>${mistakeAt(id, mistake)}`;
  };
  const votes = VOTES.map(
    (name) =>
      html`<td><span class="named">${say(`meetings.${name}`)} </span>${input(name, String(item[name] ?? ''), html` class="vote" inputmode="numeric" autocomplete="off" placeholder="${name === 'for' && there > 0 ? there : ''}"`)}</td>`,
  );
  const chosen = value('decision', decision);
  const options = (['', ...DECISIONS] as const).map(
    (each) => html`<option value="${each}"${each === chosen ? html` selected` : ''}>${say(`meetings.decision.${each || 'none'}`)}</option>`,
  );
  const wrong = mistakes[`decision-${proposal}`];
  const select = html`<select id="decision-${proposal}" name="decision-${proposal}" aria-label="${number} ${say('meetings.decided')}"${wrong ? html` aria-invalid="true" aria-describedby="decision-${proposal}-mistake"` : ''}>${options}</select>${mistakeAt(`decision-${proposal}`, wrong)}`;
  return html`<tr><td class="block"><b class="no">${proposal}</b> <a href="${own}/proposals/${proposal}">${userText(texts.get(proposal) ?? '')}</a> <small>${say(`meetings.advice.${advice}`)}</small></td>
<td class="num">${weight?.cost === undefined ? '' : html`<span class="named">${say('meetings.cost')} </span>${money(weight.cost, currency)}`}</td><td class="num"><span class="named">${say('meetings.supports')} </span>${weight?.supports ?? 0}</td>
${votes}<td>${select}</td><td class="block"><span class="named">${say('meetings.reason')} </span>${input('reason', reason, html` class="why" autocomplete="off" data-longest="${LONGEST_REASON}"`)}</td></tr>
`;
}

/** One item of the minutes as it was typed. */
interface Row {
  readonly votes: Readonly<Partial<Record<(typeof VOTES)[number], number>>>;
  readonly decision: Decision | undefined;
  readonly reason: string;
}

/**
 * What was decided, where nobody chose it: with enough votes it is passed, with too few and a reason it is not. `isRest`: of what is recommended and nothing was
 * typed of, all who were there were for it.
 */
export function decidedByVotes(
  { votes, decision, reason }: Row,
  { roll, advice, council, isRest }: Pick<MeetingRead, 'roll'> & Pick<MeetingItem, 'advice'> & Council & { readonly isRest: boolean },
): Pick<Row, 'votes' | 'decision'> {
  const { there, majority } = attendanceOf({ roll }, council);
  if (decision) return { votes, decision };
  const isUntouched = Object.keys(votes).length === 0 && reason === '';
  if (isUntouched) {
    if (!isRest || advice !== 'yes') return { votes, decision };
    return { votes: { for: there, against: 0, abstained: 0 }, decision: 'recommended' };
  }
  if (votes.for === undefined) return { votes, decision };
  if (votes.for >= majority) return { votes, decision: 'recommended' };
  return { votes, decision: reason === '' ? undefined : 'not' };
}

interface Council {
  readonly council: CommunityVisit['community']['council'];
}
