import type { Router } from 'express';
import { vocabularyInUse } from '../../../dialog/loadCatalogue.ts';
import { isForOthers, likeliestKinds } from '../../../dialog/understand/likeliest.ts';
import { likestFirst } from '../../../dialog/understand/likeness.ts';
import { missesFor, OWN, type ShownMiss, sayMeant, UNCLEAR } from '../../../fund/misses/index.ts';
import { html, type Markup } from '../../html.ts';
import { routes } from '../../routes.ts';
import { actForm, actRoutes, doneAt, doneIn } from '../actForm.ts';
import { doneNotice, errorSummary, type Tried } from '../frame.ts';
import type { CommunityVisit, Visits } from '../visits.ts';

/** Of so many of the most frequent texts those are shown first that are likely meant for us. */
const LOOKED_AT = 60;
/** Kinds that are offered for each. */
const OFFERED = 3;
/** So like one of the community's own questions a text is at least, if that is offered. */
const LEAST_OWN = 0.1;

/** What was not understood: ten a week, each with what it may have meant. One tap says it; `yisheng misses --accepted` gives it to `npm run learn`. */
export function missPages(known: Visits): Router {
  const { ofCommunity } = known;

  return routes()
    .page('/console/:slug/misses', ofCommunity, (visit) => show(visit, {}, 200))
    .use(
      actRoutes(known, [sayMeant], {
        show,
        onward: (visit) => visit.lead(doneAt(visit, '/misses', sayMeant)),
      }),
    );

  async function show(visit: CommunityVisit, tried: Tried, status: number): Promise<void> {
    const { text, own } = visit;
    const { say } = text;
    const { misses, wanted } = await visit.read(missesFor);
    const words = vocabularyInUse();
    const looked = misses.slice(0, LOOKED_AT).map((miss) => ({ ...miss, isForOthers: isForOthers(miss.text, words) }));
    const shown = looked.toSorted((one, other) => Number(one.isForOthers) - Number(other.isForOthers)).slice(0, wanted);
    const nothing = say(wanted === 0 ? 'miss.enough' : 'miss.nothing');
    await visit.send(
      say('miss.title'),
      [
        errorSummary(text, tried.mistakes ?? {}),
        doneNotice(doneIn(visit, [sayMeant])),
        html`<p><a href="${own}/inbox">${say('back')}</a></p><h1>${say('miss.title')}</h1><p>${say('miss.about')}</p>`,
        shown.length === 0
          ? html`<p>${nothing}</p>`
          : html`<ul class="items">${shown.map((miss) => html`<li>${one(visit, miss, tried)}</li>\n`)}</ul>`,
      ],
      { status, path: `${own}/misses` },
    );
  }

  function one(visit: CommunityVisit, { key, text, count }: ShownMiss, tried: Tried): Markup {
    const { say, userText } = visit.text;
    const own = ownAnswerLike(text, visit.community.about?.answers ?? []);
    const often = count > 1 ? html` <small>${say('miss.count', { count })}</small>` : '';
    const form = (kind: string, button: string, asks?: string) =>
      actForm(visit, sayMeant, {
        at: `/misses/${key}`,
        tried,
        isQuiet: true,
        button,
        fields: { kind: { hidden: kind }, asks: { hidden: asks ?? '' } },
      });
    return html`<div><p class="said">${userText(text)}${often}</p><div class="acts">
${likeliestKinds(text, OFFERED, vocabularyInUse()).map((kind) => form(kind, say(`miss.kind.${kind}`)))}
${own === undefined ? '' : form(OWN, say('miss.own', { asks: own }), own)}
${form('others', say('miss.kind.others'))}
${form(UNCLEAR, say('miss.kind.unclear'))}</div></div>`;
  }
}

/** The first wording of the community's own answer to which a text is likest; undefined if it is like none. */
function ownAnswerLike(text: string, answers: readonly { readonly asks: readonly string[] }[]): string | undefined {
  const known = answers.flatMap(({ asks }) => asks.map((ask) => ({ ask, first: asks[0] })));
  const [place = -1] = likestFirst(
    known.map(({ ask }) => ask),
    text,
    LEAST_OWN,
  );
  return known[place]?.first;
}
