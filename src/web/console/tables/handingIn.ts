import { printedSerial } from '../../../fund/paper/index.ts';
import { type AtTable, MOST_FOUND } from '../../../fund/people/index.ts';
import { html, type Markup } from '../../html.ts';
import { field, type Mistakes } from '../frame.ts';
import { typed } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';
import { type Helpers, secondChosen, secondName } from './secondName.ts';

/** A person who stands at the table: on the roster, or one who asks to be put there. */
export interface Person {
  /** `_id`; absent if they ask. */
  readonly resident?: string;
  readonly name: string;
  readonly building: string | undefined;
  /** Of who asks; E.164. */
  readonly phone?: string;
}

/** What was taken in just now, as the helpers are told. */
export interface TakenIn extends Pick<Person, 'name' | 'building'> {
  readonly number: number;
  readonly serial: string;
}

export interface HandingIn {
  /** The table's number. */
  readonly number: number;
  readonly helpers: Helpers;
  readonly found: AtTable | undefined;
  readonly q: string | undefined;
  readonly mistakes: Mistakes;
  /** Names this handing in: what is sent twice counts once. */
  readonly newId: string;
  readonly person: Person | undefined;
  readonly takenIn: TakenIn | undefined;
}

/**
 * First the card, then its holder's name and building, and only then the slip; done. Whatever is refused begins anew with the card. Who scans needs no touch in
 * between, as a scanner presses Enter.
 */
export function handingIn(visit: CommunityVisit, { number, helpers, found, q, mistakes, newId, person, takenIn }: HandingIn): Markup {
  const { text, own, may, community } = visit;
  const { say, theirs } = text;
  if (!may('markSlip')) return html``;
  const here = `${own}/tables/${number}`;
  const digits = (focused: boolean) => html` inputmode="numeric" autocomplete="off"${focused ? html` autofocus` : ''}`;
  const hidden = (name: string, value = '') => html`<input type="hidden" name="${name}" value="${value}">`;
  const who = Object.entries({
    resident: person?.resident,
    ...(!person?.resident && { name: person?.name, building: person?.building, phone: person?.phone }),
  });
  return html`<div role="status" data-told class="told${takenIn ? ' good' : ''}">${takenIn ? html`<b>${say('table.marked', { number: takenIn.number })}</b> <span>${theirs(nameOf(takenIn))} · ${printedSerial(takenIn.serial)}</span>` : ''}</div>
${found ? html`<div data-found>${foundForms(visit, here, found, q)}</div>` : ''}
<form method="post" action="${here}/${person ? 'mark' : 'who'}" class="narrow" data-marks="${community._id}/${number}" data-here="${here}" data-who="${here}/who" data-mark="${here}/mark" data-words="${JSON.stringify(words(say))}">
${hidden('id', newId)}${['resident', 'name', 'building', 'phone'].map((name) => hidden(name, who.find(([each]) => each === name)?.[1]))}
${secondName(visit, helpers, mistakes.other)}
<div data-at-card${person ? html` hidden` : ''}>${field({ name: 'card', label: say('table.card'), mistake: mistakes.card, attributes: digits(!person) })}<button>${say('table.toPerson')}</button></div>
<div data-person${person ? '' : html` hidden`}><p class="person"><b data-name>${theirs(person?.name ?? '')}</b> <span data-building>${theirs(person?.building ?? '')}</span></p>
<p class="hint">${say('table.fold')}</p>
${field({ name: 'serial', label: say('table.serial'), value: person ? typed(visit.request, 'serial') : '', attributes: digits(person !== undefined) })}
<button>${say('table.mark')}</button> <a href="${here}" data-anew>${say('table.notThem')}</a></div>
<p><button type="button" class="quiet" data-scan data-stop="${say('table.scanStop')}" hidden>${say('table.scan')}</button></p><video data-camera hidden muted playsinline></video></form>
<ul class="items" data-unsent></ul>
<form method="get" action="${here}" class="filter" role="search">${hidden('other', secondChosen(visit))}${field({ name: 'q', label: say('table.find'), value: q ?? '' })}<button class="quiet">${say('table.doFind')}</button></form>
<p><a class="more" href="${here}/close">${say('table.close')}</a></p>`;
}

function nameOf({ name, building }: Pick<Person, 'name' | 'building'>): string {
  return [name, building].filter(Boolean).join(' ');
}

/** What the page's script says. */
function words(say: CommunityVisit['text']['say']): Record<string, string> {
  const keys = [
    'unsent',
    'signIn',
    'drop',
    'noOther',
    'cardFirst',
    'looking',
    'leftAlone',
    'offline',
    'wrong.card',
    'wrong.serial',
    'wrong.usedSerial',
  ];
  return Object.fromEntries(keys.map((key) => [key, say(`table.${key}`)]));
}

/** Those who were found, each with a button that chooses them; and who is not among them asks to join. */
function foundForms(visit: CommunityVisit, here: string, found: AtTable, q: string | undefined): Markup {
  const { say, theirs } = visit.text;
  const kept = html`<input type="hidden" name="other" value="${secondChosen(visit) ?? ''}"><input type="hidden" name="q" value="${q ?? ''}">`;
  const people = found.people.map(
    ({ resident, name, building }) =>
      html`<li><button class="quiet" name="resident" value="${resident}">${theirs(name)} ${building ? theirs(building) : ''}</button></li>\n`,
  );
  const chosen =
    people.length > 0
      ? html`<h2>${say('table.who')}</h2><form method="post" action="${here}/who">${kept}<ul class="items">${people}</ul></form>${found.more ? html`<p>${say('table.firstOf', { count: MOST_FOUND })}</p>` : ''}`
      : html`<p>${say(nobodyFound(found))}</p>`;
  if (found.byCard) return chosen;
  const value = (name: string) => typed(visit.request, name);
  const joins = html`<form method="post" action="${here}/who" class="narrow">${kept}<p>${say('table.joins')}</p>${field({ name: 'name', id: 'join-name', label: say('table.name'), value: value('name'), attributes: html` required` })}${field({ name: 'building', id: 'join-building', label: say('table.building'), value: value('building') })}${field({ name: 'phone', id: 'join-phone', label: say('table.phone'), value: value('phone'), attributes: html` inputmode="tel"` })}<button>${say('table.join')}</button></form>`;
  return html`${chosen}${people.length > 0 ? html`<details><summary>${say('table.notAmong')}</summary>${joins}</details>` : joins}`;
}

/** Why nobody was found, as a text's key. */
export function nobodyFound({ byCard, mustWait }: AtTable): string {
  if (mustWait) return 'table.wrong.tooManyCards';
  return byCard ? 'table.noCard' : 'table.nobody';
}
