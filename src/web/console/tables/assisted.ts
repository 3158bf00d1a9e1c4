import { type Request, Router } from 'express';
import { openBallot } from '../../../fund/ballots/index.ts';
import { currentCycleForReaders } from '../../../fund/cycles/index.ts';
import { type AssistedBallot, castAssisted, readHelpers, readTables } from '../../../fund/paper/index.ts';
import { type AtTable, checkRight, findAtTable, MOST_FOUND, personAtTable } from '../../../fund/people/index.ts';
import { enqueue } from '../../../outreach/outbox/enqueue.ts';
import type { World } from '../../../store/world.ts';
import { html, type Markup } from '../../html.ts';
import { choice, errorSummary, field, type Mistakes, mistakeAt } from '../frame.ts';
import { asked, typed } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { nobodyFound } from './handingIn.ts';

/** `…/assisted`: a ballot that a helper enters beside its voter, with a witness: typed, read aloud, and only then cast. */
export function assistedRoutes(world: World, { ofCommunity }: Visits): Router {
  const opened = openBallot(world);
  const helpersOf = readHelpers(world);
  const currentOf = currentCycleForReaders(world);
  const castOne = castAssisted(world, enqueue(world));

  return Router()
    .get(
      '/console/:slug/assisted',
      ofCommunity((visit) => show(visit, {}, 200)),
    )
    .post(
      '/console/:slug/assisted/read',
      ofCommunity(async (visit) => {
        const { request, community, now } = visit;
        const actor = visit.doer('castAssisted');
        checkRight(actor, 'castAssisted', community._id);
        const picks = picksIn(visit);
        const ballot = await opened({ picks }, { community: community._id, at: now });
        const person = await personAtTable(world)(community._id, personIn(request), actor);
        const missing = 'refused' in person ? person.refused : typed(request, 'witness') === '' ? 'noSecond' : undefined;
        const wrong = missing ?? ('open' in ballot ? ballot.refused?.reason : 'late');
        if (wrong || !('open' in ballot)) return show(visit, { wrong }, 422);
        await visit.send(
          visit.text.say('assisted.title'),
          readAloud(
            visit,
            ballot.open.projects.filter(({ number }) => picks.includes(number)),
            world.randomBytes(16).toString('base64url'),
          ),
          { path: `${visit.own}/assisted` },
        );
      }),
    )
    .post(
      '/console/:slug/assisted/cast',
      ofCommunity(async (visit) => {
        const { request, community, text, own } = visit;
        const table = Number(typed(request, 'table'));
        const outcome = await castOne({
          ...{ community: community._id, person: personIn(request), picks: picksIn(visit), witness: typed(request, 'witness') },
          ...(table > 0 && { table }),
          ...(typed(request, 'bySms') !== '' && { bySms: true }),
          ...{ key: typed(request, 'key'), actor: visit.doer('castAssisted') },
        });
        if ('refused' in outcome) return show(visit, { wrong: outcome.refused.reason }, 422);
        const { say } = text;
        await visit.send(
          say('assisted.title'),
          html`<h1>${say('assisted.cast')}</h1><p>${say('assisted.receipt')} <b class="digits">${outcome.receipt.replace(/^(\d{3})(\d{3})(\d{4})$/, '$1 $2 $3')}</b></p>
<p class="unprinted">${say('assisted.print')}</p><p class="unprinted"><a class="more" href="${own}/assisted">${say('assisted.next')}</a></p>`,
          { path: `${own}/assisted` },
        );
      }),
    );

  async function show(visit: CommunityVisit, { wrong }: { readonly wrong?: string | undefined }, status: number): Promise<void> {
    const { community, text, own, now, request } = visit;
    const { say, theirs } = text;
    const actor = visit.reader('table');
    const cycle = await currentOf(community._id, now);
    const q = asked(request, 'q') ?? typed(request, 'q');
    const [ballot, helpers, tables, found] = await Promise.all([
      opened({}, { community: community._id, at: now }),
      helpersOf(community._id, 'witness', actor),
      cycle ? readTables(cycle._id, actor) : [],
      q === '' ? undefined : findAtTable(world)(community._id, q, actor),
    ]);
    const mistakes: Mistakes = wrong
      ? { [(found && FIELD_OF[wrong] === 'card' ? undefined : FIELD_OF[wrong]) ?? 'form']: say(`assisted.wrong.${wrong}`) }
      : {};
    const title = html`${errorSummary(text, mistakes)}<h1>${say('assisted.title')}</h1>`;
    if (!('open' in ballot) || !visit.may('castAssisted')) {
      return visit.send(say('assisted.title'), html`${title}<p>${say('assisted.notNow')}</p>`, { status, path: `${own}/assisted` });
    }
    const picked = picksIn(visit);
    const projects = ballot.open.projects.map(
      ({ number, label }, index) =>
        html`<label class="choice"><input type="checkbox" name="pick"${index === 0 ? html` id="pick"` : ''} value="${number}"${picked.includes(number) ? html` checked` : ''}> <span><b>${number}</b> ${theirs(label)}</span></label>`,
    );
    const openTables = tables.filter(({ closed }) => !closed);
    const places = [
      { value: '', label: say('assisted.noTable') },
      ...openTables.map(({ number, place }) => ({ value: String(number), label: `${say('table.one', { number })} ${place}` })),
    ];
    const who = found
      ? html`<input type="hidden" name="q" value="${q}"><fieldset><legend>${say('table.who')}</legend>${found.people.length > 0 ? foundPeople(visit, found) : html`<p>${say(nobodyFound(found))}</p>`}</fieldset>`
      : field({
          name: 'card',
          label: say('table.card'),
          value: typed(request, 'card'),
          mistake: mistakes.card,
          attributes: html` inputmode="numeric" autocomplete="off"`,
        });
    await visit.send(
      say('assisted.title'),
      html`${title}<ul class="points"><li>${say('assisted.rule1')}</li><li>${say('assisted.rule2')}</li><li>${say('assisted.rule3')}</li></ul>
<form method="post" action="${own}/assisted/read" class="narrow">${who}
<fieldset${mistakes.pick ? html` aria-describedby="pick-mistake"` : ''}><legend>${say('assisted.picks', { max: ballot.open.max })}</legend>${mistakeAt('pick', mistakes.pick)}${projects}</fieldset>
${choice({ name: 'witness', label: say('assisted.witness'), value: typed(request, 'witness'), mistake: mistakes.witness, values: [{ value: '', label: say('table.choose') }, ...helpers.map(({ id, name }) => ({ value: id, label: name }))] })}
${openTables.length > 0 ? choice({ name: 'table', label: say('assisted.where'), value: typed(request, 'table'), values: places }) : ''}
<label class="choice"><input type="checkbox" name="bySms" value="1"${typed(request, 'bySms') ? html` checked` : ''}> <span>${say('assisted.bySms')}</span></label>
<button>${say('assisted.read')}</button></form>
<form method="get" action="${own}/assisted" class="filter" role="search">${field({ name: 'q', label: say('table.find'), value: q })}<button class="quiet">${say('table.doFind')}</button></form>
${found ? html`<p><a class="more" href="${own}/assisted">${say('table.byCard')}</a></p>` : ''}`,
      { status, path: `${own}/assisted` },
    );
  }
}

