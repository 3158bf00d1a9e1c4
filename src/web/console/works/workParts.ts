import { leftOf, type Sums } from '../../../fund/accounts/index.ts';
import type { Act } from '../../../fund/act/index.ts';
import {
  acceptWork,
  addImplementer,
  askImplementer,
  changeImplementer,
  chooseImplementer,
  type DocumentRead,
  type HeldNews,
  IMPLEMENTER_KINDS,
  type ImplementerRead,
  isPayable,
  mendWork,
  movesFrom,
  moveWork,
  papersMissing,
  payWork,
  readImplementers,
  recordOffer,
  signContract,
  type WorkNewsRead,
  type WorkRecord,
  warningsOf,
} from '../../../fund/works/index.ts';
import type { PageKeyIn } from '../../../store/textKeys.ts';
import { html, type Markup } from '../../html.ts';
import { noWrap } from '../../public/pageText.ts';
import { actForm, type FormGiven } from '../actForm.ts';
import type { Tried } from '../frame.ts';
import type { CommunityVisit } from '../visits.ts';
import { warningList } from './ofCycle.ts';
import { workTrack } from './workTrack.ts';

/** One work as its page shows it. */
export interface Shown {
  readonly work: WorkRecord;
  readonly documents: readonly DocumentRead[];
  readonly news: readonly WorkNewsRead[];
  /** Came by text, and is not public yet. */
  readonly held: readonly HeldNews[];
  /** The page's address behind `/console/SLUG`. */
  readonly at: string;
  readonly tried: Tried;
  /** Its money; absent if the reader does not see the account. */
  readonly sums: Sums | undefined;
  readonly isClosed: boolean;
  readonly currency: string;
  readonly implementers: readonly ImplementerRead[];
  /** The person who was chosen is one of the staff as well, and can tell news. */
  readonly isStaff: boolean;
  /** The community's day. */
  readonly today: string;
}

/** What stands first on the page of a work: how far it is, the one act that comes next, and what else may be done with it. */
export function workParts(visit: CommunityVisit, shown: Shown): Markup[] {
  const next = nextAct(shown);
  return [
    workTrack(visit, shown.work),
    nextPart(visit, shown, next),
    about(visit, shown),
    offersPart(visit, shown, next),
    actPart(visit, shown, next, payWork),
    actPart(visit, shown, next, mendWork),
  ];
}

/** The act that a work waits for as it stands; undefined if nothing is left. */
function nextAct({ work: { state, offers }, sums, isClosed, implementers }: Shown): Act | undefined {
  if (state === 'rated') return undefined;
  if (state === 'seeking') {
    if (implementers.length === 0) return addImplementer;
    if (offers.length === 0) return askImplementer;
    return offers.some(({ amount }) => amount === undefined) ? recordOffer : chooseImplementer;
  }
  if (state === 'chosen') return signContract;
  if (state === 'finished') return acceptWork;
  return state === 'accepted' && sums && !isClosed && sums.paid < sums.contracted ? payWork : moveWork;
}

/** What comes next, in words, and the form of it, for whoever may do it. */
function nextPart(visit: CommunityVisit, shown: Shown, next: Act | undefined): Markup {
  const { say } = visit.text;
  const form = next && visit.may(next) ? html`${formOf(visit, shown, next)}` : '';
  return html`<section class="lead" aria-labelledby="next"><h2 id="next">${say(`works.todo.${shown.work.state}`)}</h2>${form}</section>`;
}

/** An act that may be done besides what comes next, if it is time for it. */
function actPart(visit: CommunityVisit, shown: Shown, next: Act | undefined, act: Act): Markup {
  const { work, sums, isClosed } = shown;
  const mayPay = sums && !isClosed && isPayable(work.state) && sums.paid < sums.contracted;
  const isTime = act === payWork ? mayPay : act === mendWork ? work.state === 'finished' : work.state === 'seeking';
  return isTime && act !== next ? formOf(visit, shown, act, { isQuiet: true, in: 'fold' }) : html``;
}

