import type { Router } from 'express';
import { readPrinted } from '../../../fund/cycles/index.ts';
import { compareSlip, type DrawnSlip, printedSerial, type ReadSlipAudit, readSlipAudit } from '../../../fund/paper/index.ts';
import { CodedError } from '../../../store/codedError.ts';
import { Refusal } from '../../errors.ts';
import { html, type Markup } from '../../html.ts';
import { routes } from '../../routes.ts';
import { actForm, actRoutes, doneAt, doneIn, idOf } from '../actForm.ts';
import { doneNotice, errorSummary, type Tried } from '../frame.ts';
import { asked } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';

/** `…/compare`: the slips that the seal drew, to be compared with the box; what each says is entered without seeing what was keyed. */
export function compareRoutes(known: Visits): Router {
  return routes()
    .page('/console/:slug/compare', known.ofCommunity, (visit) => show(visit, {}, 200))
    .use(
      actRoutes(known, [compareSlip], {
        show,
        at: async (visit) => ({ cycle: await cycleOf(visit) }),
        onward: (visit, act, result) => visit.lead(doneAt(visit, '/compare', act, { serial: 'compared' in result ? String(result.compared) : '' })),
      }),
    );

  async function show(visit: CommunityVisit, tried: Tried, status: number): Promise<void> {
    const { text, own, request } = visit;
    const { say } = text;
    const audit = await drawnOf(visit);
    const serial = asked(request, 'serial') ?? '';
    const part = typeof audit === 'string' ? html`<p>${say(`compare.${audit}`)}</p>` : drawnPart(visit, audit, tried);
    await visit.send(
      say('compare.title'),
      [
        errorSummary(text, tried.mistakes ?? {}),
        doneNotice(/^\d{8}$/.test(serial) ? doneIn(visit, [compareSlip], { serial: printedSerial(serial) }) : undefined),
        html`<p><a href="${own}/slips">${say('slips.title')}</a></p><h1>${say('compare.title')}</h1><p>${say('compare.about')}</p>`,
        part,
      ],
      { status, path: `${own}/compare` },
    );
  }

  /** `none`: there were no slips. */
  async function drawnOf(visit: CommunityVisit): Promise<ReadSlipAudit | 'early' | 'none'> {
    try {
      return (await visit.read(readSlipAudit, await cycleOf(visit))) ?? 'none';
    } catch (error) {
      if (error instanceof CodedError && error.code === 'not-closed') return 'early';
      throw error;
    }
  }

  async function cycleOf(visit: CommunityVisit): Promise<string> {
    const cycle = await visit.cycle();
    if (!cycle) throw new Refusal(404, 'No cycle has begun here.');
    return cycle._id;
  }
}

function drawnPart(visit: CommunityVisit, audit: ReadSlipAudit, tried: Tried): Markup {
  const { text, own, may } = visit;
  const { say } = text;
  const { drawn, slips, wrong, datedBack } = audit;
  const left = drawn.filter(({ found }) => found === null).length;
  const isAgain = tried.typed?.reason || tried.mistakes?.[idOf(compareSlip, 'reason')];
  const fields = {
    line: { attributes: html` autofocus autocomplete="off" inputmode="text" required` },
    reason: { isUnmarked: true, isLeftOut: !isAgain },
  } as const;
  const heads = (['table', 'batch', 'serial', 'found'] as const).map((head) => html`<th scope="col">${say(`compare.head.${head}`)}</th>`);
  return html`<p>${drawn.length < slips ? say('compare.drawn', { drawn: drawn.length, slips, wrong }) : say('compare.all', { slips })}</p>
<p>${left > 0 ? say('compare.left', { left }) : say('compare.whole')}</p>
${datedBack.map(({ table, slips: count }) => html`<p>${say('table.one', { number: table })} · ${say('table.datedBack', { count })}</p>`)}
${may(readPrinted) ? html`<p><a href="${own}/print/file?document=compare">${say('compare.sheet')}</a></p>` : ''}
${actForm(visit, compareSlip, { at: '', tried, fields })}
<table class="list"><thead><tr>${heads}</tr></thead><tbody>${drawn.map((slip) => row(slip, say))}</tbody></table>`;
}

function row({ serial, table, batch, found, changes }: DrawnSlip, say: CommunityVisit['text']['say']): Markup {
  const told = found === null ? '' : html`${say(`compare.found.${found}`)}${changes > 0 ? html` ${say('compare.changes', { count: changes })}` : ''}`;
  return html`<tr><td>${table ?? '–'}</td><td>${batch ?? '–'}</td><td>${printedSerial(serial)}</td><td>${told}</td></tr>
`;
}
