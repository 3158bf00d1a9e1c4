import qrcode from 'qrcode';
import type { Results } from '../../fund/ballots/index.ts';
import { type CommunityRecord, isTextedElsewhere, numberToText } from '../../fund/communities/index.ts';
import { type CycleRecord, heldVote, type Project, stageAt, tablesAhead, voteOf } from '../../fund/cycles/index.ts';
import { boxes, tableTime } from '../../print/index.ts';
import { html, type Markup, pageBeginning } from '../html.ts';
import { type Outcome, projectsOf, stageKey } from './cycleView.ts';
import { type Doing, doingIn } from './doNow.ts';
import { projectsIn } from './inLanguage.ts';
import type { Frame } from './layout.ts';
import type { PageText } from './pageText.ts';
import { bar, ranked, whyNoResult } from './projectList.ts';

export interface Hall {
  readonly community: CommunityRecord;
  readonly cycle: CycleRecord | null;
  readonly now: Date;
  /** Only while the vote is open. */
  readonly turnout?: { readonly voters: number; readonly residents: number };
  /** Only once the vote has closed. */
  readonly outcome?: Outcome;
  /** The code that leads to the chat, as PNG. */
  readonly code?: Uint8Array;
}

/** The screen is renewed so often, and shows the next projects if there are more than fit. Milliseconds. */
export const TURNS_MS = 10_000;
/** So many projects fit; of more, some at a time. */
const FIT = 6;
const AT_ONCE = 5;
/** Characters from which on a name takes two lines. */
const LONG = 14;
/** Seconds: so often the page is loaded again without scripts. */
const RELOADS_S = 20;

/**
 * `/c/SLUG/hall`: a screen on a hall's wall, in type that is read from ten metres. It is renewed by its script without a flicker, and without scripts
 * by loading it again. Before the close it says nothing of a project but its number, name and cost.
 */
export function hallPage(hall: Hall, { pageText, assets, path, banner }: Frame): Markup {
  const { say, userText, language } = pageText;
  const { community, cycle, outcome } = hall;
  const [short, other, tag] = language === 'en' ? ['zh', '中文', 'zh-CN'] : ['en', 'English', 'en'];
  return html`${pageBeginning(language)}<title>${say('hall.title')} · ${community.name}</title>
<link rel="stylesheet" href="${assets.address('hall')}">
<link rel="icon" href="data:,">
<script src="${assets.address('renewHall')}" defer></script>
<noscript><meta http-equiv="refresh" content="${RELOADS_S}"></noscript>
</head>
<body>
<main data-turns="${TURNS_MS}">
<header data-part="head"><p class="place">${userText(community.name)}${cycle ? html` · ${userText(cycle.title)}` : ''}</p>
${head(hall, pageText)}</header>
${outcome?.state === 'counted' && cycle ? result(hall, cycle, outcome.results, pageText) : invitation(hall, pageText)}
</main>
<footer>${banner ?? ''}<p data-lost hidden>${say('hall.lost')}</p><p><a href="${path}?lang=${short}" lang="${tag}" hreflang="${tag}">${other}</a> <a href="/c/${community._id}">${say('hall.page')}</a></p></footer>
</body>
</html>
`;
}

/** What happens now, and how much time is left. */
function head({ cycle, now, outcome }: Hall, pageText: PageText): Markup {
  const { say, sayMarkup, wholeTime, money } = pageText;
  const stage = cycle ? stageAt(cycle, now) : undefined;
  const vote = cycle && voteOf(cycle, now);
  if (outcome?.state === 'counted' && cycle) {
    const { winners, spent } = outcome.results;
    return html`<h1>${winners.length > 0 ? say('hall.chosen', { count: winners.length, spent: money(spent, cycle.currency) }) : say('results.none')}</h1>`;
  }
  if (outcome && outcome.state !== 'counted')
    return html`<h1>${say(outcome.state === 'keying' ? 'hall.over' : 'now.counting')}</h1><p class="left">${whyNoResult(outcome, pageText)}</p>`;
  if (vote && stage === 'vote')
    return html`<h1>${say('hall.vote')}</h1><p class="left">${sayMarkup('hall.left', { left: leftUntil(vote.to, now, say) })} <small>${sayMarkup('hall.until', { until: wholeTime(vote.to, 'until') })}</small></p>`;
  if (cycle && heldVote(cycle, now)) return html`<h1>${say('now.held')}</h1>`;
  const opens = vote && now < vote.from ? html`<p class="left">${sayMarkup('now.opens', { from: wholeTime(vote.from, 'from') })}</p>` : '';
  return html`<h1>${say(cycle && stage ? stageKey(cycle, { stage }, now) : 'now.none')}</h1>${opens}`;
}

const MINUTE_MS = 60_000;

/** The time that is left, in two units at most; the smaller one is rounded down. */
function leftUntil(end: Date, now: Date, say: PageText['say']): string {
  const minutes = Math.floor((end.getTime() - now.getTime()) / MINUTE_MS);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return say('hall.days', { days, hours: hours % 24 });
  if (hours > 0) return say('hall.hours', { hours, minutes: minutes % 60 });
  return minutes > 0 ? say('hall.minutes', { minutes }) : say('hall.soon');
}

/** How to take part, the projects, and how many have voted. */
function invitation(hall: Hall, pageText: PageText): Markup {
  const { say } = pageText;
  const { cycle, turnout, now } = hall;
  const doing = doingIn(cycle ? stageAt(cycle, now) : undefined);
  const isListed = cycle && (doing === 'vote' || doing === 'object') && cycle.projects.length > 0;
  return html`<div class="body">${ways(hall, doing, pageText)}
${isListed ? projects(cycle, now, pageText) : ''}</div>
${turnout ? html`<div class="turnout" data-part="turnout"><p>${say('results.turnout', { ...turnout })}</p>${bar(turnout.voters, turnout.residents)}</div>` : ''}`;
}

