import { Router } from 'express';
import { makePicture, type NotMade } from '../../../fund/pictures/index.ts';
import {
  acceptWork,
  addImplementer,
  addProgress,
  askImplementer,
  changeImplementer,
  chooseImplementer,
  documentsOf,
  dropDocument,
  dropNews,
  isStaffHere,
  keepDocument,
  makeDocument,
  mendWork,
  moveWork,
  newsOfWork,
  payWork,
  readDocument,
  readImplementers,
  readWorks,
  recordOffer,
  signContract,
  WORK_STATES,
} from '../../../fund/works/index.ts';
import { dayOf } from '../../../store/wallTime.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { html } from '../../html.ts';
import { sendDocument } from '../../pageHeaders.ts';
import { doneNotice, errorSummary, type Mistakes } from '../frame.ts';
import { notMade, uploads } from '../pictures.ts';
import { address, numberOf, oneOf, typed } from '../query.ts';
import { toSecond } from '../second.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { accountOf, amountIn, cycleAsked, type Typed, titleOf } from './ofCycle.ts';
import { type Shown, workParts } from './onePage.ts';

const PATH = '/console/:slug/works/:cycle/:number';
const LONGEST = 600;
const DONE = [
  '',
  'moved',
  'implementer',
  'contact',
  'asked',
  'offered',
  'chosen',
  'signed',
  'paid',
  'accepted',
  'mend',
  'told',
  'kept',
  'dropped',
] as const;