/** Those who were found, to choose one of them. */
function foundPeople({ text: { say, theirs }, request }: CommunityVisit, { people, more }: AtTable): Markup {
  const chosen = typed(request, 'name') === '' ? typed(request, 'resident') : '';
  const labels = people.map(
    ({ resident, name, building }) =>
      html`<label class="choice"><input type="radio" name="resident" value="${resident}"${resident === chosen ? html` checked` : ''}> <span>${theirs(name)} ${building ? theirs(building) : ''}</span></label>`,
  );
  return html`${labels}${more ? html`<p>${say('table.firstOf', { count: MOST_FOUND })}</p>` : ''}`;
}

/** What is read aloud to the voter, word for word, before it is cast. */
function readAloud(
  { text: { say, theirs }, own, request }: CommunityVisit,
  chosen: readonly { readonly number: number; readonly label: string }[],
  key: string,
): Markup {
  const kept = ['card', 'resident', 'q', 'witness', 'table', 'bySms'].map(
    (name) => html`<input type="hidden" name="${name}" value="${typed(request, name)}">`,
  );
  const picks = chosen.map(({ number }) => html`<input type="hidden" name="pick" value="${number}">`);
  return html`<h1>${say('assisted.aloud')}</h1><blockquote class="said">${say('assisted.youChose')}<ul class="items">${chosen.map(({ number, label }) => html`<li><b>${number}</b> ${theirs(label)}</li>`)}</ul>${say('assisted.isRight')}</blockquote>
<form method="post" action="${own}/assisted/cast">${kept}${picks}<input type="hidden" name="key" value="${key}"><button>${say('assisted.yes')}</button></form>
<form method="get" action="${own}/assisted"><button class="quiet">${say('assisted.no')}</button></form>`;
}

/** The fields that refusals are about; the others are about none. */
const FIELD_OF: Readonly<Record<string, string>> = {
  ...{ card: 'card', noPerson: 'card', tooManyCards: 'card', noSecond: 'witness', samePerson: 'witness' },
  ...{ unknown: 'pick', doubled: 'pick', tooMany: 'pick', tooFew: 'pick' },
};

function personIn(request: Request): AssistedBallot['person'] {
  const resident = typed(request, 'resident');
  return resident === '' ? { card: typed(request, 'card') } : { resident };
}

function picksIn({ request: { body } }: CommunityVisit): number[] {
  const given: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'pick') : undefined;
  return [given]
    .flat()
    .filter((one): one is string => typeof one === 'string' && /^[1-9]\d{0,3}$/.test(one))
    .map(Number);
}