/** The form of an act on a work, with what is known of its fields. */
function formOf(visit: CommunityVisit, shown: Shown, act: Act, more: Partial<FormGiven> = {}): Markup {
  if (act === moveWork) return moveForm(visit, shown, false, more);
  return actForm(visit, act, { at: shown.at, tried: shown.tried, ...knownOf(visit, shown, act), ...more });
}

function knownOf({ text: { say, money }, community }: CommunityVisit, shown: Shown, act: Act): Partial<FormGiven> {
  const { work, sums, currency, implementers, documents, at, today } = shown;
  const named = (isMeant: (number: number) => boolean) =>
    implementers.flatMap(({ number, organisation }) => (isMeant(number) ? [{ value: String(number), label: organisation }] : []));
  const isAsked = (number: number) => work.offers.some(({ implementer }) => implementer === number);
  const hasOffered = (number: number) => work.offers.some(({ implementer, amount }) => implementer === number && amount !== undefined);
  const day = { value: today };
  const papers = { day, document: { values: paperValues(say, documents) } };
  if (act === addImplementer) {
    const values = IMPLEMENTER_KINDS.map((value) => ({ value, label: say(`works.implementer.${value}`) }));
    return { at: `${at}/implementers`, fields: { kind: { values } } };
  }
  if (act === askImplementer) return { fields: { implementer: { values: named((number) => !isAsked(number)) } } };
  if (act === recordOffer) return { fields: { implementer: { values: named(isAsked) }, ...papers } };
  if (act === chooseImplementer) return { seen: work.revision, fields: { implementer: { values: named(hasOffered) } } };
  if (act === signContract) return { fields: { amount: { value: String(work.chosen?.amount ?? '') }, ...papers } };
  if (act === payWork) {
    const left = money((sums?.contracted ?? 0) - (sums?.paid ?? 0), currency);
    return { about: say('works.payAbout', { left, most: money(community.twoPersonsAbove ?? 0, currency) }), fields: papers };
  }
  return { seen: work.revision, ...(act === acceptWork && { fields: { day } }) };
}

type Line = [PageKeyIn<'console', 'works'>, Markup | string];

function about({ text }: CommunityVisit, { work, sums, isClosed, currency, implementers, isStaff, today }: Shown): Markup {
  const { say, userText, money, phone, date } = text;
  const { chosen, contract, mend, rating } = work;
  const who = implementers.find(({ number }) => number === chosen?.implementer);
  const lines: Line[] = [
    ...(mend ? [['mendUntil', html`${noWrap(date(mend.until))} · ${userText(mend.what)}`] satisfies Line] : []),
    ...(who
      ? [
          [
            'organisation',
            html`${userText(who.organisation)} · ${userText(who.person)} · ${noWrap(phone(who.phone))}${isStaff ? '' : html`<br><small>${say('works.tellsNothing')}</small>`}`,
          ] satisfies Line,
        ]
      : []),
    ...(chosen ? [['why', userText([chosen.reason, chosen.fewReason].filter(Boolean).join(' '))] satisfies Line] : []),
    ...(contract
      ? [
          [
            'contract',
            html`${userText(contract.number)} · ${noWrap(date(contract.day))}${contract.until ? html` – ${noWrap(date(contract.until))}` : ''}`,
          ] satisfies Line,
        ]
      : []),
    ...(sums ? (['granted', 'own', 'contracted', 'paid'] as const).map((kind): Line => [kind, money(sums[kind], currency)]) : []),
    ...(sums ? [['left', money(leftOf(sums), currency)] satisfies Line] : []),
    ...(rating ? [['rating', say('works.ratedBy', { ...rating })] satisfies Line] : []),
  ];
  const warnings = sums && !isClosed ? warningsOf(work, sums, today) : [];
  const missing = sums ? papersMissing(work, sums).map((kind) => say(`works.kinds.${kind}`)) : [];
  return html`${warningList(say, warnings)}${missing.length > 0 ? html`<p>${say('works.missing')} ${missing.join(say('and'))}</p>` : ''}
<dl class="about-it">${lines.map(([line, value]) => html`<dt>${say(`works.${line}`)}</dt><dd>${value}</dd>`)}</dl>`;
}

