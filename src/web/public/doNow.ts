import { type CommunityRecord, isTextedElsewhere, numberToText } from '../../fund/communities/index.ts';
import type { Stage, TableAhead } from '../../fund/cycles/index.ts';
import type { OpenTable } from '../../fund/paper/index.ts';
import { tableTime } from '../../print/index.ts';
import { html, type Markup } from '../html.ts';
import { noWrap, type PageText } from './pageText.ts';

/** What a resident can do in each stage. */
export type Doing = 'vote' | 'propose' | 'object' | 'follow' | 'rate';

const DOINGS: Readonly<Record<Stage, Doing>> = {
  announce: 'propose',
  propose: 'propose',
  deliberate: 'propose',
  publish: 'object',
  vote: 'vote',
  implement: 'follow',
  evaluate: 'rate',
  closed: 'follow',
};

export function doingIn(stage: Stage | undefined): Doing {
  return stage ? DOINGS[stage] : 'follow';
}

interface DoNow {
  readonly community: CommunityRecord;
  readonly stage: Stage | undefined;
  /** Numbers of projects, as a ballot would have them. */
  readonly example: string;
  readonly hasChat: boolean;
  /** Where one can vote on paper just now; absent if there are no slips. */
  readonly tables?: readonly OpenTable[] | undefined;
  /** Where one can later. */
  readonly ahead: readonly TableAhead[];
}

/** What one can do now, a line for each way: it stands at the top of a community's page, before anything has to be read. A tap begins a text or a call. */
export function doNow({ community, stage, example, hasChat, tables, ahead }: DoNow, pageText: PageText): Markup {
  const { say, phone } = pageText;
  const doing = doingIn(stage);
  const [texted, called] = [numberToText(community), community.phone];
  const body = encodeURIComponent(say(`do.${doing}.start`));
  return html`<ul class="do" aria-label="${say('do.title')}">
<li><a href="sms:${texted}?body=${body}"><b>${say('take.sms')}</b> <span class="sms">${say(`do.${doing}.text`, { example })}</span> ${noWrap(phone(texted))}</a></li>
<li><a href="tel:${called}"><b>${say('take.call')}</b> ${isTextedElsewhere(community) ? noWrap(phone(called)) : say('do.same')} ${noWrap(say(`do.${doing}.call`))}</a></li>
${hasChat ? html`<li><b>${say('take.chat')}</b> ${say(`do.${doing}.chat`)}</li>\n` : ''}${
  (doing === 'vote' && tables) || ((doing === 'vote' || doing === 'object') && ahead.length > 0)
    ? html`<li><b>${say('take.paper')}</b> ${whereNow(tables ?? [], ahead, pageText)}</li>\n`
    : ''
}</ul>
`;
}

/** Where a table is open now; else when and where the next one is. */
function whereNow(tables: readonly OpenTable[], [next]: readonly TableAhead[], { say, userText, span }: PageText): Markup {
  const places = tables.map(({ place }, index) => html`${index > 0 ? say('rule.between') : ''}${userText(place)}`);
  if (places.length > 0) return html`${say('do.tables')}${places}`;
  return next ? html`${say('do.nextTable')}${noWrap(tableTime(next, span))} ${userText(next.place)}` : html`${say('do.noTable')}`;
}
