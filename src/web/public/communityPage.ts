import type { AccountRead } from '../../fund/accounts/index.ts';
import type { Found, SlipAudit } from '../../fund/ballots/audit/index.ts';
import type { PublicObjection, PublicPublication, PublishedItem } from '../../fund/meetings/index.ts';
import type { PublicPaper } from '../../fund/paper/index.ts';
import { answeredWords, moneyBlocks } from '../../print/index.ts';
import { entriesIn } from '../../store/names.ts';
import { html, Markup } from '../html.ts';
import { type CycleView, stageKey } from './cycleView.ts';
import { doNow } from './doNow.ts';
import { type Frame, layout } from './layout.ts';
import { noWrap, type PageText } from './pageText.ts';
import { pictureList } from './pictures.ts';
import { printedBlock } from './printedBlock.ts';
import { bar, type ProjectsWanted, projectList, resultsChart } from './projectList.ts';
import { proposalAddress, proposalList } from './proposalsPage.ts';
import { broadcastList, whoRuns } from './quietPage.ts';
import { recount } from './recount.ts';
import { exampleOf, takePart } from './takePart.ts';
import { watchSection } from './watchers.ts';
import { workList } from './workPage.ts';

/** `/c/SLUG`: everything that is public by this day, the same for everybody. What matters now comes first. */
export function communityPage(view: CycleView, wanted: ProjectsWanted, frame: Frame): Markup {
  const { pageText, assets, hasChat } = frame;
  const { community, cycle, outcome, others, stage } = view;
  const { say, link } = pageText;
  const own = `/c/${community._id}`;
  const isCurrent = frame.path === own;
  const proposals = proposalSection(view, frame);
  const publication = view.publication && publicationSection(view.publication, { own, currency: cycle.currency }, pageText);
  const isCollecting = stage === 'propose' || stage === 'announce' || stage === 'deliberate';
  const main = [
    ...(isCurrent ? [] : [html`<p class="notice">${say('earlier.current')} <a href="${link(own)}">${say('earlier.toCurrent')}</a></p>`]),
    ...(outcome ? [resultsChart(view, pageText)] : []),
    ...(view.account ? [moneySection(view, view.account)] : []),
    ...(view.works.length > 0 ? [workList({ works: view.works, projects: view.projects, address: workAddress }, pageText)] : []),
    ...(outcome ? [recount(view, pageText, assets)] : []),
    ...(view.paper ? [paperSection(view.paper, view, pageText)] : []),
    ...(stage === 'publish' && publication ? [publication] : []),
    ...(isCurrent
      ? [
          takePart(
            {
              community,
              stage,
              ballot: { now: view.now, projects: view.projects, choices: cycle.choices },
              tables: view.tables,
              ahead: view.ahead,
              hasChat,
            },
            pageText,
          ),
        ]
      : []),
    ...(isCollecting ? [proposals] : []),
    ...(outcome?.state === 'counted' ? [] : [projectList(view, wanted, frame)]),
    ...(stage !== 'publish' && publication ? [publication] : []),
    calendar(view, pageText),
    ...(outcome ? [] : [recount(view, pageText, assets)]),
    record(view, isCurrent, pageText),
    ...(isCurrent ? [whoRuns(community, view.offices, pageText), watchSection(view.watching, pageText)] : []),
    ...(isCurrent ? broadcastList(view.broadcasts, pageText) : []),
    ...(isCollecting ? [] : [proposals]),
    ...(others.length > 0 ? [earlier()] : []),
  ];
  const content = html`${hero(view, isCurrent, frame)}<div class="wide content">
${main}</div>`;
  const about = html`${headline(view, pageText)}${say('sentence')}`.text.replaceAll(/<[^>]*>/g, '');
  return layout(frame, `${community.name} · ${cycle.title}`, content, { script: outcome ? 'recount' : undefined, about: new Markup(about) });

  function workAddress(number: number): string {
    return `${own}/works/${number}${isCurrent ? '' : `?cycle=${encodeURIComponent(cycle._id)}`}`;
  }

  /** Where the money went, before what became of each project. */
  function moneySection({ projects }: CycleView, account: AccountRead): Markup {
    const blocks = moneyBlocks(account, projects, pageText, (number) => link(workAddress(number)));
    return html`<section aria-labelledby="money">
<h2 id="money">${say('money.title')}</h2>
${blocks.map(printedBlock)}<p><a href="/api/cycles/${encodeURIComponent(cycle._id)}/account.csv">${say('works.accountFile')}</a></p>
</section>
`;
  }

  function earlier(): Markup {
    const items = others.map(
      ({ id, title }) => html`<li><a href="${link(`${own}?cycle=${encodeURIComponent(id)}`)}">${pageText.userText(title)}</a></li>`,
    );
    return html`<section aria-labelledby="earlier"><h2 id="earlier">${say('earlier.title')}</h2><ul class="files">${items}</ul></section>`;
  }
}

