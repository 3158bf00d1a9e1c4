import { createBroadcast } from '../../../outreach/broadcasts/changeBroadcast.ts';
import type { Audiences, Check, Preview, Warning } from '../../../outreach/broadcasts/checkBroadcast.ts';
import type { Draft, Refusal } from '../../../outreach/broadcasts/planBroadcast.ts';
import { entriesIn } from '../../../store/names.ts';
import { html, type Markup } from '../../html.ts';
import { noWrap } from '../../public/pageText.ts';
import { choice, errorSummary, field, type Mistakes } from '../frame.ts';
import { typed } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';
import { audienceWords, unitWords } from './words.ts';

/** More than ten segments hold. Characters. */
const MAX_TEXT_CHARS = 2_000;

/** A message as it was typed. */
export interface Typed {
  readonly to: string;
  readonly text: string;
  /** A date and time of the community's clocks, as the browser writes it; empty for now. */
  readonly at: string;
}

/** What was typed into the form of a message, or into the one that is to be sent. */
export function typedIn({ request }: CommunityVisit): Typed {
  return { to: typed(request, 'to'), text: typed(request, 'text', MAX_TEXT_CHARS + 1), at: typed(request, 'at') };
}

/** What was typed as a draft of a community. */
export function draftOf({ community }: CommunityVisit, { to, text, at }: Typed): Draft {
  return { community: community._id, to, text, ...(at !== '' && { at }) };
}

/** The form of a new message, with what was typed before and what is wrong with it. */
export function newPage(visit: CommunityVisit, given: Typed, { isVoting, buildings }: Audiences, mistakes: Mistakes = {}): Markup[] {
  const { text, own } = visit;
  const { say } = text;
  const values = [
    { value: 'all', label: say('message.to.all') },
    ...(isVoting ? [{ value: 'not-voted', label: say('message.to.notVoted') }] : []),
    ...buildings.map((building) => ({ value: `building:${building}`, label: building })),
  ];
  const isListed = given.to === '' || values.some(({ value }) => value === given.to);
  const all = isListed ? values : [...values, { value: given.to, label: audienceWords(text, given) }];
  return [
    errorSummary(text, mistakes),
    html`<p><a href="${own}/messages">${say('back')}</a></p><h1>${say('message.new')}</h1>
<form method="post" action="${own}/messages/check" class="new-message" data-working="${say('message.checking')}">
${choice({ name: 'to', label: say('message.whom'), value: given.to, values: all, mistake: mistakes.to })}
${field({ name: 'text', label: say('message.text'), hint: say('message.textHint'), value: given.text, mistake: mistakes.text, isLong: true, longest: MAX_TEXT_CHARS, attributes: html` data-sms required` })}
${field({ name: 'at', label: say('message.at'), hint: say('message.atHint'), value: given.at, mistake: mistakes.at, attributes: html` type="datetime-local" class="short"` })}
<button>${say('message.check')}</button> <span class="hint">${say('message.checkHint')}</span></form>`,
  ];
}

/** What would be sent, before anything is: counts, cost, when, warnings, the text on a phone; and the button that sends it. */
export function checkPage(visit: CommunityVisit, given: Typed, check: Check, isChanged: boolean): Markup[] {
  const { text, own } = visit;
  const { say, userText } = text;
  const { plan, mark, preview, warnings, before } = check;
  const hidden = Object.entries({ ...given, mark }).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  const isSendable = !before && plan.messages > 0;
  const count = { count: plan.messages };
  return [
    isChanged ? errorSummary(text, { form: say('message.changedMeanwhile') }) : html``,
    html`<h1>${say('message.checkTitle')}</h1>
<div class="sides"><div>
${before ? html`<p class="notice" role="status">${say('message.before')} <a href="${own}/messages/${before._id}">${say('message.seeIt')}</a></p>` : ''}
${warningList(visit, warnings)}
<dl class="about-it"><dt>${say('message.whom')}</dt><dd>${plan.to.startsWith('building:') ? userText(audienceWords(text, plan)) : audienceWords(text, plan)}</dd>
<dt>${say('message.at')}</dt><dd>${whenWords(visit, given, check)}</dd>
<dt>${say('message.text')}</dt><dd class="said">${userText(plan.text)}</dd></dl>
${counts(visit, check)}
<form method="post" action="${own}/messages/send" data-working="${say('message.sending')}">${hidden}
<p class="acts">${isSendable ? html`<button>${plan.to === 'not-voted' ? say('message.sendAbout', count) : visit.wordOfAct(createBroadcast.name, 'button', count)}</button> ` : ''}<button class="quiet" formaction="${own}/messages/new" formnovalidate>${say('message.change')}</button> <a href="${own}/messages">${say('message.leave')}</a></p></form>
</div>
<div>${preview ? phone(visit, preview) : ''}</div></div>`,
  ];
}

