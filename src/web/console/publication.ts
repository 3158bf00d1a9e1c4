import { Router } from 'express';
import { phone as phoneIn } from '../../contacts/phone.ts';
import { openAllTheSame } from '../../fund/cycles/index.ts';
import {
  answerObjection,
  checkPublication,
  dropBoardPicture,
  enterObjection,
  keepBoardPicture,
  type ListedObjection,
  type PublicationRead,
  type PublishedItem,
  publish,
  readPublication,
} from '../../fund/meetings/index.ts';
import { checkRight } from '../../fund/people/index.ts';
import type { Origin } from '../../fund/proposals/index.ts';
import { enqueue } from '../../outreach/outbox/enqueue.ts';
import { cleanText } from '../../store/text.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { Refusal } from '../errors.ts';
import { html, type Markup } from '../html.ts';
import { whole } from '../public/pageText.ts';
import { choice, doneNotice, errorSummary, field, type Mistakes } from './frame.ts';
import { pictureForms, picturePart } from './pictures.ts';
import { address, asked, numberIn, numberOf, oneOf, typed } from './query.ts';
import { toSecond } from './second.ts';
import type { CommunityVisit, Visits } from './visits.ts';
import { cycleLinks } from './works/ofCycle.ts';

const LONGEST = 500;
const DONE = ['', 'pictured', 'published', 'checked', 'found', 'answered', 'unheard', 'entered', 'opened'] as const;
/** How what a cadre writes down came. */
const BY_HAND = ['paper', 'walk-in', 'meeting', 'phone'] as const satisfies readonly Origin[];

type Published = NonNullable<PublicationRead['published']>;

/** What was typed before, by the field's name. */
type Typed = Readonly<Record<string, string>>;