function proposalSection({ proposals, answers, community, cycle }: CycleView, { pageText: { say, link }, pageText, path }: Frame): Markup {
  const address = proposalAddress(community._id, path.includes('?') ? cycle._id : undefined);
  const isAny = answers.proposals > 0;
  return html`<section aria-labelledby="proposals">
<h2 id="proposals">${say('proposals.title')}</h2>
<p>${isAny ? answeredWords(answers, pageText) : say('proposals.none')}</p>
${isAny ? proposalList(proposals, address, pageText) : ''}
${isAny ? html`<p><a class="more" href="${link(address())}">${say('proposals.all')}</a></p>` : ''}
</section>
`;
}

/** The top of the page: whose it is, what happens now and until when, and what one can do; then how much money there is, and how many have voted. */
function hero(view: CycleView, isCurrent: boolean, { pageText, hasChat }: Frame): Markup {
  const { community, cycle, voters, vote, now, answers, outcome, stage, projects, tables, ahead } = view;
  const { say, sayMarkup, wholeTime, money, userText } = pageText;
  const took = voters ?? (outcome?.state === 'counted' ? outcome.results.turnout : undefined);
  const facts = [
    fact(say('facts.budget'), money(cycle.budget, cycle.currency)),
    ...(took
      ? [
          fact(
            say(voters ? 'facts.voters' : 'facts.voted'),
            say('facts.votersValue', { voters: took.voters, residents: took.residents }),
            bar(took.voters, took.residents),
          ),
        ]
      : []),
    ...(voters ? [fact(say('facts.choices'), say('facts.choicesValue', { max: cycle.choices.max }))] : []),
    ...(answers.proposals > 0 && !voters && !outcome
      ? [fact(say('facts.proposals'), say('facts.proposalsValue', { count: answers.proposals }))]
      : []),
  ];
  return html`<section class="hero"><div class="wide">
<h1>${userText(community.name)}</h1>
<p class="now">${headline(view, pageText)}</p>
${isCurrent ? doNow({ community, stage, example: exampleOf({ now, projects, choices: cycle.choices }), hasChat, tables, ahead }, pageText) : ''}
${vote && now < vote.from ? html`<p class="next">${sayMarkup('now.opens', { from: wholeTime(vote.from, 'from') })}</p>` : ''}
<p class="cycle">${userText(cycle.title)}</p>
<dl class="facts">${facts}</dl>
</div></section>
`;
}

/** What happens now, and until when. */
export function headline({ cycle, now, stage, calendar, outcome, isHeld }: CycleView, { sayMarkup, wholeTime }: PageText): Markup {
  if (!stage) return sayMarkup('now.none', {});
  if (isHeld) return sayMarkup('now.held', {});
  if (outcome?.state === 'keying') return sayMarkup('now.keying', { until: wholeTime(outcome.until, 'until') });
  if (outcome?.state === 'counting') return sayMarkup('now.counting', {});
  const to = calendar.find((period) => period.stage === stage)?.to;
  return sayMarkup(stageKey(cycle, { stage, ...(to && { to }) }, now), to ? { until: wholeTime(to, 'until') } : {});
}

