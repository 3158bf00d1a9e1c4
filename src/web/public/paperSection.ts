import type { Found, SlipAudit } from '../../fund/ballots/audit/index.ts';
import type { PublicPaper } from '../../fund/paper/index.ts';
import { html, type Markup } from '../html.ts';
import type { CycleView } from './cycleView.ts';
import { type PageText, whole } from './pageText.ts';

/** The vote on paper, once it has closed: each table's numbers, what became of the slips, and how many were helped. */
export function paperSection(paper: PublicPaper, { outcome, cycle, compared }: CycleView, text: PageText): Markup {
  const { say } = text;
  const { tables, outcomes, missing, assisted } = paper;
  const counts = Object.entries(outcomes).map(([name, count]) => html`<li>${say(`paper.outcome.${name}`)} <b>${count}</b></li>`);
  const notKeyed = missing > 0 ? html`<li>${say(cycle.sealedAt ? 'paper.missing' : 'paper.toKey')} <b>${missing}</b></li>` : '';
  const helped = outcome?.state === 'counted' ? (outcome.results.turnout.byChannel.assisted ?? 0) : undefined;
  const voters = outcome?.state === 'counted' ? outcome.results.turnout.voters : 0;
  const share = helped !== undefined && voters > 0 ? { count: helped, share: Math.round((helped / voters) * 1000) / 10 } : undefined;
  return html`<section aria-labelledby="paper">
<h2 id="paper">${say('paper.title')}</h2>
<p>${say('paper.about')}</p>
${tables.map((table) => tablePart(table, text))}${counts.length > 0 || missing > 0 ? html`<h3>${say('paper.slips')}</h3><ul class="channels">${counts}${notKeyed}</ul>` : ''}
${assisted > 0 ? html`<p>${share ? say('paper.assistedShare', share) : say('paper.assisted', { count: assisted })}</p>` : ''}
${compared ? comparedPart(compared, text) : ''}</section>
`;
}

/** Which slips were drawn by the seal, and how many of them are in the box as they were keyed. */
function comparedPart({ cycle, slips, drawn, found }: SlipAudit, { say }: PageText): Markup {
  const count = (wanted: Found) => found.filter((each) => each.found === wanted).length;
  const changed = found.filter(({ changes }) => changes > 0).length;
  const told = { drawn: drawn.length, slips: slips.length, compared: found.length };
  const wrong = count('differs') + count('absent');
  return html`<h3>${say('paper.compared.title')}</h3>
<p>${say('paper.compared.about', told)}</p>
${found.length > 0 ? html`<p>${say('paper.compared.found', { agrees: count('agrees'), differs: count('differs'), absent: count('absent') })}${changed > 0 ? say('paper.compared.changed', { count: changed }) : ''}</p>` : ''}${wrong > 0 ? html`<p class="notice">${say('paper.compared.wrong')}</p>` : ''}
<p><a href="/api/cycles/${cycle}/slips">${say('paper.compared.list')}</a></p>
`;
}

const NUMBERS = ['received', 'handedOut', 'spoiled', 'left', 'marks'] as const;

function tablePart(table: PublicPaper['tables'][number], { say, date, theirs }: PageText): Markup {
  const { number, place, day, differences, reason, incident, validated } = table;
  const numbers = NUMBERS.map((name) => html`<li>${say(`paper.${name}`)} <b>${table[name] ?? '–'}</b></li>`);
  const isOff = differences !== null && (differences.slips !== 0 || differences.marks !== 0);
  const off = isOff ? html`<p>${say('paper.differs', { ...differences })}${reason ? html` ${say('paper.reason')}${theirs(reason)}` : ''}</p>` : '';
  const word = incident ? html`${say('paper.incident')}${theirs(incident)}` : html`${say(validated ? 'paper.validated' : 'paper.unvalidated')}`;
  return html`<h3>${say('paper.table', { number })} · ${theirs(place)} <small>${whole(date(day))}</small></h3>
<ul class="channels">${numbers}</ul>${off}<p>${word}</p>
`;
}
