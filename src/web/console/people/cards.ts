import type { Request, Router } from 'express';
import type { i18n } from 'i18next';
import { isTextedElsewhere, numberToText } from '../../../fund/communities/index.ts';
import { isVoting } from '../../../fund/cycles/index.ts';
import { printedCard, readBuildings } from '../../../fund/people/index.ts';
import { type CardsPlanned, type CardsWanted, enactCards, makeCards, type PrintedCard, planCards } from '../../../fund/roster/index.ts';
import { CARDS_ON_PAGE, cardSheets, cardsInOrder, printPdf } from '../../../print/index.ts';
import { CodedError } from '../../../store/codedError.ts';
import { cleanText } from '../../../store/text.ts';
import type { World } from '../../../store/world.ts';
import { textsAbout } from '../../documents.ts';
import { Refusal } from '../../errors.ts';
import { html, type Markup } from '../../html.ts';
import { routes } from '../../routes.ts';
import { choice, errorSummary, field, type Mistakes } from '../frame.ts';
import { chosenIn, showList } from '../list.ts';
import { lackingList, unprinted } from '../print.ts';
import { typed } from '../query.ts';
import { toSecond } from '../second.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import type { RosterList } from './roster.ts';
import { peopleTitle } from './subNav.ts';

/** Cards that are made at once. */
const MAX_CARDS = 400;
const LONGEST_REASON = 300;
const WAYS = ['missing', 'needed', 'buildingMissing', 'building'] as const;

/** For whom the cards are, as the form says it. */
interface Choice {
  readonly way: (typeof WAYS)[number] | 'picked';
  readonly building: string;
  /** `_id`s, if the way is `picked`. */
  readonly picked: readonly string[];
}

const FIRST: Choice = { way: 'missing', building: '', picked: [] };

/** New cards: chosen, counted, then made, shown once to be printed, and nowhere again. */
export function cardPages(world: World, catalogue: i18n, { ofCommunity, printing }: Visits, roster: RosterList): Router {
  return routes()
    .page('/console/:slug/people/cards', ofCommunity, (visit) => show(visit, { ...FIRST, way: wayIn(visit.request.query.way) }, undefined, {}, 200))
    .form('/console/:slug/people/cards/choose', ofCommunity, async (visit) => {
      const choice = choiceIn(visit.request);
      const mistakes = mistakesIn(visit, choice);
      if (Object.keys(mistakes).length > 0 && visit.may(enactCards)) return show(visit, choice, undefined, mistakes, 422);
      const counted = await planCards(world, visit.community._id, wantedBy(choice), visit.doer(enactCards), MAX_CARDS);
      await show(visit, choice, counted, {}, 200);
    })
    .form('/console/:slug/people/cards/picked', ofCommunity, async (visit) => {
      const taken = await chosenIn(visit, roster);
      const picked = 'keys' in taken ? taken.keys : [];
      if (picked.length === 0 && visit.may(enactCards)) return showList(visit, roster, { form: visit.text.say('list.noneTicked') }, 422);
      const choice: Choice = { ...FIRST, way: 'picked', picked };
      await show(visit, choice, await planCards(world, visit.community._id, wantedBy(choice), visit.doer(enactCards), MAX_CARDS), {}, 200);
    })
    .form('/console/:slug/people/cards/make', printing, async (visit) => {
      const { request, community, text } = visit;
      const choice = choiceIn(request);
      const reason = cleanText(typed(request, 'reason', LONGEST_REASON)) || undefined;
      const actor = visit.doer(enactCards);
      const again = async (mistakes: Mistakes, status: number, more = html``) =>
        show(visit, choice, await planCards(world, community._id, wantedBy(choice), actor, MAX_CARDS), mistakes, status, more);
      try {
        const how = { reason, most: MAX_CARDS, stamp: typed(request, 'stamp') };
        const { cards, input } = await makeCards(world, community._id, wantedBy(choice), actor, how);
        const pdf = await printPdf(cardSheets(cards, textsAbout(world, catalogue, community)), typed(request, 'same') === '1');
        const outcome = await visit.perform(enactCards, { at: {}, input });
        if (outcome.is !== 'done' && outcome.is !== 'waits') return again({ form: text.say('cards.stale') }, 409);
        if ('already' in outcome) return toSecond(visit, outcome);
        const waits = outcome.is === 'waits' ? outcome.waits : undefined;
        await visit.send(text.say('cards.print'), sheet(visit, cards, pdf, waits), { path: `${visit.own}/people/cards` });
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        const wrong = unprinted(text, error);
        if (wrong) return again({ form: wrong.form }, 409, lackingList(text, wrong.lacking));
        if (error.code === 'needs-reason') return again({ reason: text.say('people.reasonMissing') }, 422);
        if (error.code === 'changed') return again({ form: text.say('cards.stale') }, 409);
        throw error;
      }
    });

  async function show(
    visit: CommunityVisit,
    choice: Choice,
    counted: CardsPlanned | undefined,
    mistakes: Mistakes,
    status: number,
    more = html``,
  ): Promise<void> {
    const { community, text, own } = visit;
    if (!visit.may(enactCards)) throw new Refusal(403, 'You may not make cards in this community.');
    const [buildings, voting] = await Promise.all([visit.read(readBuildings), isVoting(community._id, visit.now)]);
    await visit.send(
      text.say('people.part.cards'),
      [
        errorSummary(text, mistakes),
        peopleTitle(visit, 'cards'),
        html`<p>${text.say('cards.about')}</p>`,
        counted ? makeForm(visit, choice, counted, mistakes, voting, more) : chooseForm(visit, choice, buildings, mistakes),
      ],
      { status, path: `${own}/people/cards` },
    );
  }
}

