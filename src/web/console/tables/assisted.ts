import type { Router } from 'express';
import { openBallot } from '../../../fund/ballots/index.ts';
import { castAssisted, readHelpers, readTables } from '../../../fund/paper/index.ts';
import { type AtTable, checkRight, findAtTable, MOST_FOUND, personAtTable } from '../../../fund/people/index.ts';
import type { World } from '../../../store/world.ts';
import { html, type Markup } from '../../html.ts';
import { routes } from '../../routes.ts';
import { actField, idOf, typedInto, whyNot } from '../actForm.ts';
import { errorSummary, field, type Mistakes, mistakeAt, type Tried } from '../frame.ts';
import { address, asked } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { nobodyFound } from './handingIn.ts';

const PATH = '/assisted';

/** `…/assisted`: a ballot that a helper enters beside its voter, with a witness: typed, read aloud, and only then cast. */
export function assistedRoutes(world: World, { ofCommunity }: Visits): Router {
  return routes()
    .page('/console/:slug/assisted', ofCommunity, (visit) => show(visit, {}, 200))
    .form('/console/:slug/assisted/read', ofCommunity, async (visit) => {
      const { community, now, text, own } = visit;
      const actor = visit.doer(castAssisted);
      checkRight(actor, castAssisted, community._id);
      const typed = typedInto(visit.request, castAssisted);
      const { resident, card = '', witness } = typed;
      const picks = picksIn(visit);
      const ballot = await openBallot(world, { picks }, { community: community._id, at: now });
      const person = await personAtTable.read({ world, community: community._id, actor }, resident ? { resident } : { card });
      const missing = 'refused' in person ? person.refused : witness ? undefined : 'noSecond';
      const refused = missing ?? ('open' in ballot ? ballot.refused?.reason : 'late');
      const tried = { act: castAssisted, at: PATH, typed };
      if (refused || !('open' in ballot))
        return show(visit, { ...tried, mistakes: whyNot(visit, castAssisted, { is: 'refused', refused: refused ?? 'late' }, tried) }, 422);
      const chosen = ballot.open.projects.filter(({ number }) => picks.includes(number));
      await visit.send(text.say('assisted.title'), readAloud(visit, chosen, tried), { path: own + PATH });
    })
    .form('/console/:slug/assisted/cast', ofCommunity, async (visit) => {
      const { text, own } = visit;
      const tried = { act: castAssisted, at: PATH, typed: typedInto(visit.request, castAssisted) };
      const input = { ...tried.typed, pick: picksIn(visit) };
      const performed = await visit.perform(castAssisted, { at: {}, input });
      if (performed.is !== 'done') return show(visit, { ...tried, mistakes: whyNot(visit, castAssisted, performed, tried) }, 422);
      const { say } = text;
      await visit.send(
        say('assisted.title'),
        html`<h1>${say('assisted.cast')}</h1><p>${say('assisted.receipt')} <b class="digits">${performed.result.receipt.replace(/^(\d{3})(\d{3})(\d{4})$/, '$1 $2 $3')}</b></p>
<p class="unprinted">${say('assisted.print')}</p><p class="unprinted"><a class="more" href="${own}/assisted">${say('assisted.next')}</a></p>`,
        { path: own + PATH },
      );
    });

  async function show(visit: CommunityVisit, tried: Tried, status: number): Promise<void> {
    const { community, text, own, now, request } = visit;
    const { say, userText } = text;
    const q = asked(request, 'q');
    const [ballot, helpers, cycle, found] = await Promise.all([
      openBallot(world, {}, { community: community._id, at: now }),
      visit.read(readHelpers, 'witness'),
      visit.cycle(),
      q === undefined ? undefined : visit.read(findAtTable, q),
    ]);
    const { mistakes = {} } = tried;
    const title = html`${errorSummary(text, mistakes)}<h1>${say('assisted.title')}</h1>`;
    if (!('open' in ballot) || !visit.may(castAssisted)) {
      return visit.send(say('assisted.title'), html`${title}<p>${say('assisted.notNow')}</p>`, { status, path: own + PATH });
    }
    const tables = cycle ? await visit.read(readTables, cycle._id) : [];
    const open = tables.filter(({ closed }) => !closed);
    const places = open.map(({ number, place }) => ({ value: String(number), label: `${say('table.one', { number })} ${place}` }));
    const picked = picksIn(visit);
    const projects = ballot.open.projects.map(
      ({ number, label }) =>
        html`<label class="choice"><input type="checkbox" name="pick" value="${number}"${picked.includes(number) ? html` checked` : ''}> <span><b>${number}</b> ${userText(label)}</span></label>`,
    );
    const given = {
      ...{ at: PATH, tried },
      fields: {
        card: { isUnmarked: true as const, attributes: html` inputmode="numeric" autocomplete="off"` },
        witness: { values: [{ value: '', label: say('table.choose') }, ...helpers.map(({ id, name }) => ({ value: id, label: name }))] },
        table: { values: places.length > 0 ? [{ value: '', label: say('assisted.noTable') }, ...places] : [] },
      },
    };
    const one = (name: string) => actField(visit, castAssisted, name, given);
    const who = found ? group('card', say('table.who'), mistakes, foundPeople(visit, found, tried)) : one('card');
    const picks = group('pick', say('assisted.picks', { max: ballot.open.max }), mistakes, html`${projects}`);
    await visit.send(
      say('assisted.title'),
      html`${title}<ul class="points"><li>${say('assisted.rule1')}</li><li>${say('assisted.rule2')}</li><li>${say('assisted.rule3')}</li></ul>
<form method="post" action="${address(`${own}/assisted/read`, { q })}" class="narrow">${who}${picks}${one('witness')}${one('table')}${one('bySms')}<button>${say('assisted.read')}</button></form>
<form method="get" action="${own}/assisted" class="filter" role="search">${field({ name: 'q', label: say('table.find'), value: q })}<button class="quiet">${say('table.doFind')}</button></form>
${found ? html`<p><a class="more" href="${own}/assisted">${say('table.byCard')}</a></p>` : ''}`,
      { status, path: own + PATH },
    );
  }
}