function warningList({ text: { say } }: CommunityVisit, warnings: readonly Warning[]): Markup {
  if (warnings.length === 0) return html``;
  const items = warnings.map((warning) => html`<li>${warningWords(say, warning)}</li>`);
  return html`<section class="warnings" aria-labelledby="warnings"><h2 id="warnings">${say('message.warnings')}</h2><ul>${items}</ul></section>`;
}

function warningWords(say: CommunityVisit['text']['say'], warning: Warning): Markup | string {
  switch (warning.warning) {
    case 'long':
      return say('message.warn.long', { count: warning.segments });
    case 'special':
      return html`${say('message.warn.special')} ${warning.characters.join(' ')}`;
    case 'link':
      return html`${say('message.warn.link')} ${warning.link}`;
    case 'nobody':
      return say('message.warn.nobody');
  }
}

/** When it really goes: now, at its time, or in the morning. */
function whenWords({ text: { say, date } }: CommunityVisit, { at }: Typed, { plan: { dueAt, waitsUntil } }: Check): Markup | string {
  if (waitsUntil) return html`<b>${say('message.waits')}</b> ${noWrap(date(waitsUntil))}`;
  return at === '' ? say('message.now') : noWrap(date(dueAt));
}

function counts({ text }: CommunityVisit, { plan }: Check): Markup {
  const { say, money } = text;
  const costOf = (cost: number | undefined) => (cost === undefined ? say('message.noPrice') : money(cost, plan.currency));
  const rows = plan.channels.map(
    ({ channel, messages, units, cost }) =>
      html`<tr><td>${say(`channel.${channel}`)}</td><td>${say('message.people', { count: messages })}</td><td>${unitWords(text, channel, units)}</td><td>${costOf(cost)}</td></tr>
`,
  );
  const left = entriesIn(plan.leftOut).flatMap(([why, count]) => (count > 0 ? [html`<li>${say(`message.left.${why}`, { count })}</li>`] : []));
  const isAbout = plan.to === 'not-voted';
  return html`<h2>${say(isAbout ? 'message.countedAbout' : 'message.counted', { count: plan.messages })}</h2>${isAbout ? html`<p class="hint">${say('message.aboutHint')}</p>` : ''}
<table class="list"><thead><tr>${(['channel', 'howMany', 'units', 'cost'] as const).map((head) => html`<th scope="col">${say(`message.${head}`)}</th>`)}</tr></thead><tbody>${rows}</tbody></table>
<p><b>${say('message.allCost')} ${costOf(plan.cost)}</b></p>
<ul>${left}${plan.firsts > 0 ? html`<li>${say('message.firsts', { count: plan.firsts })}</li>` : ''}</ul>`;
}

/** A phone that shows the message as the first person gets it, with the places where it is cut into segments. */
function phone({ text, community }: CommunityVisit, { parts, language }: Preview): Markup {
  const { say } = text;
  const cut = parts.map(
    (part, index) => html`${index > 0 ? html`<span class="cut">${say('message.segment', { number: index + 1 })}</span>` : ''}${part}`,
  );
  return html`<figure class="phone"><div class="screen"><p class="from">${text.phone(community.phone)}</p><p class="bubble" lang="${language}">${cut}</p></div>
<figcaption>${say(parts.length > 1 ? 'message.onPhoneCut' : 'message.onPhone', { count: parts.length })}</figcaption></figure>`;
}

/** At which field a refusal is told, and how. */
export function mistakesOf({ text: { say, date } }: CommunityVisit, refusal: Refusal): Mistakes {
  switch (refusal.refused) {
    case 'placeholder':
      return { text: say('message.wrong.placeholder') };
    case 'ownWords':
      return { text: say('message.wrong.ownWords') };
    case 'tooLong':
      return { text: say('message.wrong.tooLong', { count: refusal.segments }) };
    case 'quiet':
      return { at: say('message.wrong.quiet', { until: date(refusal.until) }) };
    case 'empty':
      return { text: say('message.wrong.empty') };
    case 'time':
    case 'past':
      return { at: say(`message.wrong.${refusal.refused}`) };
    case 'noCommunity':
    case 'audience':
      return { to: say('message.wrong.audience') };
    case 'noVote':
    case 'nobody':
      return { to: say(`message.wrong.${refusal.refused}`) };
  }
}
