import { Router } from 'express';
import { phone as phoneIn } from '../../contacts/phone.ts';
import { openAllTheSame } from '../../fund/cycles/index.ts';
import {
  answerObjection,
  checkPublication,
  dropBoardPicture,
  enterObjection,
  keepBoardPicture,
  publish,
  readPublication,
} from '../../fund/meetings/index.ts';
import { checkRight } from '../../fund/people/index.ts';
import { enqueue } from '../../outreach/outbox/enqueue.ts';
import { cleanText } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { Refusal } from '../errors.ts';
import { html } from '../html.ts';
import { doneNotice, errorSummary, type Mistakes } from './frame.ts';
import { pictureForms } from './pictures.ts';
import { BY_HAND, LONGEST, publicationParts, type Typed } from './publicationParts.ts';
import { address, asked, numberIn, numberOf, oneOf, typed } from './query.ts';
import { toSecond } from './second.ts';
import type { CommunityVisit, Visits } from './visits.ts';
import { cycleLinks } from './works/ofCycle.ts';

const DONE = ['', 'pictured', 'published', 'checked', 'found', 'answered', 'unheard', 'entered', 'opened'] as const;

const PATH = '/console/:slug/publication';

/** `/console/SLUG/publication`: the list as it is published before the vote, the supervisor's check, and the objections with their answers. */
export function publicationPages(world: World, known: Visits): Router {
  const page = publicationPage(world);
  return Router()
    .use(boardRoutes(world, known, page))
    .get(
      PATH,
      known.ofCommunity((visit) => page.show(visit, {}, {}, 200)),
    )
    .use(publishRoutes(world, known, page), objectionRoutes(world, known, page));
}

type PublicationPage = ReturnType<typeof publicationPage>;

/** Shows the list, and leads back to it. */
function publicationPage(world: World) {
  const read = readPublication(world);
  return { show, after };

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
              ...publicationParts(visit, found, { key: world.randomBytes(8).toString('hex'), ...wrote }, mistakes),
            ]
          : [html`<p>${say('publication.noCycle')}</p>`]),
      ],
      { status, path: address(`${own}/publication`, { cycle }) },
    );
  }
}

/** Pictures of the board on which a list hangs. */
function boardRoutes(world: World, known: Visits, { show }: PublicationPage): Router {
  const keep = keepBoardPicture(world);
  const drop = dropBoardPicture(world);
  return pictureForms(known, {
    path: `${PATH}/:cycle/:number`,
    keep: (visit, picture, caption) => keep({ ...boardOf(visit), picture, caption, actor: visit.doer('keepPicture') }),
    drop: (visit, id, reason) => drop({ ...boardOf(visit), id, reason, actor: visit.doer('dropPicture') }),
    may: (visit) => visit.may('keepPicture'),
    lead: (visit) => visit.lead(address(`${visit.own}/publication`, { done: 'pictured' })),
    show: (visit, mistakes, status) => show(visit, {}, mistakes, status),
  });
}

/** The list is published, checked, and the vote opened all the same. */
function publishRoutes(world: World, { ofCommunity }: Visits, { show, after }: PublicationPage): Router {
  const publishList = publish(world);
  const check = checkPublication(world);
  const open = openAllTheSame(world);
  return Router()
    .post(
      PATH,
      ofCommunity(async (visit) => {
        const seen = Number(typed(visit.request, 'seen')) || 0;
        const outcome = await publishList({ cycle: cycleIn(visit), seen, actor: visit.doer('publish') });
        await after(visit, outcome, 'published', {});
      }),
    )
    .post(
      `${PATH}/check`,
      ofCommunity(async (visit) => {
        const { say } = visit.text;
        const finding = cleanText(typed(visit.request, 'finding', LONGEST));
        const isWrong = typed(visit.request, 'is') === 'wrong';
        if (isWrong && finding === '' && visit.may('checkPublication')) return show(visit, {}, { finding: say('publication.noFinding') }, 422);
        const number = Number(typed(visit.request, 'number')) || 0;
        const actor = visit.doer('checkPublication');
        const outcome = await check({ cycle: cycleIn(visit), number, ballot: typed(visit.request, 'ballot'), actor, ...(isWrong && { finding }) });
        await after(visit, outcome, isWrong ? 'found' : 'checked', {}, finding);
      }),
    )
    .post(
      `${PATH}/open`,
      ofCommunity(async (visit) => {
        const why = cleanText(typed(visit.request, 'why', LONGEST));
        if (why === '' && visit.may('openAllTheSame')) return show(visit, {}, { why: visit.text.say('publication.noWhy') }, 422);
        const seen = typed(visit.request, 'seen');
        const outcome = await open({ id: cycleIn(visit), reason: why, seen, actor: visit.doer('openAllTheSame') });
        if ('waits' in outcome) return toSecond(visit, outcome);
        await after(visit, outcome, 'opened', { why });
      }),
    );
}

/** Objections: written down, answered. */
function objectionRoutes(world: World, { ofCommunity }: Visits, { show, after }: PublicationPage): Router {
  const answer = answerObjection(world, enqueue(world));
  const enter = enterObjection(world);
  return Router()
    .post(
      `${PATH}/objections`,
      ofCommunity(async (visit) => {
        const wrote = Object.fromEntries(
          ['text', 'about', 'origin', 'phone', 'inquiry', 'key'].map((name) => [name, typed(visit.request, name, LONGEST)]),
        );
        const { text = '', about = '', key = '' } = wrote;
        const phone = wrote.phone ? phoneIn(wrote.phone, visit.community.phone) : undefined;
        const origin = BY_HAND.find((each) => each === wrote.origin) ?? 'paper';
        const mistakes = visit.may('enterObjection') ? mistakesIn(visit, { text, about, isPhone: !wrote.phone || phone !== undefined }) : {};
        if (Object.keys(mistakes).length > 0) return show(visit, wrote, mistakes, 422);
        const number = numberIn(about);
        const inquiry = numberIn(wrote.inquiry);
        const objection = {
          text,
          origin,
          ...(number !== undefined && { about: number }),
          ...(phone && { phone }),
          ...(inquiry && { inquiry }),
        };
        const outcome = await enter({ cycle: cycleIn(visit), objection, actor: visit.doer('enterObjection'), key: `${visit.own} ${key}` });
        await after(visit, outcome, 'entered', wrote);
      }),
    )
    .post(
      `${PATH}/objections/begin`,
      ofCommunity((visit) => {
        checkRight(visit.doer('enterObjection'), 'enterObjection', visit.community._id);
        const [text = '', inquiry = ''] = ['text', 'inquiry'].map((name) => typed(visit.request, name, LONGEST));
        return show(visit, { text, inquiry }, {}, 200);
      }),
    )
    .post(
      `${PATH}/objections/:number/answer`,
      ofCommunity(async (visit) => {
        const number = numberOf(visit.request);
        const name = `answer-${number}`;
        const text = cleanText(typed(visit.request, name, LONGEST));
        if (text === '' && visit.may('answerObjection')) return show(visit, {}, { [name]: visit.text.say('publication.noAnswer') }, 422);
        const outcome = await answer({ cycle: cycleIn(visit), number, text, actor: visit.doer('answerObjection') });
        await after(visit, outcome, 'notified' in outcome && !outcome.notified ? 'unheard' : 'answered', {}, text);
      }),
    );
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
