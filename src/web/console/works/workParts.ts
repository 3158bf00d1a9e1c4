import { leftOf, type Sums } from '../../../fund/accounts/index.ts';
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
  recordOffer,
  signContract,
  stepBy,
  type WorkNewsRead,
  type WorkRecord,
  warningsOf,
} from '../../../fund/works/index.ts';
import { html, type Markup } from '../../html.ts';
import { whole } from '../../public/pageText.ts';
import { actForm } from '../actForm.ts';
import type { Tried } from '../frame.ts';
import type { CommunityVisit } from '../visits.ts';
import { warningList } from './ofCycle.ts';

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

/** What stands first on the page of a work: how it stands, and what may be done next. */
export function workParts(visit: CommunityVisit, shown: Shown): Markup[] {
  return [
    about(visit, shown),
    offersPart(visit, shown),
    signPart(visit, shown),
    payPart(visit, shown),
    acceptPart(visit, shown),
    movePart(visit, shown),
  ];
}

function about({ text }: CommunityVisit, { work, sums, isClosed, currency, implementers, isStaff, today }: Shown): Markup {
  const { say, theirs, money, phone } = text;
  const { chosen, contract, mend, rating, state } = work;
  const who = implementers.find(({ number }) => number === chosen?.implementer);
  const lines: [string, Markup | string][] = [
    ['state', say(`works.states.${state}`)],
    ...(mend ? [['mendUntil', html`${whole(mend.until)} · ${theirs(mend.what)}`] satisfies [string, Markup]] : []),
    ...(who
      ? [
          [
            'organisation',
            html`${theirs(who.organisation)} · ${theirs(who.person)} · ${whole(phone(who.phone))}${isStaff ? '' : html`<br><small>${say('works.tellsNothing')}</small>`}`,
          ] satisfies [string, Markup],
        ]
      : []),
    ...(chosen ? [['why', theirs([chosen.reason, chosen.fewReason].filter(Boolean).join(' '))] satisfies [string, Markup]] : []),
    ...(contract
      ? [
          [
            'contract',
            html`${theirs(contract.number)} · ${whole(contract.day)}${contract.until ? html` – ${whole(contract.until)}` : ''}`,
          ] satisfies [string, Markup],
        ]
      : []),
    ...(sums ? (['granted', 'own', 'contracted', 'paid'] as const).map((kind): [string, string] => [kind, money(sums[kind], currency)]) : []),
    ...(sums ? [['left', money(leftOf(sums), currency)] satisfies [string, string]] : []),
    ...(rating ? [['rating', say('works.ratedBy', { ...rating })] satisfies [string, string]] : []),
  ];
  const warnings = sums && !isClosed ? warningsOf(work, sums, today) : [];
  const missing = sums ? papersMissing(work, sums).map((kind) => say(`works.kinds.${kind}`)) : [];
  return html`${warningList(say, warnings)}${missing.length > 0 ? html`<p>${say('works.missing')} ${missing.join(say('and'))}</p>` : ''}
<dl class="about-it">${lines.map(([line, value]) => html`<dt>${say(`works.${line}`)}</dt><dd>${value}</dd>`)}</dl>`;
}