/** The number to text and to call, what to write in this stage, and the code: of the chat, else one that begins a text to the number. */
function ways({ community, code, cycle, now }: Hall, doing: Doing, { say, phone, userText, span }: PageText): Markup {
  const [table] = cycle && (doing === 'vote' || doing === 'object') ? tablesAhead(cycle, now) : [];
  const start = say(`do.${doing}.start`);
  const picture = code
    ? html`<img src="data:image/png;base64,${Buffer.from(code).toString('base64')}" alt="${say('poster.code')}" width="200" height="200">`
    : qrCode(`SMSTO:${numberToText(community)}:${start}`, say('hall.code'));
  const write = doing === 'vote' ? say('poster.voteWrite', { boxes: cycle ? boxes(cycle) : '' }) : say(`do.${doing}.text`);
  const scan = doing === 'vote' || doing === 'propose' ? (`poster.${doing}Scan` as const) : 'poster.followScan';
  return html`<section class="ways" data-part="ways" aria-label="${say(`take.${doing}`)}">
<div><p class="number">${phone(numberToText(community))}</p>
<p>${say('hall.text')} <b class="sms">${write}</b></p>
${doing === 'propose' ? html`<p>${say('hall.support')}</p>\n` : ''}<p>${isTextedElsewhere(community) ? html`${say('take.call')} <b>${phone(community.phone)}</b>` : html`${say('hall.orCall')}`} ${say(`do.${doing}.call`)}</p>${table ? html`\n<p>${say('take.paper')} <b>${tableTime(table, span)}</b> ${userText(table.place)}</p>` : ''}</div>
<figure>${picture}<figcaption>${say(code ? scan : 'hall.scan')}</figcaption></figure>
</section>`;
}

function projects(cycle: CycleRecord, now: Date, { say, money, userText, language }: PageText): Markup {
  const all = projectsIn(projectsOf(cycle), language);
  const { shown, from } = turn(all, now);
  const items = shown.map(
    (project) => html`<li><b>${project.number}</b> ${name(project, userText)} <small>${money(project.cost, cycle.currency)}</small></li>\n`,
  );
  return html`<section class="projects" data-part="projects" aria-label="${say('projects.title')}"><ol>
${items}</ol>${part(all.length, from, shown.length, say)}</section>`;
}

/** The result: a bar for each project, the winners first. */
function result({ now }: Hall, cycle: CycleRecord, results: Results, { say, money, userText, language }: PageText): Markup {
  const rows = ranked(projectsIn(projectsOf(cycle), language), results);
  const most = Math.max(1, ...rows.map(({ votes }) => votes));
  const { shown, from } = turn(rows, now);
  const items = shown.map(
    ({ votes, won, ...project }) =>
      html`<li${won ? html` class="won"` : ''}><b>${project.number}</b> ${name(project, userText)} ${bar(votes, most)} <strong>${say('hall.votes', { count: votes })}</strong> <em>${won ? say('results.won') : ''}</em></li>\n`,
  );
  const { turnout, budget, spent } = results;
  return html`<section class="bars" data-part="bars" aria-label="${say('results.table')}"><ol>
${items}</ol>${part(rows.length, from, shown.length, say)}</section>
<div class="turnout" data-part="turnout"><p>${say('results.turnout', { voters: turnout.voters, residents: turnout.residents })}${say('hall.between')}${say('results.left', { budget: money(budget, cycle.currency), left: money(budget - spent, cycle.currency) })}</p></div>`;
}

function name({ title, short = title }: Pick<Project, 'title' | 'short'>, theirs: PageText['userText']): Markup {
  return html`<span${[...short].length > LONG ? html` class="long"` : ''}>${theirs(short)}</span>`;
}

/** Those of many that are shown at this moment: some at a time, in turn. */
function turn<Item>(all: readonly Item[], now: Date): { readonly shown: readonly Item[]; readonly from: number } {
  const atOnce = all.length > FIT ? AT_ONCE : FIT;
  const turns = Math.max(1, Math.ceil(all.length / atOnce));
  const from = (Math.floor(now.getTime() / TURNS_MS) % turns) * atOnce;
  return { shown: all.slice(from, from + atOnce), from };
}

function part(all: number, from: number, shown: number, say: PageText['say']): Markup {
  return shown < all ? html`<p class="part">${say('hall.part', { from: from + 1, to: from + shown, all })}</p>` : html``;
}

/** A QR code as a picture that stays sharp at any size, dark on white in any colours of the page. `label`: what it leads to, for a person who does not see it. */
function qrCode(text: string, label: string): Markup {
  const { modules } = qrcode.create(text, { errorCorrectionLevel: 'M' });
  const dark = Array.from({ length: modules.size ** 2 }, (_, place) => place).filter((place) => modules.data[place]);
  const path = dark.map((place) => `M${place % modules.size} ${Math.floor(place / modules.size)}h1v1h-1z`).join('');
  const size = modules.size + 2 * QUIET;
  return html`<svg class="qr" role="img" aria-label="${label}" viewBox="${-QUIET} ${-QUIET} ${size} ${size}" shape-rendering="crispEdges"><rect x="${-QUIET}" y="${-QUIET}" width="${size}" height="${size}" fill="#fff"/><path d="${path}" fill="#000"/></svg>`;
}

/** The white margin that readers need, in modules. */
const QUIET = 4;
