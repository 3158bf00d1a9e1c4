import { draftOpinion, LONGEST_REASON, MANNERS, REASONS, type StaffProposal } from '../../../fund/proposals/index.ts';
import type { PageKeyIn } from '../../../store/textKeys.ts';
import { html, type Markup } from '../../html.ts';
import { noWrap } from '../../public/pageText.ts';
import { idOf } from '../actForm.ts';
import { choice, field, mistakeAt, type Tried } from '../frame.ts';
import { address, type Values } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';

/** The form of an opinion, with its draft or what was typed before. */
export function opinionForm(visit: CommunityVisit, proposal: StaffProposal, inList: Values, { act, typed, mistakes = {} }: Tried): Markup {
  const { text, own, actWords } = visit;
  const { say } = text;
  const { number, opinion, isWhole } = proposal;
  const shown: Readonly<Record<string, string>> = (act === draftOpinion && typed) || typedFrom(opinion);
  const about = (name: PageKeyIn<'acts', 'proposal.examine.field'>) => {
    const id = idOf(draftOpinion, name);
    return { name, id, label: actWords(`proposal.examine.field.${name}`), value: shown[name], mistake: mistakes[id] };
  };
  const feasible = about('feasible');
  const radio = (value: string, id: string) =>
    html`<label class="choice"><input type="radio" name="feasible" id="${id}" value="${value}"${feasible.value === value ? html` checked` : ''}> <span>${say(value === 'yes' ? 'proposal.feasible' : 'proposal.notFeasible')}</span></label>`;
  const none = { value: '', label: say('proposal.choose') };
  const manners = [none, ...MANNERS.map((value) => ({ value, label: say(`proposal.mannerOf.${value}`) }))];
  const reasons = [none, ...REASONS.map((value) => ({ value, label: say(`proposal.reasonOf.${value}`) }))];
  const sum = (name: 'cost' | 'own') => field({ ...about(name), attributes: html` inputmode="numeric" class="short"` });
  const hint = say('proposal.sentenceHint', { most: LONGEST_REASON });
  return html`<form method="post" action="${address(`${own}/proposals/${number}/examine`, inList)}">
<input type="hidden" name="seen" value="${opinion ? opinion.at.getTime() : 0}">
<fieldset${feasible.mistake ? html` aria-describedby="${feasible.id}-mistake"` : ''}><legend>${feasible.label}</legend>
${mistakeAt(feasible.id, feasible.mistake)}${radio('yes', feasible.id)}${radio('no', `${feasible.id}-no`)}</fieldset>
<fieldset class="row"><legend>${say('proposal.ifFeasible')}</legend>${sum('cost')}${sum('own')}${choice({ ...about('manner'), values: manners })}</fieldset>
<fieldset><legend>${say('proposal.ifNot')}</legend>${choice({ ...about('reason'), values: reasons })}
${field({ ...about('sentence'), hint, attributes: html` maxlength="${LONGEST_REASON}"` })}</fieldset>
${opinion ? html`<p class="hint">${say(isWhole ? 'proposal.isWhole' : 'proposal.notWhole')}</p>` : ''}
<button>${actWords('proposal.examine.button')}</button></form>`;
}

/** A draft as its form shows it. */
export function typedFrom(opinion: StaffProposal['opinion']): Readonly<Record<string, string>> {
  const { isFeasible, cost, own, manner = '', reason = '', sentence = '' } = opinion ?? {};
  return {
    feasible: isFeasible === undefined ? '' : isFeasible ? 'yes' : 'no',
    cost: cost === undefined ? '' : String(cost),
    own: own === undefined ? '' : String(own),
    ...{ manner, reason, sentence },
  };
}

/** Whose the draft is that was written after a form was opened: somebody else's, or one's own in another window. */
export function staleWords({ text: { say }, doer }: CommunityVisit, { by }: NonNullable<StaffProposal['opinion']>): string {
  return say(doer(draftOpinion).name === by ? 'proposal.ownElsewhere' : 'proposal.theirs');
}

/** An opinion in one line, with who wrote it. */
export function opinionWords({ text }: CommunityVisit, opinion: NonNullable<StaffProposal['opinion']>, currency: string): Markup {
  const { say, userText, money, date } = text;
  const { isFeasible, cost, own, manner, reason, sentence, by, at } = opinion;
  const words = isFeasible
    ? [
        say('proposal.feasible'),
        ...(cost === undefined ? [] : [money(cost, currency)]),
        ...(own ? [`${say('proposal.own')} ${money(own, currency)}`] : []),
        ...(manner ? [say(`proposal.mannerOf.${manner}`)] : []),
      ]
    : [say('proposal.notFeasible'), ...(reason ? [say(`proposal.reasonOf.${reason}`)] : [])];
  return html`${words.join(' · ')}${sentence ? html` · ${userText(sentence)}` : ''} <span class="age">${userText(by)} · ${noWrap(date(at))}</span>`;
}