function fact(name: string, value: string, picture?: Markup): Markup {
  return html`<div><dt>${name}</dt><dd>${value}${picture ?? ''}</dd></div>`;
}

/** Every step on its day; changes that were made by hand are applied. */
function calendar({ calendar, stage, vote, slipsUntil, isHeld }: CycleView, { say, sayMarkup, date }: PageText): Markup {
  const at = calendar.findLastIndex((period) => period.stage === stage);
  const steps = calendar.map((period, index) => {
    const place = index < at ? 'past' : index === at ? 'present' : 'future';
    const closes =
      period.stage === 'vote' && vote
        ? html`<span>${sayMarkup('calendar.closes', { to: noWrap(date(vote.to)) })}</span>${slipsUntil ? html`<span>${sayMarkup('calendar.slips', { to: noWrap(date(slipsUntil)) })}</span>` : ''}`
        : '';
    return html`<li class="${place}"${index === at ? html` aria-current="step"` : ''}><h3>${say(`stage.${period.stage}`)}${index === at ? html` <em>${say('calendar.now')}</em>` : ''}</h3>
<p><time datetime="${period.from.toISOString()}">${noWrap(period.stage === 'closed' ? date(period.from) : say('calendar.from', { from: date(period.from) }))}</time>${closes}</p></li>
${isHeld && index === at ? html`<li class="future"><h3>${say('stage.vote')}</h3><p>${say('calendar.held')}</p></li>\n` : ''}`;
  });
  return html`<section aria-labelledby="calendar">
<h2 id="calendar">${say('calendar.title')}</h2>
<ol class="calendar">
${steps}</ol>
</section>
`;
}

/** What was changed by hand, by whom and why, newest first. Also how many residents were added, and how many phones and cards were changed, since the vote opened. */
function record(
  { community, cycle: { _id, moves }, roster }: CycleView,
  isCurrent: boolean,
  { say, sayMarkup, date, userText, link }: PageText,
): Markup {
  const items = moves
    .toSorted((one, other) => other.at.getTime() - one.at.getTime())
    .map(({ kind, stage, from, by, reason, at }) => {
      const name = html`<b>${userText(by)}</b>`;
      const done =
        kind === 'move'
          ? sayMarkup('record.move', { by: name, stage: say(`stage.${stage}`) })
          : sayMarkup(`record.${kind}`, { by: name, to: noWrap(date(from)) });
      return html`<li><time class="whole" datetime="${at.toISOString()}">${date(at)}</time> ${done}${reason ? html`<br>${say('record.reason')}${userText(reason)}` : ''}</li>
`;
    });
  return html`<section aria-labelledby="record">
<h2 id="record">${say('record.title')}</h2>
${items.length > 0 ? html`<ul class="record">\n${items}</ul>` : html`<p>${say('record.none')}</p>`}
${roster ? html`<p>${say('record.added', { count: roster.added, phones: roster.phones, cards: roster.cards })}</p>` : ''}
<p><a href="${link(`/c/${community._id}/log`)}">${say('log.all')}</a> · <a href="${link(`/c/${community._id}/meetings`)}">${say('meetings.all')}</a> · <a href="${link(`/c/${community._id}/report${isCurrent ? '' : `?cycle=${encodeURIComponent(_id)}`}`)}">${say('works.report')}</a></p>
</section>
`;
}