/** The organisations that are asked and what they offer, until one is chosen; afterwards only to read. */
function offersPart(visit: CommunityVisit, { work, currency, implementers, documents, at, tried, today }: Shown): Markup {
  const { say, theirs, money } = visit.text;
  if (!visit.sees('implementers') || (work.state === 'approved' && work.offers.length === 0)) return html``;
  const names = new Map(implementers.map(({ number, organisation }) => [number, organisation]));
  const rows = work.offers.map(
    ({ implementer, amount, day }) =>
      html`<tr><td>${theirs(names.get(implementer) ?? String(implementer))}</td><td>${amount === undefined ? say('works.noOffer') : money(amount, currency)}</td><td>${day ?? ''}</td></tr>
`,
  );
  const table =
    rows.length > 0
      ? html`<table class="list"><thead><tr>${['organisation', 'amount', 'day'].map((head) => html`<th scope="col">${say(`works.${head}`)}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`
      : html`<p>${say('works.nobodyAsked')}</p>`;
  const contact =
    implementers.length > 0
      ? actForm(visit, changeImplementer, {
          ...{ at: `${at}/implementers`, tried, isQuiet: true, in: 'fold' },
          fields: { implementer: { value: String(work.chosen?.implementer ?? ''), values: named(implementers.map(({ number }) => number)) } },
        })
      : '';
  return html`<section aria-labelledby="offers"><h2 id="offers">${say('works.offers')}</h2>${table}
${work.state === 'seeking' ? seekForms() : ''}${contact}</section>`;

  function seekForms(): Markup {
    const asked = work.offers.map(({ implementer }) => implementer);
    const offered = work.offers.flatMap(({ implementer, amount }) => (amount === undefined ? [] : [implementer]));
    const free = named(implementers.flatMap(({ number }) => (asked.includes(number) ? [] : [number])));
    const kinds = IMPLEMENTER_KINDS.map((value) => ({ value, label: say(`works.implementer.${value}`) }));
    const quiet = { at, tried, isQuiet: true };
    const offer = { implementer: { values: named(asked) }, day: { value: today }, document: { values: paperValues(say, documents) } };
    return html`${free.length > 0 ? actForm(visit, askImplementer, { ...quiet, fields: { implementer: { values: free } } }) : ''}
${actForm(visit, addImplementer, { ...quiet, at: `${at}/implementers`, fields: { kind: { values: kinds } }, in: 'fold' })}
${asked.length > 0 ? actForm(visit, recordOffer, { ...quiet, fields: offer, in: 'fold' }) : ''}
${offered.length > 0 ? actForm(visit, chooseImplementer, { at, tried, seen: work.revision, fields: { implementer: { values: named(offered) } }, in: 'section' }) : ''}`;
  }

  function named(numbers: readonly number[]) {
    return numbers.map((number) => ({ value: String(number), label: names.get(number) ?? String(number) }));
  }
}

function signPart(visit: CommunityVisit, { work, documents, at, tried, today }: Shown): Markup {
  if (work.state !== 'chosen') return html``;
  const amount = { value: String(work.chosen?.amount ?? '') };
  const fields = { amount, day: { value: today }, document: { values: paperValues(visit.text.say, documents) } };
  return actForm(visit, signContract, { at, tried, fields, in: 'section' });
}

function payPart(visit: CommunityVisit, { work, sums, isClosed, currency, documents, at, tried, today }: Shown): Markup {
  const { say, money } = visit.text;
  if (!sums || isClosed || !isPayable(work.state) || sums.paid >= sums.contracted) return html``;
  const about = say('works.payAbout', {
    left: money(sums.contracted - sums.paid, currency),
    most: money(visit.community.twoPersonsAbove ?? 0, currency),
  });
  const fields = { day: { value: today }, document: { values: paperValues(say, documents) } };
  return actForm(visit, payWork, { at, tried, fields, about, in: 'section' });
}

function acceptPart(visit: CommunityVisit, { work, at, tried, today }: Shown): Markup {
  if (work.state !== 'finished') return html``;
  const form = { at, tried, seen: work.revision, in: 'section' as const };
  return html`${actForm(visit, acceptWork, { ...form, fields: { day: { value: today } } })}${actForm(visit, mendWork, { ...form, isQuiet: true })}`;
}

/** The steps that are taken by saying so: on, and back with a reason. */
function movePart(visit: CommunityVisit, { work, at, tried, today }: Shown): Markup {
  const { say } = visit.text;
  if (!visit.may(moveWork)) return html``;
  const moves = movesFrom(work.state).filter(({ to }) => stepBy(work.state, to) !== 'settle' || work.state === 'accepted');
  const buttons = (steps: typeof moves) =>
    steps.map(
      ({ to, isBack }) =>
        html`<button name="to" value="${to}"${isBack ? html` class="quiet"` : ''}>${say('works.moveTo', { state: say(`works.states.${to}`) })}</button> `,
    );
  const form = (isBack: boolean, more: Partial<Parameters<typeof actForm>[2]>) => {
    const steps = moves.filter((each) => each.isBack === isBack);
    const fields = {
      ...{ to: { isLeftOut: true as const }, from: { hidden: work.state } },
      ...(isBack ? { day: { isLeftOut: true as const } } : { day: { value: today }, reason: { isLeftOut: true as const } }),
    };
    return steps.length > 0 ? actForm(visit, moveWork, { at, tried, fields, buttons: buttons(steps), ...more }) : '';
  };
  return html`<section aria-labelledby="moving"><h2 id="moving">${say('works.next')}</h2>${form(false, {})}${form(true, { button: say('works.goBack'), in: 'fold' })}</section>`;
}

/** A paper that may show something, or none; nothing where there are none. */
function paperValues(say: CommunityVisit['text']['say'], documents: readonly DocumentRead[]) {
  const values = documents.map(({ id, title }) => ({ value: id, label: title }));
  return values.length > 0 ? [{ value: '', label: say('works.noPaper') }, ...values] : [];
}