function choiceIn(request: Request): Choice {
  const picked = pickedIn(request);
  return { way: picked.length > 0 ? 'picked' : wayIn(typed(request, 'way')), building: typed(request, 'building'), picked };
}

function wayIn(given: unknown): (typeof WAYS)[number] {
  return WAYS.find((way) => way === given) ?? 'missing';
}

/** The residents who were ticked, by their `_id`. */
function pickedIn({ body }: Request): string[] {
  const given: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'who') : undefined;
  return [given].flat().filter((one): one is string => typeof one === 'string' && /^[\w-]{43}$/.test(one));
}

function mistakesIn({ text: { say } }: CommunityVisit, { way, building }: Choice): Mistakes {
  return way.startsWith('building') && building === '' ? { building: say('cards.buildingMissing') } : {};
}

function wantedBy({ way, building, picked }: Choice): CardsWanted {
  if (way === 'missing' || way === 'needed') return way;
  return way === 'picked' ? { residents: picked } : { building, isMissing: way === 'buildingMissing' };
}

function chooseForm({ text: { say }, own }: CommunityVisit, chosen: Choice, buildings: readonly string[], mistakes: Mistakes): Markup {
  const ways = WAYS.map(
    (way) =>
      html`<label class="choice"><input type="radio" name="way" value="${way}"${way === chosen.way ? html` checked` : ''}> <span>${say(`cards.way.${way}`)}</span></label>`,
  );
  return html`<form method="post" action="${own}/people/cards/choose" class="narrow">
<fieldset><legend>${say('cards.who')}</legend>${ways}</fieldset>
${choice({ name: 'building', label: say('people.building'), value: chosen.building, mistake: mistakes.building, values: [{ value: '', label: say('cards.noBuilding') }, ...buildings.map((each) => ({ value: each, label: each }))] })}
<button>${say('cards.count')}</button></form>`;
}

/** What would be made, before it is. */
function makeForm(
  { text: { say }, own, wordOfAct }: CommunityVisit,
  choice: Choice,
  { cards, left, replaced, stamp }: CardsPlanned,
  mistakes: Mistakes,
  voting: boolean,
  more: Markup,
): Markup {
  if (cards === 0) return html`<p>${say('cards.nobody')}</p><p><a href="${own}/people/cards">${say('back')}</a></p>`;
  const { way, building, picked } = choice;
  const hidden = [...Object.entries({ way, building, stamp }), ...picked.map((one): [string, string] => ['who', one])];
  const reason = field({ name: 'reason', label: say('people.reason'), hint: say('people.changeReason'), mistake: mistakes.reason });
  return html`<form method="post" action="${own}/people/cards/make">${hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<p><b>${say('cards.would', { count: cards, each: CARDS_ON_PAGE })}</b>${left > 0 ? html` ${say('cards.left', { most: MAX_CARDS, count: left })}` : ''}</p>
${replaced > 0 ? html`<p class="notice">${say('cards.replaced', { count: replaced })}</p>` : ''}
<p>${say('cards.once')}</p>${voting ? reason : ''}${more}
<button>${wordOfAct(enactCards.name, 'button')}</button> <a href="${own}/people/cards">${say('cards.cancel')}</a></form>`;
}

/** The cards to print, each with its number and how to vote. */
function sheet({ community, text, own }: CommunityVisit, cards: readonly PrintedCard[], pdf: Uint8Array, waits: number | undefined): Markup {
  const { say, userText, phone } = text;
  const line1 = say(isTextedElsewhere(community) ? 'cards.line1Other' : 'cards.line1', {
    text: phone(numberToText(community)),
    phone: phone(community.phone),
  });
  const each = cardsInOrder(cards).map(
    ({ name, building, door, card }) => html`<li><p><b>${userText(name)}</b> ${userText([building, door].filter(Boolean).join(' '))}</p>
<p class="digits">${printedCard(card)}</p>
<ol><li>${line1}</li><li>${say('cards.line2')}</li><li>${say('cards.line3')}</li></ol>
<p><small>${userText(community.name)}</small></p></li>
`,
  );
  return html`<div class="unprinted"><h1>${say('cards.print')}</h1><p class="notice" role="status">${say(waits === undefined ? 'cards.inForce' : 'cards.waits', { count: cards.length })} ${say('cards.printAbout')}</p><p><a class="more" download="cards.pdf" href="data:application/pdf;base64,${Buffer.from(pdf).toString('base64')}">${say('cards.pdf', { each: CARDS_ON_PAGE })}</a></p>${waits === undefined ? '' : html`<p><a href="${own}/second/${waits}">${say('second.one', { number: waits })}</a></p>`}<p><a href="${own}/people/cards">${say('back')}</a></p></div>
<ul class="cards">${each}</ul>`;
}
