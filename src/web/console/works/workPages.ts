import { Router } from 'express';
import { makePicture, type NotMade } from '../../../fund/pictures/index.ts';
import {
  acceptWork,
  addImplementer,
  addProgress,
  changeImplementer,
  dropDocument,
  dropNews,
  keepDocument,
  makeDocument,
  mendWork,
  moveWork,
  payWork,
  readDocument,
  signContract,
  WORK_STATES,
} from '../../../fund/works/index.ts';
import { enqueue } from '../../../outreach/outbox/enqueue.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { sendDocument } from '../../pageHeaders.ts';
import { actRoutes } from '../actForm.ts';
import { ACTS } from '../acts.ts';
import { which } from '../query.ts';
import { notMade, uploads } from '../uploads.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { amountIn } from './ofCycle.ts';
import { AT, PATH, typedIn, type WorkPage, workPage } from './workPage.ts';

/** `/console/SLUG/works/CYCLE/NUMBER`: one work with its steps, offers, contract, payments, papers and news, and what may be done next. */
export function workPages(world: World, known: Visits): Router {
  const page = workPage(world, known);
  return Router()
    .get(
      PATH,
      known.ofCommunity((visit) => page.show(visit, {}, 200)),
    )
    .use(
      actRoutes(
        { world, notify: enqueue(world) },
        known,
        ACTS.filter(({ path }) => path.startsWith(AT)),
        page,
      ),
      stepForms(world, page),
      offerForms(world, page),
      contractForms(world, page),
      paperRoutes(world, known, page),
      newsRoutes(world, known, page),
    );
}

/** The steps of a work, up to its acceptance and what has to be mended then. */
function stepForms(world: World, { form }: WorkPage): Router {
  const move = moveWork(world);
  const accept = acceptWork(world);
  const mend = mendWork(world);
  return Router().use(
    form('move', 'moved', (visit, { to = '', 'move-day': day = '', 'move-reason': reason = '', state = '' }) => {
      const [target, seen] = [to, state].map((given) => WORK_STATES.find((each) => each === given));
      if (!target || !seen) throw new Refusal(404, 'There is no such step.');
      return move({ ...which(visit), to: target, seen, ...(day && { day }), reason, actor: visit.doer('moveWork') });
    }),
    form('accept', 'accepted', (visit, { 'accept-day': day = '', seen = '' }) =>
      accept({ ...which(visit), day, seen: amountIn(seen), actor: visit.doer('acceptWork') }),
    ),
    form('mend', 'mend', (visit, { 'mend-what': what = '', 'mend-until': until = '', seen = '' }) =>
      mend({ ...which(visit), what, until, seen: amountIn(seen), actor: visit.doer('mendWork') }),
    ),
  );
}

/** Implementers, who is asked for an offer, what they offer, and who is chosen. */
function offerForms(world: World, { form }: WorkPage): Router {
  const add = addImplementer(world);
  const change = changeImplementer(world);
  return Router().use(
    form('implementers', 'implementer', (visit, wrote) => {
      const { organisation = '', kind = '', registration = '', person = '', phone = '' } = wrote;
      return add(visit.community._id, { organisation, kind, registration, person, phone }, visit.doer('addImplementer'));
    }),
    form('contact', 'contact', (visit, { 'contact-implementer': number = '', 'contact-person': person = '', 'contact-phone': phone = '' }) =>
      change(visit.community._id, { number: amountIn(number), person, phone }, visit.doer('changeImplementer')),
    ),
  );
}

/** The contract, and what is paid under it. */
function contractForms(world: World, { form }: WorkPage): Router {
  const sign = signContract(world);
  const pay = payWork(world);
  return Router().use(
    form(
      'sign',
      'signed',
      (visit, { 'sign-paper': paper = '', 'sign-amount': amount = '', 'sign-day': day = '', 'sign-until': until = '', document = '' }) =>
        sign({
          ...{ ...which(visit), paper, amount: amountIn(amount), day },
          ...{ ...(until && { until }), ...(document && { document }), actor: visit.doer('signContract') },
        }),
    ),
    form('pay', 'paid', (visit, { document = '', key = '', ...wrote }) => {
      const { 'pay-paper': paper = '', 'pay-reason': reason = '', 'pay-amount': amount = '', 'pay-day': day = '' } = wrote;
      return pay({
        ...{ ...which(visit), paper, reason, amount: amountIn(amount), day, key: keyOf(visit, key) },
        ...{ ...(document && { document }), actor: visit.doer('payWork') },
      });
    }),
  );
}

/** The papers of a work: read, kept, dropped. */
function paperRoutes(world: World, known: Visits, { form, show, showWrong, after }: WorkPage): Router {
  const { ofCommunity } = known;
  const keep = keepDocument(world);
  const drop = dropDocument(world);
  const read = readDocument(world);
  const papers = uploads(known, { field: 'file', may: (visit) => visit.may('keepDocument'), show: showWrong }, makeDocument);
  return Router()
    .get(
      '/console/:slug/documents/:id',
      ofCommunity(async (visit) => {
        const found = await read(visit.community._id, String(visit.request.params.id), visit.reader('works'));
        if (!found) throw new Refusal(404, 'There is nothing at this address.');
        sendDocument(visit.response, found);
      }),
    )
    .use(
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
        if (!made) return show(visit, { mistakes: { file: visit.text.say('works.not.noFile') } }, 422, wrote);
        if ('refused' in made) return show(visit, { mistakes: { file: noPaper(visit, made.refused) } }, 422, wrote);
        const kept = await keep({ ...which(visit), kind, title, made, isPublic: wrote.isPublic === 'yes', actor: visit.doer('keepDocument') });
        await after(visit, kept, 'kept', wrote, 'documents');
      }),
    );
}

/** What is told of a work, with pictures: written, dropped. */
function newsRoutes(world: World, known: Visits, { form, show, showWrong, after }: WorkPage): Router {
  const dropTold = dropNews(world);
  const pictures = uploads(known, { field: 'pictures', may: (visit) => visit.may('addProgress'), show: showWrong }, makePicture);
  return Router()
    .use(
      form('progress/drop', 'dropped', (visit, { 'news-number': news = '', 'drop-reason': reason = '' }) =>
        dropTold({ ...which(visit), news: amountIn(news), reason, actor: visit.doer('dropNews') }),
      ),
    )
    .post(
      `${PATH}/progress`,
      ...pictures.handlers,
      known.ofCommunity(async (visit) => {
        const made = pictures.madeOf(visit.request);
        const wrote = typedIn(visit);
        const wrong = notMade(visit, made);
        if (wrong !== undefined) return show(visit, { mistakes: { pictures: wrong } }, 422, wrote);
        const good = made.flatMap((picture) => ('refused' in picture ? [] : picture));
        const { cycle, number } = which(visit);
        const news = { text: wrote.news ?? '', pictures: good, at: visit.now, key: keyOf(visit, wrote.key) };
        await after(visit, await addProgress(world, visit.doer('addProgress'), { _id: { cycle, number } }, news), 'told', wrote, 'progress');
      }),
    );
}

/** Why a paper is not taken. */
function noPaper(visit: CommunityVisit, refused: NotMade): string {
  const isPicture = refused !== 'unknown' && refused !== 'broken';
  return isPicture ? (notMade(visit, [{ refused }]) ?? '') : visit.text.say(`works.not.${refused}File`);
}

/** A form's key counts for its work alone. */
function keyOf(visit: CommunityVisit, key = ''): string {
  const { cycle, number } = which(visit);
  return `${cycle}/${number} ${key}`;
}
