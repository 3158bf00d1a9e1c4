import type { Response, Router } from 'express';
import { type CycleRecord, cycleBefore, findCycle, readPrinted, releaseResult } from '../../fund/cycles/index.ts';
import { makeSlips } from '../../fund/paper/index.ts';
import { enactCards } from '../../fund/roster/index.ts';
import { DoesNotFit, MissingCharacters, printPdf } from '../../print/index.ts';
import { CodedError } from '../../store/codedError.ts';
import type { World } from '../../store/world.ts';
import { DOCUMENTS, type DocumentsDeps, documentLanguage, documents, isForAll, MOST_PRINTED, printSlips } from '../documents.ts';
import { html, type Markup } from '../html.ts';
import type { PageLanguage } from '../public/pageText.ts';
import { routes } from '../routes.ts';
import { actForm, actRoutes } from './actForm.ts';
import { choice, doneNotice, errorSummary, field } from './frame.ts';
import { address, asked, numberIn, oneOf, typed } from './query.ts';
import type { CommunityVisit, Visits } from './visits.ts';

const LANGUAGES = ['zh-CN', 'en'] as const;

/** `/console/SLUG/print`: documents of the current cycle as PDF. Cards are made on their own page. */
export function printPages(world: World, deps: DocumentsDeps, known: Visits): Router {
  const { ofCommunity, printing } = known;

  return routes()
    .page('/console/:slug/print', ofCommunity, (visit) => show(visit, {}, 200))
    .page('/console/:slug/print/file', printing, async (visit) => {
      const { request, community } = visit;
      const name = oneOf(request, 'document', DOCUMENTS);
      try {
        const printed = await documents(world, deps, name, community, languageIn(visit), visit.doer(readPrinted), {
          cycle: asked(request, 'cycle'),
        });
        sendPdf(visit.response, `${community._id}-${name}`, await printPdf(printed, asked(request, 'same') === '1'));
      } catch (error) {
        const wrong = unprinted(visit.text, error);
        if (!wrong) throw error;
        await show(visit, { wrong, of: 'document' }, 409);
      }
    })
    .use(
      actRoutes(known, [releaseResult], {
        show: (visit, { mistakes = {} }, status) => show(visit, { wrong: { form: mistakes.form ?? '', lacking: [] } }, status),
        onward: (visit) => visit.lead(address(`${visit.own}/print`, { document: 'result', done: 'released' })),
      }),
    )
    .form('/console/:slug/print/slips', printing, async (visit) => {
      const { request, community } = visit;
      const count = numberIn(typed(request, 'count')) ?? 0;
      const language = LANGUAGES.find((one) => one === typed(request, 'language')) ?? documentLanguage(community);
      try {
        const wanted = { community, language, count, allTheSame: typed(request, 'same') === '1', actor: visit.doer(makeSlips) };
        sendPdf(visit.response, `${community._id}-slips`, await printSlips(world, deps.catalogue, wanted));
      } catch (error) {
        const wrong = unprinted(visit.text, error);
        if (!wrong) throw error;
        await show(visit, { wrong, of: 'slips' }, 409);
      }
    });

  /** What can be printed, with why a document was not. */
  async function show(visit: CommunityVisit, { wrong, of }: { wrong?: Unprinted; of?: 'document' | 'slips' }, status: number): Promise<void> {
    const { text, own, request } = visit;
    const { say } = text;
    const printed = await printedCycles(world, visit);
    const [current] = printed;
    const sealed = current?.sealedAt ? await findCycle(current._id) : null; // what was released a moment ago is seen
    const cycles = printed.map(({ _id, title }) => ({ value: _id, label: title }));
    const wanted = oneOf(request, 'document', DOCUMENTS);
    const names = DOCUMENTS.map(
      (name) =>
        html`<label class="choice"><input type="radio" name="document" value="${name}"${name === wanted ? html` checked` : ''}> <span><b>${say(`print.document.${name}`)}</b> ${say(`print.about.${name}`)}</span></label>`,
    );
    const languages = LANGUAGES.map((value) => ({ value, label: say(`print.in.${value}`) }));
    const cards = html`<h2>${say('people.part.cards')}</h2><p>${say('print.cards')}</p><p><a class="more" href="${own}/people/cards">${visit.actWords('card.make.button')}</a></p>`;
    await visit.send(
      say('tab.print'),
      [
        errorSummary(text, wrong ? { form: wrong.form } : {}),
        doneNotice(asked(request, 'done') === 'released' ? say('print.release.done') : undefined),
        html`<h1>${say('tab.print')}</h1>
${isForAll(deps.publicUrl) ? '' : html`<p class="notice">${say('print.noAddress')}</p>`}
<form method="get" action="${own}/print/file" class="narrow">
<fieldset><legend>${say('print.what')}</legend>${names}</fieldset>
${cycles.length > 1 ? choice({ name: 'cycle', label: say('print.cycle'), value: asked(request, 'cycle'), values: cycles }) : ''}
${choice({ name: 'in', label: say('print.language'), value: languageIn(visit), values: languages })}
${lackingList(text, (of === 'document' && wrong?.lacking) || [])}<button>${say('print.make')}</button></form>`,
        sealed ? releasePart(visit, sealed) : html``,
        visit.may(makeSlips) ? slipsForm(visit, current?.frozen !== undefined, (of === 'slips' && wrong?.lacking) || []) : html``,
        visit.may(enactCards) ? cards : html``,
      ],
      { status, path: `${own}/print` },
    );
  }
}

