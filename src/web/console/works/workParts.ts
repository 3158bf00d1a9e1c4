import { leftOf, type Sums } from '../../../fund/accounts/index.ts';
import {
  askImplementer,
  chooseImplementer,
  type DocumentRead,
  type HeldNews,
  IMPLEMENTER_KINDS,
  type ImplementerRead,
  isPayable,
  movesFrom,
  papersMissing,
  recordOffer,
  stepBy,
  type WorkNewsRead,
  type WorkRecord,
  warningsOf,
} from '../../../fund/works/index.ts';
import { html, type Markup } from '../../html.ts';
import { whole } from '../../public/pageText.ts';
import { actForm, type Tried } from '../actForm.ts';
import { choice, field, type Mistakes } from '../frame.ts';
import type { CommunityVisit } from '../visits.ts';
import { type Typed, warningList } from './ofCycle.ts';

/** One work as its page shows it. */
export interface Shown {
  readonly work: WorkRecord;
  readonly documents: readonly DocumentRead[];
  readonly news: readonly WorkNewsRead[];
  /** Came by text, and is not public yet. */
  readonly held: readonly HeldNews[];
  /** The page's address. */
  readonly path: string;
  /** What was typed before. */
  readonly wrote: Typed;
  readonly mistakes: Mistakes;
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
function offersPart(visit: CommunityVisit, shown: Shown): Markup {
  const { say, theirs, money } = visit.text;
  const { work, currency, implementers, path, wrote, mistakes } = shown;
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
  const isOpen = work.state === 'seeking';
  return html`<section aria-labelledby="offers"><h2 id="offers">${say('works.offers')}</h2>${table}
${isOpen ? askForms(visit, shown) : ''}${visit.may('changeImplementer') ? contactForm(visit, shown) : ''}</section>`;

  function askForms(visit: CommunityVisit, { implementers: all, tried, documents, today }: Shown): Markup {
    const at = atOf(work);
    const named = (numbers: readonly number[]) => numbers.map((number) => ({ value: String(number), label: names.get(number) ?? String(number) }));
    const asked = work.offers.map(({ implementer }) => implementer);
    const offered = work.offers.flatMap(({ implementer, amount }) => (amount === undefined ? [] : [implementer]));
    const free = named(all.flatMap(({ number }) => (asked.includes(number) ? [] : [number])));
    const ask = free.length > 0 ? actForm(visit, askImplementer, { at, tried, fields: { implementer: { values: free } }, isQuiet: true }) : '';
    const fields = { implementer: { values: named(asked) }, day: { value: today }, document: { values: paperValues(say, documents) } };
    const offer = asked.length > 0 ? actForm(visit, recordOffer, { at, tried, fields, isQuiet: true, in: 'fold' }) : '';
    const choose =
      offered.length > 0
        ? actForm(visit, chooseImplementer, { at, tried, seen: work.revision, fields: { implementer: { values: named(offered) } }, in: 'section' })
        : '';
    return html`${ask}${visit.may('addImplementer') ? addForm(visit) : ''}${offer}${choose}`;
  }

  function addForm({ text }: CommunityVisit): Markup {
    const kinds = IMPLEMENTER_KINDS.map((value) => ({ value, label: text.say(`works.implementer.${value}`) }));
    const isWrong = ['organisation', 'registration', 'person', 'phone'].some((name) => mistakes[name] !== undefined);
    const input = (name: string, attributes = html``, hint?: string) =>
      field({ name, label: say(`works.${name}`), hint, value: wrote[name], mistake: mistakes[name], attributes });
    return html`<details${isWrong ? html` open` : ''}><summary>${say('works.addImplementer')}</summary><form method="post" action="${path}/implementers">
${input('organisation', html` maxlength="60"`)}${choice({ name: 'kind', id: 'implementer-kind', label: say('works.kind'), value: wrote.kind, values: kinds })}
${input('registration', html` maxlength="30"`)}${input('person', html` maxlength="30"`)}${input('phone', html` type="tel" autocomplete="off"`, say('works.phoneHint'))}
<button class="quiet">${say('works.addImplementer')}</button></form></details>`;
  }
}

function contactForm({ text: { say } }: CommunityVisit, { work, implementers, path, wrote, mistakes }: Shown): Markup {
  if (implementers.length === 0) return html``;
  const values = implementers.map(({ number, organisation }) => ({ value: String(number), label: organisation }));
  const value = wrote['contact-implementer'] ?? String(work.chosen?.implementer ?? '');
  const input = (name: 'person' | 'phone', attributes: Markup) =>
    field({
      name: `contact-${name}`,
      label: say(`works.${name}`),
      value: wrote[`contact-${name}`],
      mistake: mistakes[`contact-${name}`],
      attributes,
    });
  return html`<details${wrote['contact-person'] === undefined ? '' : html` open`}><summary>${say('works.changeContact')}</summary><form method="post" action="${path}/contact">
${choice({ name: 'contact-implementer', label: say('works.whom'), value, values })}${input('person', html` maxlength="30"`)}${input('phone', html` type="tel" autocomplete="off"`)}
<button class="quiet">${say('works.changeContact')}</button></form></details>`;
}

function signPart(visit: CommunityVisit, { work, path, wrote, mistakes, documents, today }: Shown): Markup {
  const { say } = visit.text;
  if (work.state !== 'chosen' || !visit.may('signContract')) return html``;
  return html`<section aria-labelledby="signing"><h2 id="signing">${say('works.sign')}</h2><form method="post" action="${path}/sign">
${field({ name: 'sign-paper', label: say('works.contractNumber'), value: wrote['sign-paper'], mistake: mistakes['sign-paper'], attributes: html` maxlength="60"` })}
${amountField('sign-amount', say('works.amount'), { 'sign-amount': String(work.chosen?.amount ?? ''), ...wrote }, mistakes)}
${dayField('sign-day', say('works.signDay'), wrote, mistakes, today)}${dayField('sign-until', say('works.finishBy'), wrote, mistakes, '')}${paperChoice(say, documents, 'sign', wrote)}
<button>${say('works.sign')}</button></form></section>`;
}

function payPart(visit: CommunityVisit, { work, sums, isClosed, currency, path, wrote, mistakes, documents, today }: Shown): Markup {
  const { say, money } = visit.text;
  if (!sums || isClosed || !isPayable(work.state) || !visit.may('payWork') || sums.paid >= sums.contracted) return html``;
  return html`<section aria-labelledby="paying"><h2 id="paying">${say('works.pay')}</h2><p>${say('works.payAbout', { left: money(sums.contracted - sums.paid, currency), most: money(visit.community.twoPersonsAbove ?? 0, currency) })}</p>
<form method="post" action="${path}/pay"><input type="hidden" name="key" value="${wrote.key ?? ''}">
${amountField('pay-amount', say('works.amount'), wrote, mistakes)}${dayField('pay-day', say('works.day'), wrote, mistakes, today)}
${field({ name: 'pay-paper', label: say('works.paperNumber'), value: wrote['pay-paper'], mistake: mistakes['pay-paper'], attributes: html` maxlength="60"` })}${paperChoice(say, documents, 'pay', wrote)}
${field({ name: 'pay-reason', label: say('works.paperAgain'), hint: say('works.paperAgainHint'), value: wrote['pay-reason'], mistake: mistakes['pay-reason'], attributes: html` maxlength="300"` })}
<button>${say('works.pay')}</button></form></section>`;
}

function acceptPart(visit: CommunityVisit, { work, path, wrote, mistakes, today }: Shown): Markup {
  const { say } = visit.text;
  if (work.state !== 'finished') return html``;
  const seen = html`<input type="hidden" name="seen" value="${work.revision}">`;
  const accept = visit.may('acceptWork')
    ? html`<section aria-labelledby="accepting"><h2 id="accepting">${say('works.accept')}</h2><p>${say('works.acceptAbout')}</p><form method="post" action="${path}/accept">${seen}
${dayField('accept-day', say('works.day'), wrote, mistakes, today)}<button>${say('works.accept')}</button></form></section>`
    : '';
  const mend = visit.may('mendWork')
    ? html`<section aria-labelledby="mending"><h2 id="mending">${say('works.mend')}</h2><form method="post" action="${path}/mend">${seen}
${field({ name: 'mend-what', label: say('works.mendWhat'), value: wrote['mend-what'], mistake: mistakes['mend-what'], isLong: true, attributes: html` maxlength="300"` })}
${dayField('mend-until', say('works.mendUntil'), wrote, mistakes, '')}<button class="quiet">${say('works.mend')}</button></form></section>`
    : '';
  return html`${accept}${mend}`;
}

/** The steps that are taken by saying so: on, and back with a reason. */
function movePart(visit: CommunityVisit, { work, path, wrote, mistakes, today }: Shown): Markup {
  const { say } = visit.text;
  if (!visit.may('moveWork')) return html``;
  const moves = movesFrom(work.state).filter(({ to }) => stepBy(work.state, to) !== 'settle' || work.state === 'accepted');
  const on = moves.filter(({ isBack }) => !isBack);
  const back = moves.filter(({ isBack }) => isBack);
  const buttons = (steps: typeof moves) =>
    steps.map(
      ({ to, isBack }) =>
        html`<button name="to" value="${to}"${isBack ? html` class="quiet"` : ''}>${say('works.moveTo', { state: say(`works.states.${to}`) })}</button> `,
    );
  const hidden = html`<input type="hidden" name="state" value="${work.state}">`;
  const forward =
    on.length > 0
      ? html`<form method="post" action="${path}/move">${hidden}${dayField('move-day', say('works.day'), wrote, mistakes, today)}${buttons(on)}</form>`
      : '';
  const backward =
    back.length > 0
      ? html`<details${mistakes['move-reason'] ? html` open` : ''}><summary>${say('works.goBack')}</summary><form method="post" action="${path}/move">${hidden}
${field({ name: 'move-reason', label: say('works.why'), value: wrote['move-reason'], mistake: mistakes['move-reason'], attributes: html` maxlength="300"` })}${buttons(back)}</form></details>`
      : '';
  return html`<section aria-labelledby="moving"><h2 id="moving">${say('works.next')}</h2>${forward}${backward}</section>`;
}

/** The address of a work behind `/console/SLUG`. */
function atOf({ _id }: WorkRecord): string {
  return `/works/${_id.cycle}/${_id.number}`;
}

/** A paper that may show something, or none; nothing where there are none. */
function paperValues(say: CommunityVisit['text']['say'], documents: readonly DocumentRead[]) {
  const values = documents.map(({ id, title }) => ({ value: id, label: title }));
  return values.length > 0 ? [{ value: '', label: say('works.noPaper') }, ...values] : [];
}

function amountField(name: string, label: string, wrote: Typed, mistakes: Mistakes): Markup {
  return field({ name, label, value: wrote[name], mistake: mistakes[name], attributes: html` class="short" inputmode="numeric"` });
}

/** `usual`: the day that stands there if none was typed. */
function dayField(name: string, label: string, wrote: Typed, mistakes: Mistakes, usual: string): Markup {
  return field({ name, label, value: wrote[name] ?? usual, mistake: mistakes[name], attributes: html` type="date"` });
}

/** One of the work's papers that shows it, if there is one. */
function paperChoice(say: CommunityVisit['text']['say'], documents: readonly DocumentRead[], of: string, wrote: Typed): Markup {
  if (documents.length === 0) return html``;
  const values = [{ value: '', label: say('works.noPaper') }, ...documents.map(({ id, title }) => ({ value: id, label: title }))];
  const value = wrote[`${of}-day`] === undefined ? '' : wrote.document;
  return choice({ name: 'document', id: `${of}-document`, label: say('works.paper'), value, values });
}