/** Fields of one name under a heading, to which what is wrong with them leads. */
function group(name: string, heading: string, mistakes: Mistakes, fields: Markup): Markup {
  const id = idOf(castAssisted, name);
  return html`<fieldset id="${id}" tabindex="-1"${mistakes[id] ? html` aria-describedby="${id}-mistake"` : ''}><legend>${heading}</legend>${mistakeAt(id, mistakes[id])}${fields}</fieldset>`;
}

/** Those who were found, to choose one of them; without any, why. */
function foundPeople(visit: CommunityVisit, found: AtTable, { typed }: Tried): Markup {
  const { say, userText } = visit.text;
  const { people, more } = found;
  if (people.length === 0) return html`<p>${nobodyFound(visit, found)}</p>`;
  const labels = people.map(
    ({ resident, name, building }) =>
      html`<label class="choice"><input type="radio" name="resident" value="${resident}"${resident === typed?.resident ? html` checked` : ''}> <span>${userText(name)} ${building ? userText(building) : ''}</span></label>`,
  );
  return html`${labels}${more ? html`<p>${say('table.firstOf', { count: MOST_FOUND })}</p>` : ''}`;
}

/** What is read aloud to the voter, word for word, before it is cast. */
function readAloud(visit: CommunityVisit, chosen: readonly { readonly number: number; readonly label: string }[], tried: Tried): Markup {
  const { say, userText } = visit.text;
  const kept = Object.entries({ ...tried.typed, key: visit.newKey() }).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  const picks = chosen.map(({ number }) => html`<input type="hidden" name="pick" value="${number}">`);
  return html`<h1>${say('assisted.aloud')}</h1><blockquote class="said">${say('assisted.youChose')}<ul class="items">${chosen.map(({ number, label }) => html`<li><b>${number}</b> ${userText(label)}</li>`)}</ul>${say('assisted.isRight')}</blockquote>
<form method="post" action="${address(`${visit.own}/assisted/cast`, { q: asked(visit.request, 'q') })}">${kept}${picks}<button>${visit.actWords('ballot.assist.button')}</button></form>
<form method="get" action="${visit.own}/assisted"><button class="quiet">${say('assisted.no')}</button></form>`;
}

function picksIn({ request: { body } }: CommunityVisit): number[] {
  const given: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'pick') : undefined;
  return [given]
    .flat()
    .filter((one): one is string => typeof one === 'string' && /^[1-9]\d{0,3}$/.test(one))
    .map(Number);
}