/** `/console/SLUG/works/CYCLE/NUMBER`: one work with its steps, offers, contract, payments, papers and news, and what may be done next. */
export function workPages(world: World, known: Visits): Router {
  const { ofCommunity } = known;
  const move = moveWork(world);
  const add = addImplementer(world);
  const change = changeImplementer(world);
  const ask = askImplementer(world);
  const offer = recordOffer(world);
  const choose = chooseImplementer(world);
  const sign = signContract(world);
  const pay = payWork(world);
  const accept = acceptWork(world);
  const mend = mendWork(world);
  const keep = keepDocument(world);
  const drop = dropDocument(world);
  const dropTold = dropNews(world);
  const read = readDocument(world);
  const showWrong = (visit: CommunityVisit, mistakes: Mistakes, status: number) => show(visit, {}, mistakes, status);
  const pictures = uploads(known, { field: 'pictures', may: (visit) => visit.may('addProgress'), show: showWrong }, makePicture);
  const papers = uploads(known, { field: 'file', may: (visit) => visit.may('keepDocument'), show: showWrong }, makeDocument);

  /** A form of the page: what it does with what was typed, and what is told when it is done. */
  const form = (name: string, done: (typeof DONE)[number], run: (visit: CommunityVisit, wrote: Typed) => Promise<object>) =>
    Router().post(
      `${PATH}/${name}`,
      ofCommunity(async (visit) => {
        const wrote = typedIn(visit);
        await after(visit, await run(visit, wrote), done, wrote, name);
      }),
    );

  return Router()
    .get(
      PATH,
      ofCommunity((visit) => show(visit, {}, {}, 200)),
    )
    .get(
      '/console/:slug/documents/:id',
      ofCommunity(async (visit) => {
        const found = await read(visit.community._id, String(visit.request.params.id), visit.reader('works'));
        if (!found) throw new Refusal(404, 'There is nothing at this address.');
        sendDocument(visit.response, found);
      }),
    )
    .use(
      form('move', 'moved', (visit, { to = '', 'move-day': day = '', 'move-reason': reason = '', state = '' }) => {
        const [target, seen] = [to, state].map((given) => WORK_STATES.find((each) => each === given));
        if (!target || !seen) throw new Refusal(404, 'There is no such step.');
        return move({ ...which(visit), to: target, seen, ...(day && { day }), reason, actor: visit.doer('moveWork') });
      }),
      form('implementers', 'implementer', (visit, wrote) => {
        const { organisation = '', kind = '', registration = '', person = '', phone = '' } = wrote;
        return add(visit.community._id, { organisation, kind, registration, person, phone }, visit.doer('addImplementer'));
      }),
      form('contact', 'contact', (visit, { 'contact-implementer': number = '', 'contact-person': person = '', 'contact-phone': phone = '' }) =>
        change(visit.community._id, { number: amountIn(number), person, phone }, visit.doer('changeImplementer')),
      ),
      form('ask', 'asked', (visit, { implementer = '' }) =>
        ask({ ...which(visit), implementer: amountIn(implementer), actor: visit.doer('askImplementer') }),
      ),
      form('offer', 'offered', (visit, { implementer = '', 'offer-amount': amount = '', 'offer-day': day = '', document = '' }) =>
        offer({
          ...{ ...which(visit), implementer: amountIn(implementer), amount: amountIn(amount), day },
          ...(document && { document }),
          actor: visit.doer('recordOffer'),
        }),
      ),
      form('choose', 'chosen', (visit, { chosen = '', 'choose-reason': reason = '', fewReason = '', seen = '' }) =>
        choose({ ...which(visit), implementer: amountIn(chosen), reason, fewReason, seen: amountIn(seen), actor: visit.doer('chooseImplementer') }),
      ),
      form(
        'sign',
        'signed',
        (visit, { 'sign-paper': paper = '', 'sign-amount': amount = '', 'sign-day': day = '', 'sign-until': until = '', document = '' }) =>
          sign({
            ...{ ...which(visit), paper, amount: amountIn(amount), day },
            ...{ ...(until && { until }), ...(document && { document }), actor: visit.doer('signContract') },
          }),
      ),
      form('pay', 'paid', (visit, { 'pay-paper': paper = '', 'pay-amount': amount = '', 'pay-day': day = '', document = '', key = '' }) =>
        pay({
          ...{ ...which(visit), paper, amount: amountIn(amount), day, key: `${visit.own} ${key}` },
          ...{ ...(document && { document }), actor: visit.doer('payWork') },
        }),
      ),
      form('accept', 'accepted', (visit, { 'accept-day': day = '', seen = '' }) =>
        accept({ ...which(visit), day, seen: amountIn(seen), actor: visit.doer('acceptWork') }),
      ),
      form('mend', 'mend', (visit, { 'mend-what': what = '', 'mend-until': until = '', seen = '' }) =>
        mend({ ...which(visit), what, until, seen: amountIn(seen), actor: visit.doer('mendWork') }),
      ),
      form('progress/drop', 'dropped', (visit, { 'news-number': news = '', 'drop-reason': reason = '' }) =>
        dropTold({ ...which(visit), news: amountIn(news), reason, actor: visit.doer('dropNews') }),
      ),
      form('documents/drop', 'dropped', (visit, { id = '', 'drop-reason': reason = '' }) =>
        drop({ ...which(visit), id, reason, actor: visit.doer('dropDocument') }),
      ),
    )
    .post(
      `${PATH}/documents`,
      ...papers.handlers,
      ofCommunity(async (visit) => {
        const [made] = papers.madeOf(visit.request);
        const wrote = typedIn(visit);
        const { kind = '', title = '' } = wrote;
        if (!made) return show(visit, wrote, { file: visit.text.say('works.not.noFile') }, 422);
        if ('refused' in made) return show(visit, wrote, { file: noPaper(visit, made.refused) }, 422);
        const kept = await keep({ ...which(visit), kind, title, made, isPublic: wrote.isPublic === 'yes', actor: visit.doer('keepDocument') });
        await after(visit, kept, 'kept', wrote, 'documents');
      }),
    )
    .post(
      `${PATH}/progress`,
      ...pictures.handlers,
      ofCommunity(async (visit) => {
        const made = pictures.madeOf(visit.request);
        const wrote = typedIn(visit);
        const wrong = notMade(visit, made);
        if (wrong !== undefined) return show(visit, wrote, { pictures: wrong }, 422);
        const good = made.flatMap((picture) => ('refused' in picture ? [] : picture));
        const { cycle, number } = which(visit);
        const news = { text: wrote.news ?? '', pictures: good, at: visit.now, key: `${visit.own} ${wrote.key ?? ''}` };
        await after(visit, await addProgress(world, visit.doer('addProgress'), { _id: { cycle, number } }, news), 'told', wrote, 'progress');
      }),
    );

  /** Leads back to the work, or to what waits; or shows it as it is now, with what was typed and why nothing was done. */
  async function after(visit: CommunityVisit, outcome: object, done: (typeof DONE)[number], wrote: Typed, name: string): Promise<void> {
    if ('waits' in outcome && typeof outcome.waits === 'number')
      return toSecond(visit, { waits: outcome.waits, ...('already' in outcome && { already: true }) });
    const { cycle, number } = which(visit);
    if (!('refused' in outcome)) return visit.lead(address(`${visit.own}/works/${cycle}/${number}`, { done }));
    const refused = String(outcome.refused);
    if (refused === 'noWork') throw new Refusal(404, 'There is no such work.');
    const field = FIELD_OF[name]?.[refused] ?? 'form';
    await show(visit, wrote, { [field]: visit.text.say(`works.not.${refused}`) }, field === 'form' ? 409 : 422);
  }

  async function show(visit: CommunityVisit, wrote: Typed, mistakes: Mistakes, status: number): Promise<void> {
    const { text, own, community, request, now } = visit;
    const { cycle: id, number } = which(visit);
    const cycle = await cycleAsked(world, visit, id);
    const works = cycle ? await readWorks(world)(community._id, id, visit.reader('works')) : [];
    const work = works.find(({ _id }) => _id.number === number);
    if (!cycle || !work) throw new Refusal(404, 'There is no such work.');
    const { chosen } = work;
    const [account, documents, news, implementers, isStaff] = await Promise.all([
      accountOf(visit, id),
      documentsOf(work),
      newsOfWork(id, number),
      visit.sees('implementers') ? readImplementers(world)(community._id, visit.reader('implementers')) : [],
      chosen ? isStaffHere(world, community._id, chosen.implementer) : false,
    ]);
    const path = `${own}/works/${id}/${number}`;
    const sums = account?.works.find((each) => each.work === number);
    const today = dayOf(now, community.timezone);
    const shown: Shown = {
      ...{ work, sums, isClosed: account?.closed !== undefined, currency: cycle.currency, documents, news, implementers, isStaff },
      ...{ path, wrote: { key: world.randomBytes(8).toString('hex'), ...wrote }, mistakes, today },
    };
    const title = titleOf(cycle, number);
    const done = oneOf(request, 'done', DONE);
    await visit.send(
      `${number} ${title}`,
      [
        errorSummary(text, mistakes),
        doneNotice(done && status === 200 ? text.say(`works.done.${done}`) : undefined),
        html`<p><a href="${address(`${own}/works`, { cycle: id })}">${text.say('works.toList')}</a></p><h1>${number} ${text.theirs(title)}</h1>`,
        ...workParts(visit, shown),
      ],
      { status, path },
    );
  }
}

