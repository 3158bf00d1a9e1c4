import { Router } from 'express';
import { currentCycleForReaders } from '../../../fund/cycles/index.ts';
import { compareSlip, type DrawnSlip, printedSerial, type ReadSlipAudit, readSlipAudit } from '../../../fund/paper/index.ts';
import { CodedError } from '../../../store/codedError.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { html, type Markup } from '../../html.ts';
import { doneNotice, errorSummary, field, type Mistakes } from '../frame.ts';
import { asked, typed } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { keyedIn } from './slips.ts';

const LONGEST = 300;

/** `…/compare`: the slips that the seal drew, to be compared with the box; what each says is entered without seeing what was keyed. */
export function compareRoutes(world: World, { ofCommunity }: Visits): Router {
  const currentOf = currentCycleForReaders(world);
  const path = '/console/:slug/compare';

  return Router()
    .get(
      path,
      ofCommunity((visit) => show(visit, {}, 200)),
    )
    .post(
      path,
      ofCommunity(async (visit) => {
        const given = { line: typed(visit.request, 'line'), reason: typed(visit.request, 'reason', LONGEST) };
        const { serial = '', says } = keyedIn(given.line);
        const outcome = await compareSlip(world)({
          cycle: await cycleOf(visit),
          serial,
          says,
          reason: given.reason,
          actor: visit.doer('compareSlip'),
        });
        if ('compared' in outcome) return visit.lead(`${visit.own}/compare?done=${outcome.compared}`);
        const mistakes = { [outcome.refused === 'reason' ? 'reason' : 'line']: visit.text.say(`compare.wrong.${outcome.refused}`) };
        await show(visit, given, outcome.refused === 'changed' ? 409 : 422, mistakes);
      }),
    );

  async function show(visit: CommunityVisit, given: { line?: string; reason?: string }, status: number, mistakes: Mistakes = {}): Promise<void> {
    const { text, own, request } = visit;
    const { say } = text;
    const audit = await drawnOf(visit);
    const done = asked(request, 'done');
    const part = typeof audit === 'string' ? html`<p>${say(`compare.${audit}`)}</p>` : drawnPart(visit, audit, given, mistakes);
    await visit.send(
      say('compare.title'),
      [
        errorSummary(text, mistakes),
        doneNotice(done && /^\d{8}$/.test(done) ? say('compare.done', { serial: printedSerial(done) }) : undefined),
        html`<p><a href="${own}/slips">${say('slips.title')}</a></p><h1>${say('compare.title')}</h1><p>${say('compare.about')}</p>`,
        part,
      ],
      { status, path: `${own}/compare` },
    );
  }

  /** `none`: there were no slips. */
  async function drawnOf(visit: CommunityVisit): Promise<ReadSlipAudit | 'early' | 'none'> {
    try {
      return (await readSlipAudit(world)(await cycleOf(visit), visit.reader('paper'))) ?? 'none';
    } catch (error) {
      if (error instanceof CodedError && error.code === 'not-closed') return 'early';
      throw error;
    }
  }

  async function cycleOf({ community, now }: CommunityVisit): Promise<string> {
    const cycle = await currentOf(community._id, now);
    if (!cycle) throw new Refusal(404, 'No cycle has begun here.');
    return cycle._id;
  }
}

function drawnPart(visit: CommunityVisit, audit: ReadSlipAudit, given: { line?: string; reason?: string }, mistakes: Mistakes): Markup {
  const { text, own, may, sees } = visit;
  const { say } = text;
  const { drawn, slips, wrong, datedBack } = audit;
  const left = drawn.filter(({ found }) => found === null).length;
  const form = html`<form method="post" action="${own}/compare" class="narrow">
${field({ name: 'line', label: say('compare.line'), hint: say('compare.lineHint'), value: given.line ?? '', mistake: mistakes.line, attributes: html` autofocus autocomplete="off" inputmode="text" required` })}
${mistakes.reason || given.reason ? field({ name: 'reason', label: say('compare.reason'), value: given.reason ?? '', mistake: mistakes.reason, attributes: html` maxlength="${LONGEST}"` }) : ''}
<button>${say('compare.enter')}</button></form>`;
  const heads = ['table', 'batch', 'serial', 'found'].map((head) => html`<th scope="col">${say(`compare.head.${head}`)}</th>`);
  return html`<p>${drawn.length < slips ? say('compare.drawn', { drawn: drawn.length, slips, wrong }) : say('compare.all', { slips })}</p>
<p>${left > 0 ? say('compare.left', { left }) : say('compare.whole')}</p>
${datedBack.map(({ table, slips: count }) => html`<p>${say('table.one', { number: table })} · ${say('table.datedBack', { count })}</p>`)}
${sees('print') ? html`<p><a href="${own}/print/file?document=compare">${say('compare.sheet')}</a></p>` : ''}
${may('compareSlip') ? form : ''}
<table class="list"><thead><tr>${heads}</tr></thead><tbody>${drawn.map((slip) => row(slip, say))}</tbody></table>`;
}

function row({ serial, table, batch, found, changes }: DrawnSlip, say: CommunityVisit['text']['say']): Markup {
  const told = found === null ? '' : html`${say(`compare.found.${found}`)}${changes > 0 ? html` ${say('compare.changes', { count: changes })}` : ''}`;
  return html`<tr><td>${table ?? '–'}</td><td>${batch ?? '–'}</td><td>${printedSerial(serial)}</td><td>${told}</td></tr>
`;
}