/** What is published before the vote: the list as it was then, who checked it, and the objections with their answers. */
function publicationSection(publication: PublicPublication, { own, currency }: { own: string; currency: string }, text: PageText): Markup {
  const { say, sayMarkup, date, userText, money, language } = text;
  const { from, to, check, list, unanswered, answered, objections, pictures } = publication;
  const at = (time: string) => noWrap(date(new Date(time)));
  const checked =
    check === null
      ? say('publication.unchecked')
      : check.finding === null
        ? sayMarkup('publication.checked', { at: at(check.at) })
        : html`${sayMarkup('publication.wrong', { at: at(check.at) })} ${userText(check.finding)}`;
  const items = list.map(one);
  return html`<section aria-labelledby="publication">
<h2 id="publication">${say('publication.title')}</h2>
<p>${sayMarkup('publication.when', { from: at(from), to: at(to) })}</p><p>${checked}</p>
<details><summary>${say('publication.list', { count: list.length })}</summary><ul class="files">${items}</ul></details>
${pictureList(own, pictures, text)}
<p>${answered + unanswered > 0 ? say('publication.objections', { count: answered + unanswered, open: unanswered }) : say('publication.none')}${answered > objections.length ? say('publication.newest', { count: objections.length }) : ''}</p>
${objections.length > 0 ? html`<ul class="record">${objections.map(objection)}</ul>` : ''}
</section>
`;

  function one({ number, title, titleEn, cost }: PublishedItem): Markup {
    return html`<li><b>${number}</b> ${userText((language === 'en' && titleEn) || title)}${cost === null ? '' : html` · ${money(cost, currency)}`}</li>
`;
  }

  function objection({ number, about, text, answer, answeredAt }: PublicObjection): Markup {
    const heading = about === null ? say('publication.toAll', { number }) : say('publication.toOne', { number, about });
    return html`<li><b>${heading}</b> ${userText(text)}<br>${sayMarkup('publication.answer', { at: at(answeredAt) })} ${userText(answer)}</li>
`;
  }
}

/** The vote on paper, once it has closed: each table's numbers, what became of the slips, and how many were helped. */
function paperSection(paper: PublicPaper, { outcome, cycle, compared }: CycleView, text: PageText): Markup {
  const { say } = text;
  const { tables, outcomes, missing, assisted } = paper;
  const counts = entriesIn(outcomes).map(([name, count]) => html`<li>${say(`paper.outcome.${name}`)} <b>${count}</b></li>`);
  const notKeyed = missing > 0 ? html`<li>${say(cycle.sealedAt ? 'paper.missing' : 'paper.toKey')} <b>${missing}</b></li>` : '';
  const helped = outcome?.state === 'counted' ? (outcome.results.turnout.byChannel.assisted ?? 0) : undefined;
  const voters = outcome?.state === 'counted' ? outcome.results.turnout.voters : 0;
  const onPaper = outcome?.state === 'counted' ? (outcome.results.turnout.byChannel.paper ?? 0) : undefined;
  const later = onPaper === undefined ? 0 : (outcomes.counted ?? 0) - onPaper;
  const share = helped !== undefined && voters > 0 ? { count: helped, share: Math.round((helped / voters) * 1000) / 10 } : undefined;
  return html`<section aria-labelledby="paper">
<h2 id="paper">${say('paper.title')}</h2>
<p>${say('paper.about')}</p>
${tables.map((table) => tablePart(table, text))}${counts.length > 0 || missing > 0 ? html`<h3>${say('paper.slips')}</h3><ul class="channels">${counts}${notKeyed}</ul>` : ''}${later > 0 ? html`<p>${say('paper.later', { count: later, paper: onPaper })}</p>` : ''}
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

function tablePart(table: PublicPaper['tables'][number], { say, date, userText }: PageText): Markup {
  const { number, place, day, differences, reason, incident, validated } = table;
  const numbers = NUMBERS.map((name) => html`<li>${say(`paper.${name}`)} <b>${table[name] ?? '–'}</b></li>`);
  const isOff = differences !== null && (differences.slips !== 0 || differences.marks !== 0);
  const off = isOff ? html`<p>${say('paper.differs', { ...differences })}${reason ? html` ${say('paper.reason')}${userText(reason)}` : ''}</p>` : '';
  const back = table.datedBack > 0 ? html`<p>${say('paper.datedBack', { count: table.datedBack })}</p>` : '';
  const word = incident ? html`${say('paper.incident')}${userText(incident)}` : html`${say(validated ? 'paper.validated' : 'paper.unvalidated')}`;
  return html`<h3>${say('paper.table', { number })} · ${userText(place)} <small>${noWrap(date(day))}</small></h3>
<ul class="channels">${numbers}</ul>${off}${back}<p>${word}</p>
`;
}
