import type { Request } from 'express';
import type { Act } from '../../../fund/act/index.ts';
import { proposalsToDecide, readSomeProposals, weightsOf } from '../../../fund/proposals/index.ts';
import { html, type Markup } from '../../html.ts';
import { idOf } from '../actForm.ts';
import { mistakeAt, type Tried } from '../frame.ts';
import { stringsIn } from '../listState.ts';
import { textOf } from '../proposals/list.ts';
import type { CommunityVisit } from '../visits.ts';

/** The agenda that was ticked, or typed as numbers: what is recommended and what is not. */
export function agendaTyped({ body }: Request): { readonly yes: string; readonly no: string } {
  const numbers = (name: string) => stringsIn(body, name).flatMap((value) => value.split(/[\s,，、;；]+/).filter(Boolean));
  const no = numbers('no');
  return {
    yes: numbers('yes')
      .filter((number) => !no.includes(number))
      .join(' '),
    no: no.join(' '),
  };
}

/**
 * What may be on a meeting's agenda, each with a tick: what is on it, and what waits for a decision; with its cost and how many support it. `on`: what is ticked where
 * nothing was sent; of a new meeting everything that waits.
 */
export async function agendaTicks(
  visit: CommunityVisit,
  { cycle, act, tried, on }: { readonly cycle: string; readonly act: Act; readonly tried: Tried; readonly on?: ReadonlyMap<number, 'yes' | 'no'> },
): Promise<Markup> {
  const { text, request } = visit;
  const { say, money } = text;
  const waits = await proposalsToDecide(cycle);
  const numbers = [...new Set([...(on?.keys() ?? []), ...waits])].toSorted((one, other) => one - other);
  const [proposals, weights] = await Promise.all([visit.read(readSomeProposals, cycle, { numbers }), weightsOf(cycle, numbers)]);
  const sent = tried.act === act ? agendaTyped(request) : undefined;
  const isSent = (name: 'yes' | 'no', number: number) => sent?.[name].split(' ').includes(String(number)) ?? false;
  const isTicked = (name: 'yes' | 'no', number: number) => {
    if (sent) return isSent(name, number);
    return on ? on.get(number) === name : name === 'yes';
  };
  const id = idOf(act, 'yes');
  const mistake = tried.mistakes?.[id];
  const rows = proposals.map((proposal) => {
    const { number } = proposal;
    const { cost, supports = 0 } = weights.get(number) ?? {};
    const about = [
      ...(cost === undefined ? [] : [money(cost, visit.community.prices?.currency ?? 'CNY')]),
      say('proposal.table.supports', { count: supports }),
    ];
    const named = say('meetings.proposal', { number });
    const box = (name: 'yes' | 'no') => html`<input type="checkbox" name="${name}" value="${number}"${isTicked(name, number) ? html` checked` : ''}>`;
    const isOn = isTicked('yes', number) || isTicked('no', number);
    return html`<li><label class="choice"><input type="checkbox" name="yes" value="${number}"${isOn ? html` checked` : ''}> <span><b class="no">${number}</b> ${textOf(visit, proposal)} <small>${about.join(' · ')}</small></span></label><label class="choice aside">${box('no')} <span><span class="unseen">${named} </span>${say('meetings.advice.no')}</span></label></li>
`;
  });
  const legend = html`<legend>${say('meetings.agenda')}</legend>`;
  if (rows.length === 0) return html`<fieldset id="${id}">${legend}${mistakeAt(id, mistake)}<p>${say('meetings.nothingWaits')}</p></fieldset>`;
  return html`<fieldset id="${id}">${legend}<p class="hint">${say('meetings.agendaHint')}</p>${mistakeAt(id, mistake)}<ul class="items agenda">${rows}</ul></fieldset>`;
}