/** Sends a document to be saved. */
export function sendPdf(response: Response, name: string, bytes: Uint8Array): void {
  response.type('application/pdf').set('Content-Disposition', `attachment; filename="${name}.pdf"`).send(Buffer.from(bytes));
}

/** The language that was chosen, or the community's. */
function languageIn({ request, community }: CommunityVisit): PageLanguage {
  return LANGUAGES.find((one) => one === request.query.in) ?? documentLanguage(community);
}

/** Of a text that has no room, so many characters are told. */
const LONGEST_TOLD = 60;

/** Why a document is not printed. */
interface Unprinted {
  readonly form: string;
  readonly lacking: MissingCharacters['lacking'];
}

/** Why a document is not printed, in words; undefined if the error is of another kind. */
export function unprinted({ say }: CommunityVisit['text'], error: unknown): Unprinted | undefined {
  if (error instanceof MissingCharacters) return { form: say('print.lacking'), lacking: error.lacking };
  if (error instanceof DoesNotFit) return { form: say('print.tooLong', { text: error.text.slice(0, LONGEST_TOLD) }), lacking: [] };
  const known = ['no-cycle', 'not-published', 'no-meeting', 'no-projects', 'not-drawn', 'not-released', 'slip-count'] as const;
  const code = error instanceof CodedError ? known.find((each) => each === error.code) : undefined;
  return code && { form: say(`print.not.${code}`, { most: MOST_PRINTED }), lacking: [] };
}

/** The characters that the typeface lacks, with the texts in which they stand, and the choice to print all the same. */
export function lackingList({ say, userText }: CommunityVisit['text'], lacking: Unprinted['lacking']): Markup {
  if (lacking.length === 0) return html``;
  return html`<ul class="items">${lacking.map(({ character, text }) => html`<li><b>${userText(character)}</b> ${userText(text)}</li>`)}</ul>
<label class="choice"><input type="checkbox" name="same" value="1"> <span>${say('print.same')}</span></label>`;
}

/** The current cycle and the one before, whose report is printed once it is over. */
async function printedCycles(world: World, visit: CommunityVisit): Promise<CycleRecord[]> {
  const current = await visit.read(readPrinted);
  const before = current && (await cycleBefore(world)(current));
  return [current, before].flatMap((cycle) => cycle ?? []);
}

/** Whether the result may be printed: who released it, or the button that asks a second person. */
function releasePart(visit: CommunityVisit, { _id, released }: Pick<CycleRecord, '_id' | 'released'>): Markup {
  const { text, may } = visit;
  const { say, userText, date } = text;
  const form = actForm(visit, releaseResult, { at: `/print/${_id}`, tried: {} });
  const told = released && html`<p>${say('print.release.by', { at: date(released.at) })}${userText(released.by.join(say('detail.and')))}</p>`;
  if (!told && !may(releaseResult)) return html``;
  return html`<section aria-labelledby="release"><h2 id="release">${say('print.release.title')}</h2>${told ?? form}</section>`;
}

/** So many slips, each with a serial of its own. `isFrozen`: what is printed on them cannot change any more. */
function slipsForm(visit: CommunityVisit, isFrozen: boolean, lacking: Unprinted['lacking']): Markup {
  const { text, own, request, community } = visit;
  const { say } = text;
  const languages = LANGUAGES.map((value) => ({ value, label: say(`print.in.${value}`) }));
  const most = html` type="number" min="1" max="${MOST_PRINTED}" required`;
  return html`<h2>${say('print.slips')}</h2><p>${say('print.slipsAbout')}${isFrozen ? '' : html` <b>${say('print.slipsEarly')}</b>`}</p>
<form method="post" action="${own}/print/slips" class="narrow">
${field({ name: 'count', label: visit.actWords('slip.make.field.count'), hint: say('print.countHint', { most: MOST_PRINTED }), value: typed(request, 'count'), attributes: most })}
${choice({ name: 'language', label: say('print.language'), value: documentLanguage(community), values: languages })}
${lackingList(text, lacking)}<button>${visit.actWords('slip.make.button')}</button></form>`;
}
