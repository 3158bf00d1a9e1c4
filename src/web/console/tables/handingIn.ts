import { markSlip, printedSerial } from '../../../fund/paper/index.ts';
import { type AtTable, MOST_FOUND } from '../../../fund/people/index.ts';
import { html, type Markup } from '../../html.ts';
import { actField } from '../actForm.ts';
import { field, type Tried } from '../frame.ts';
import { address } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';
import { type Helpers, secondName } from './secondName.ts';

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
  readonly tried: Tried;
  readonly person: Person | undefined;
  readonly takenIn: TakenIn | undefined;
}

/**
 * First the card, then its holder's name and building, and only then the slip; done. Whatever is refused begins anew with the card. Who scans needs no touch in
 * between, as a scanner presses Enter.
 */
export function handingIn(visit: CommunityVisit, { number, helpers, found, q, tried, person, takenIn }: HandingIn): Markup {
  const { text, own, may, community } = visit;
  const { say, userText } = text;
  if (!may(markSlip)) return html``;
  const at = `/tables/${number}`;
  const here = own + at;
  const { typed = {} } = tried;
  const digits = (focused: boolean) => ({
    isUnmarked: true as const,
    attributes: html` inputmode="numeric" autocomplete="off"${focused ? html` autofocus` : ''}`,
  });
  const hidden = (name: string, value = '') => html`<input type="hidden" name="${name}" value="${value}">`;
  const asks: Partial<Person> = person?.resident === undefined ? { ...person } : {};
  const second = secondName(visit, helpers);
  const other = typed.other || second.value;
  const stays = { other, ...(person && typed.serial && { serial: typed.serial }) };
  const given = {
    ...{ at, tried: { act: markSlip, at, typed: stays, mistakes: tried.mistakes ?? {} } },
    fields: { card: digits(!person), serial: digits(person !== undefined), other: second },
  };
  const one = (name: string) => actField(visit, markSlip, name, given);
  return html`<div role="status" data-told class="told${takenIn ? ' good' : ''}">${takenIn ? html`<b>${say('table.marked', { number: takenIn.number })}</b> <span>${userText(nameOf(takenIn))} · ${printedSerial(takenIn.serial)}</span>` : ''}</div>
${found ? html`<div data-found>${foundForms(visit, here, found, { q, other, typed })}</div>` : ''}
<form method="post" action="${here}/${person ? 'mark' : 'who'}" class="narrow" data-marks="${community._id}/${number}" data-here="${here}" data-who="${here}/who" data-mark="${here}/mark" data-words="${JSON.stringify(words(visit))}">
${hidden('id', visit.newKey())}${hidden('resident', person?.resident)}${hidden('name', asks.name)}${hidden('building', asks.building)}${hidden('phone', asks.phone)}
${one('other')}
<div data-at-card${person ? html` hidden` : ''}>${one('card')}<button>${say('table.toPerson')}</button></div>
<div data-person${person ? '' : html` hidden`}><p class="person"><b data-name>${userText(person?.name ?? '')}</b> <span data-building>${userText(person?.building ?? '')}</span></p>
<p class="hint">${say('table.fold')}</p>
${one('serial')}
<button>${visit.wordOfAct(markSlip.name, 'button')}</button> <a href="${here}" data-anew>${say('table.notThem')}</a></div>
<p><button type="button" class="quiet" data-scan data-stop="${say('table.scanStop')}" hidden>${say('table.scan')}</button></p><video data-camera hidden muted playsinline></video></form>
<ul class="items" data-unsent></ul>
<form method="get" action="${here}" class="filter" role="search">${hidden('other', other)}${field({ name: 'q', label: say('table.find'), value: q ?? '' })}<button class="quiet">${say('table.doFind')}</button></form>
<p><a class="more" href="${here}/close">${say('table.close')}</a></p>`;
}

function nameOf({ name, building }: Pick<Person, 'name' | 'building'>): string {
  return [name, building].filter(Boolean).join(' ');
}

/** What the page's script says. */
function words({ text: { say }, actWords }: CommunityVisit): Record<string, string> {
  const said = (['unsent', 'signIn', 'drop', 'noOther', 'cardFirst', 'looking', 'leftAlone', 'offline'] as const).map((key) => [
    key,
    say(`table.${key}`),
  ]);
  const wrong = (['card', 'serial', 'usedSerial'] as const).map((key) => [`wrong.${key}`, actWords(`table.mark.not.${key}`)]);
  return Object.fromEntries([...said, ...wrong]);
}

/** Those who were found, each with a button that chooses them; and who is not among them asks to join. */
function foundForms(
  visit: CommunityVisit,
  here: string,
  found: AtTable,
  { q, other, typed }: Pick<HandingIn, 'q'> & Pick<Tried, 'typed'> & { readonly other: string },
): Markup {
  const { say, userText } = visit.text;
  const to = address(`${here}/who`, { q, ...(other && { other }) });
  const people = found.people.map(
    ({ resident, name, building }) =>
      html`<li><button class="quiet" name="resident" value="${resident}">${userText(name)} ${building ? userText(building) : ''}</button></li>\n`,
  );
  const chosen =
    people.length > 0
      ? html`<h2>${say('table.who')}</h2><form method="post" action="${to}"><ul class="items">${people}</ul></form>${found.more ? html`<p>${say('table.firstOf', { count: MOST_FOUND })}</p>` : ''}`
      : html`<p>${nobodyFound(visit, found)}</p>`;
  if (found.byCard) return chosen;
  const joins = html`<form method="post" action="${to}" class="narrow"><p>${say('table.joins')}</p>${field({ name: 'name', id: 'join-name', label: say('table.name'), value: typed?.name, attributes: html` required` })}${field({ name: 'building', id: 'join-building', label: say('table.building'), value: typed?.building })}${field({ name: 'phone', id: 'join-phone', label: say('table.phone'), value: typed?.phone, attributes: html` inputmode="tel"` })}<button>${say('table.join')}</button></form>`;
  return html`${chosen}${people.length > 0 ? html`<details><summary>${say('table.notAmong')}</summary>${joins}</details>` : joins}`;
}

/** Why nobody was found. */
export function nobodyFound({ text: { say }, actWords }: CommunityVisit, { byCard, mustWait }: AtTable): string {
  if (mustWait) return actWords('table.mark.not.tooManyCards');
  return say(byCard ? 'table.noCard' : 'table.nobody');
}