/** Why a paper is not taken. */
function noPaper(visit: CommunityVisit, refused: NotMade): string {
  const isPicture = refused !== 'unknown' && refused !== 'broken';
  return isPicture ? (notMade(visit, [{ refused }]) ?? '') : visit.text.say(`works.not.${refused}File`);
}

/** Refusals that are about one field of a form. */
const FIELD_OF: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  move: { day: 'move-day', noReason: 'move-reason' },
  implementers: { organisation: 'organisation', kind: 'kind', registration: 'registration', person: 'person', phone: 'phone' },
  contact: { person: 'contact-person', phone: 'contact-phone' },
  offer: { amount: 'offer-amount', day: 'offer-day' },
  choose: { noReason: 'choose-reason', fewOffers: 'fewReason' },
  sign: {
    noNumber: 'sign-paper',
    amount: 'sign-amount',
    beyondGrant: 'sign-amount',
    beyondOffer: 'sign-amount',
    day: 'sign-day',
    until: 'sign-until',
  },
  pay: { noPaper: 'pay-paper', paper: 'pay-paper', amount: 'pay-amount', beyondContract: 'pay-amount', day: 'pay-day' },
  accept: { day: 'accept-day' },
  mend: { noReason: 'mend-what', until: 'mend-until' },
  documents: { title: 'title', kind: 'kind' },
  progress: { empty: 'news', tooLong: 'news' },
};

function which({ request }: CommunityVisit): { readonly cycle: string; readonly number: number } {
  return { cycle: String(request.params.cycle), number: numberOf(request) };
}

/** All that a form of the page sent, by field. */
function typedIn({ request }: CommunityVisit): Typed {
  const body: unknown = request.body;
  const names = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  return Object.fromEntries(names.map((name) => [name, typed(request, name, LONGEST)]));
}