/** `/console/SLUG/publication`: the list as it is published before the vote, the supervisor's check, and the objections with their answers. */
export function publicationPages(world: World, known: Visits): Router {
  const { ofCommunity } = known;
  const read = readPublication(world);
  const publishList = publish(world);
  const check = checkPublication(world);
  const answer = answerObjection(world, enqueue(world));
  const enter = enterObjection(world);
  const open = openAllTheSame(world);
  const keep = keepBoardPicture(world);
  const drop = dropBoardPicture(world);

  const board = pictureForms(known, {
    path: '/console/:slug/publication/:cycle/:number',
    keep: (visit, picture, caption) => keep({ ...boardOf(visit), picture, caption, actor: visit.doer('keepPicture') }),
    drop: (visit, id, reason) => drop({ ...boardOf(visit), id, reason, actor: visit.doer('dropPicture') }),
    may: (visit) => visit.may('keepPicture'),
    lead: (visit) => visit.lead(address(`${visit.own}/publication`, { done: 'pictured' })),
    show: (visit, mistakes, status) => show(visit, {}, mistakes, status),
  });

  return Router()
    .use(board)
    .get(
      '/console/:slug/publication',
      ofCommunity((visit) => show(visit, {}, {}, 200)),
    )
    .post(
      '/console/:slug/publication',
      ofCommunity(async (visit) => {
        const seen = Number(typed(visit.request, 'seen')) || 0;
        const outcome = await publishList({ cycle: cycleIn(visit), seen, actor: visit.doer('publish') });
        await after(visit, outcome, 'published', {});
      }),
    )
    .post(
      '/console/:slug/publication/check',
      ofCommunity(async (visit) => {
        const { say } = visit.text;
        const finding = cleanText(typed(visit.request, 'finding', LONGEST));
        const isWrong = typed(visit.request, 'is') === 'wrong';
        if (isWrong && finding === '' && visit.may('checkPublication')) return show(visit, {}, { finding: say('publication.noFinding') }, 422);
        const number = Number(typed(visit.request, 'number')) || 0;
        const actor = visit.doer('checkPublication');
        const outcome = await check({ cycle: cycleIn(visit), number, actor, ...(isWrong && { finding }) });
        await after(visit, outcome, isWrong ? 'found' : 'checked', {}, finding);
      }),
    )
    .post(
      '/console/:slug/publication/open',
      ofCommunity(async (visit) => {
        const why = cleanText(typed(visit.request, 'why', LONGEST));
        if (why === '' && visit.may('openAllTheSame')) return show(visit, {}, { why: visit.text.say('publication.noWhy') }, 422);
        const seen = typed(visit.request, 'seen');
        const outcome = await open({ id: cycleIn(visit), reason: why, seen, actor: visit.doer('openAllTheSame') });
        if ('waits' in outcome) return toSecond(visit, outcome);
        await after(visit, outcome, 'opened', { why });
      }),
    )
    .post(
      '/console/:slug/publication/objections',
      ofCommunity(async (visit) => {
        const wrote = Object.fromEntries(
          ['text', 'about', 'origin', 'phone', 'letter', 'key'].map((name) => [name, typed(visit.request, name, LONGEST)]),
        );
        const { text = '', about = '', key = '' } = wrote;
        const phone = wrote.phone ? phoneIn(wrote.phone, visit.community.phone) : undefined;
        const origin = BY_HAND.find((each) => each === wrote.origin) ?? 'paper';
        const mistakes = visit.may('enterObjection') ? mistakesIn(visit, { text, about, isPhone: !wrote.phone || phone !== undefined }) : {};
        if (Object.keys(mistakes).length > 0) return show(visit, wrote, mistakes, 422);
        const number = numberIn(about);
        const letter = numberIn(wrote.letter);
        const objection = { text, origin, ...(number !== undefined && { about: number }), ...(phone && { phone }), ...(letter && { letter }) };
        const outcome = await enter({ cycle: cycleIn(visit), objection, actor: visit.doer('enterObjection'), key: `${visit.own} ${key}` });
        await after(visit, outcome, 'entered', wrote);
      }),
    )
    .post(
      '/console/:slug/publication/objections/begin',
      ofCommunity((visit) => {
        checkRight(visit.doer('enterObjection'), 'enterObjection', visit.community._id);
        const [text = '', letter = ''] = ['text', 'letter'].map((name) => typed(visit.request, name, LONGEST));
        return show(visit, { text, letter }, {}, 200);
      }),
    )
    .post(
      '/console/:slug/publication/objections/:number/answer',
      ofCommunity(async (visit) => {
        const number = numberOf(visit.request);
        const name = `answer-${number}`;
        const text = cleanText(typed(visit.request, name, LONGEST));
        if (text === '' && visit.may('answerObjection')) return show(visit, {}, { [name]: visit.text.say('publication.noAnswer') }, 422);
        const outcome = await answer({ cycle: cycleIn(visit), number, text, actor: visit.doer('answerObjection') });
        await after(visit, outcome, 'notified' in outcome && !outcome.notified ? 'unheard' : 'answered', {}, text);
      }),
    );

  /** Leads back to the page, or shows it as it is now, with what was typed and why nothing was done. */
  async function after(visit: CommunityVisit, outcome: object, done: (typeof DONE)[number], wrote: Typed, unsent = ''): Promise<void> {
    if (!('refused' in outcome)) return visit.lead(address(`${visit.own}/publication`, { cycle: wantedIn(visit), done }));
    await show(visit, wrote, { form: visit.text.say(`publication.not.${outcome.refused}`) }, 409, unsent);
  }

  async function show(visit: CommunityVisit, wrote: Typed, mistakes: Mistakes, status: number, unsent = ''): Promise<void> {
    const { text, own, request, community } = visit;
    const { say } = text;
    const cycle = wantedIn(visit);
    const found = await read(community._id, visit.reader('publication'), cycle);
    if (cycle !== undefined && !found) throw new Refusal(404, 'There is no such cycle.');
    const done = oneOf(request, 'done', DONE);
    await visit.send(
      say('tab.publication'),
      [
        errorSummary(text, mistakes),
        doneNotice(done && status === 200 ? say(`publication.done.${done}`) : undefined),
        html`<h1>${say('tab.publication')}</h1>`,
        unsent === '' ? html`` : html`<p>${say('publication.unsent')}</p><p class="said">${unsent}</p>`,
        ...(found
          ? [
              await cycleLinks(visit, 'publication', found.cycle),
              ...parts(visit, found, { key: world.randomBytes(8).toString('hex'), ...wrote }, mistakes),
            ]
          : [html`<p>${say('publication.noCycle')}</p>`]),
      ],
      { status, path: address(`${own}/publication`, { cycle }) },
    );
  }
}

/** The cycle that the address names; undefined for the current one. */
function wantedIn({ request }: CommunityVisit): string | undefined {
  return asked(request, 'cycle');
}

/** The publication that a picture's form was about. */
function boardOf({ community, request }: CommunityVisit) {
  return { community: community._id, cycle: String(request.params.cycle), number: numberOf(request) };
}

/** The cycle that the form was about: what was looked at, not what runs by now. It is of this community. */
function cycleIn({ request }: CommunityVisit): string {
  const cycle = typed(request, 'cycle');
  if (cycle === '') throw new Refusal(404, 'There is nothing at this address.');
  return cycle;
}

function mistakesIn({ text: { say } }: CommunityVisit, { text, about, isPhone }: { text: string; about: string; isPhone: boolean }): Mistakes {
  return {
    ...(cleanText(text) === '' && { text: say('publication.noText') }),
    ...(about !== '' && numberIn(about) === undefined && { about: say('publication.noNumber') }),
    ...(!isPhone && { phone: say('publication.noPhone') }),
  };
}