/** The organisations that are asked and what they offer, until one is chosen; afterwards only to read. */
function offersPart(visit: CommunityVisit, shown: Shown, next: Act | undefined): Markup {
  const { work, currency, implementers, at, tried } = shown;
  const { say, userText, money, date } = visit.text;
  if (!visit.may(readImplementers) || (work.state === 'approved' && work.offers.length === 0)) return html``;
  const names = new Map(implementers.map(({ number, organisation }) => [number, organisation]));
  const rows = work.offers.map(
    ({ implementer, amount, day }) =>
      html`<tr><td>${userText(names.get(implementer) ?? String(implementer))}</td><td class="num">${amount === undefined ? say('works.noOffer') : money(amount, currency)}</td><td>${day ? noWrap(date(day)) : ''}</td></tr>
`,
  );
  const heads = (['organisation', 'amount', 'day'] as const).map(
    (head) => html`<th scope="col"${head === 'amount' ? html` class="num"` : ''}>${say(`works.${head}`)}</th>`,
  );
  const table =
    rows.length > 0
      ? html`<table class="list"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`
      : html`<p>${say('works.nobodyAsked')}</p>`;
  const contact =
    implementers.length > 0
      ? actForm(visit, changeImplementer, {
          ...{ at: `${at}/implementers`, tried, isQuiet: true, in: 'fold' },
          fields: {
            implementer: {
              value: String(work.chosen?.implementer ?? ''),
              values: implementers.map(({ number, organisation }) => ({ value: String(number), label: organisation })),
            },
          },
        })
      : '';
  return html`<section aria-labelledby="offers"><h2 id="offers">${say('works.offers')}</h2>${table}
${OFFERS.filter((act) => hasChoice(shown, act)).map((act) => actPart(visit, shown, next, act))}${contact}</section>`;
}

const OFFERS: readonly Act[] = [askImplementer, addImplementer, recordOffer, chooseImplementer];

/** Whether there is anybody of whom an act on offers could be. */
function hasChoice({ work: { offers }, implementers }: Shown, act: Act): boolean {
  if (act === askImplementer) return implementers.some(({ number }) => !offers.some(({ implementer }) => implementer === number));
  if (act === recordOffer) return offers.length > 0;
  return act === chooseImplementer ? offers.some(({ amount }) => amount !== undefined) : true;
}

/** A step that is taken by saying so: on, or back with a reason. */
export function moveForm(visit: CommunityVisit, { work, at, tried, today }: Shown, isBack: boolean, more: Partial<FormGiven>): Markup {
  const { say } = visit.text;
  const steps = movesFrom(work.state).filter((each) => each.isBack === isBack);
  if (!visit.may(moveWork) || steps.length === 0) return html``;
  const buttons = steps.map(
    ({ to }) =>
      html`<button name="to" value="${to}"${isBack ? html` class="quiet"` : ''}>${say('works.moveTo', { state: say(`works.states.${to}`) })}</button> `,
  );
  const fields = {
    ...{ to: { isLeftOut: true as const }, from: { hidden: work.state } },
    ...(isBack ? { day: { isLeftOut: true as const } } : { day: { value: today }, reason: { isLeftOut: true as const } }),
  };
  return actForm(visit, moveWork, { at, tried, fields, buttons, ...more });
}

/** A paper that may show something, or none; nothing where there are none. */
function paperValues(say: CommunityVisit['text']['say'], documents: readonly DocumentRead[]) {
  const values = documents.map(({ id, title }) => ({ value: id, label: title }));
  return values.length > 0 ? [{ value: '', label: say('works.noPaper') }, ...values] : [];
}