function parts(visit: CommunityVisit, read: PublicationRead, wrote: Typed, mistakes: Mistakes): Markup[] {
  const { say, theirs } = visit.text;
  const { title, published, objections, others, isCurrent } = read;
  const open = objections.filter(({ answer }) => !answer);
  const done = objections.filter(({ answer }) => answer);
  return [
    html`<p>${theirs(title)} · ${say(published ? `publication.state.${published.state}` : 'publication.nothing')}</p>`,
    heldPart(visit, read, wrote, mistakes),
    ...(published ? [publishedPart(visit, read, published), checkForm(visit, read, published, mistakes)] : []),
    ...(published && isCurrent ? [boardPart(visit, read, published, mistakes)] : []),
    publishForm(visit, read),
    html`<section aria-labelledby="objections"><h2 id="objections">${say('publication.objections')}</h2>
${objections.length === 0 ? html`<p>${say('publication.noObjections')}</p>` : ''}
${open.map((objection) => objectionPart(visit, read, objection, mistakes))}${done.map((objection) => objectionPart(visit, read, objection, mistakes))}${others > 0 ? html`<p>${say('publication.others', { count: others })}</p>` : ''}</section>`,
    enterForm(visit, read, wrote, mistakes),
  ];
}

/** That the vote is held back, and for who may ask for it the way to open it all the same. */
function heldPart(visit: CommunityVisit, { cycle, held, calendar }: PublicationRead, wrote: Typed, mistakes: Mistakes): Markup {
  const { say, date } = visit.text;
  if (!held) return html``;
  const form = visit.may('openAllTheSame')
    ? html`<details${mistakes.why ? html` open` : ''}><summary>${say('publication.openAllTheSame')}</summary><p>${say('publication.openAbout')}</p>
<form method="post" action="${visit.own}/publication/open"><input type="hidden" name="cycle" value="${cycle}"><input type="hidden" name="seen" value="${calendar}">
${field({ name: 'why', label: say('publication.why'), hint: say('publication.whyHint'), value: wrote.why, mistake: mistakes.why, attributes: html` maxlength="${LONGEST}"` })}
<button>${say('publication.askOpen')}</button></form></details>`
    : '';
  return html`<section aria-labelledby="held"><h2 id="held">${say('publication.held')}</h2><p>${say('publication.heldAbout', { at: date(held) })}</p>${form}</section>`;
}

function publishedPart(visit: CommunityVisit, { currency }: PublicationRead, published: Published): Markup {
  const { say, theirs, date } = visit.text;
  const { from, to, by, list, check } = published;
  const days = Math.ceil((to.getTime() - visit.now.getTime()) / DAY_MS);
  const lines: [string, Markup | string][] = [
    ['from', html`${whole(date(from))} · ${theirs(by)}`],
    ['to', html`${whole(date(to))} · ${days > 0 ? say('publication.left', { count: days }) : say('publication.over')}`],
    ['check', check ? html`${theirs(check.by)} · ${whole(date(check.at))}` : say('publication.state.unchecked')],
    ...(check?.finding === undefined ? [] : [['finding', theirs(check.finding)] satisfies [string, Markup]]),
  ];
  return html`<dl class="about-it">${lines.map(([line, value]) => html`<dt>${say(`publication.${line}`)}</dt><dd>${value}</dd>`)}</dl>
${listPart(visit, list, currency)}`;
}

function listPart({ text: { say, theirs, money } }: CommunityVisit, list: readonly PublishedItem[], currency: string): Markup {
  const heads = ['number', 'what', 'cost'].map((head) => html`<th scope="col">${say(`publication.${head}`)}</th>`);
  const rows = list.map(
    ({ number, title, cost }) =>
      html`<tr><td>${number}</td><td>${theirs(title)}</td><td>${cost === null ? say('publication.noCost') : money(cost, currency)}</td></tr>
`,
  );
  return html`<table class="list"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`;
}

function checkForm(visit: CommunityVisit, { cycle, isBefore }: PublicationRead, { number, check }: Published, mistakes: Mistakes): Markup {
  const { say } = visit.text;
  if (!isBefore || !visit.may('checkPublication') || (check && check.finding === undefined)) return html``;
  return html`<section aria-labelledby="checking"><h2 id="checking">${say('publication.checking')}</h2>
<form method="post" action="${visit.own}/publication/check"><input type="hidden" name="cycle" value="${cycle}"><input type="hidden" name="number" value="${number}">
<button name="is" value="right">${say('publication.isRight')}</button>
${field({ name: 'finding', label: say('publication.finding'), hint: say('publication.findingHint'), mistake: mistakes.finding, isLong: true, attributes: html` maxlength="${LONGEST}"` })}
<button class="quiet" name="is" value="wrong">${say('publication.isWrong')}</button></form></section>`;
}

function boardPart(visit: CommunityVisit, { cycle }: PublicationRead, { number, pictures }: Published, mistakes: Mistakes): Markup {
  const { say } = visit.text;
  const path = `${visit.own}/publication/${cycle}/${number}`;
  return html`<section aria-labelledby="board"><h2 id="board">${say('publication.board')}</h2><p>${say('publication.boardAbout')}</p>
${picturePart(visit, path, pictures, visit.may('keepPicture'), mistakes)}</section>`;
}

function publishForm(visit: CommunityVisit, { cycle, isBefore, published, coming, currency }: PublicationRead): Markup {
  const { say } = visit.text;
  if (!isBefore || !visit.may('publish')) return html``;
  if (coming.length === 0) return html`<p>${say('publication.not.nothing')}</p>`;
  const isAgain = published !== undefined;
  const form = html`${listPart(visit, coming, currency)}<form method="post" action="${visit.own}/publication"><input type="hidden" name="cycle" value="${cycle}"><input type="hidden" name="seen" value="${published?.number ?? 0}">
<p>${say(isAgain ? 'publication.againAbout' : 'publication.publishAbout')}</p><button>${say(isAgain ? 'publication.again' : 'publication.publish')}</button></form>`;
  if (isAgain) return html`<details><summary>${say('publication.again')}</summary>${form}</details>`;
  return html`<section aria-labelledby="publishing"><h2 id="publishing">${say('publication.coming')}</h2>${form}</section>`;
}

function objectionPart(visit: CommunityVisit, { cycle, isCurrent }: PublicationRead, objection: ListedObjection, mistakes: Mistakes): Markup {
  const { say, theirs, date } = visit.text;
  const { number, about, text, at, due, origin, writtenBy, answer } = objection;
  const isLate = !answer && due <= visit.now;
  const until = answer
    ? ''
    : html` · <span class="age${isLate ? ' late' : ''}">${say(isLate ? 'publication.late' : 'publication.due', { at: date(due) })}</span>`;
  const name = `answer-${number}`;
  const form = visit.may('answerObjection')
    ? html`<form method="post" action="${address(`${visit.own}/publication/objections/${number}/answer`, { cycle: isCurrent ? undefined : cycle })}"><input type="hidden" name="cycle" value="${cycle}">
${field({ name, label: say('publication.yourAnswer'), hint: say('publication.answerHint'), mistake: mistakes[name], isLong: true, attributes: html` maxlength="${LONGEST}"` })}<button>${say('publication.answer')}</button></form>`
    : '';
  return html`<section class="earlier" aria-labelledby="objection-${number}"><h3 id="objection-${number}">${say('publication.objection', { number })} <small>${about === undefined ? say('publication.ofAll') : say('publication.ofOne', { number: about })}</small></h3>
<p class="when">${whole(date(at))} · ${say(`publication.origin.${origin}`)}${writtenBy === undefined ? '' : html` · ${theirs(writtenBy)}`}${until}</p><p class="said asked">${theirs(text)}</p>
${answer ? html`<p class="said ours">${theirs(answer.text)}</p><p>${theirs(answer.by)} · ${whole(date(answer.at))}</p>` : form}</section>`;
}

function enterForm(visit: CommunityVisit, { cycle, takesObjections }: PublicationRead, wrote: Typed, mistakes: Mistakes): Markup {
  const { say } = visit.text;
  if (!takesObjections || !visit.may('enterObjection')) return html``;
  const origins = BY_HAND.map((value) => ({ value, label: say(`publication.origin.${value}`) }));
  const how = choice({ name: 'origin', label: say('publication.came'), value: wrote.origin, values: origins });
  const about = { name: 'phone', label: say('publication.phone'), hint: say('publication.phoneHint'), value: wrote.phone, mistake: mistakes.phone };
  const phone = field({ ...about, attributes: html` type="tel" autocomplete="off"` });
  const letter = numberIn(wrote.letter);
  return html`<section aria-labelledby="entering"><h2 id="entering">${say('publication.entering')}</h2>
<form method="post" action="${visit.own}/publication/objections"><input type="hidden" name="cycle" value="${cycle}"><input type="hidden" name="key" value="${wrote.key ?? ''}">
${field({ name: 'text', label: say('publication.text'), value: wrote.text, mistake: mistakes.text, isLong: true, attributes: html` maxlength="${LONGEST}"` })}
${field({ name: 'about', label: say('publication.about'), hint: say('publication.aboutHint'), value: wrote.about, mistake: mistakes.about, attributes: html` class="short" inputmode="numeric"` })}
${letter === undefined ? html`${how}${phone}` : html`<input type="hidden" name="letter" value="${letter}"><p>${say('publication.fromLetter', { number: letter })}</p>`}
<button>${say('publication.enter')}</button></form></section>`;
}
