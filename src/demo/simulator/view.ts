import type { i18n, TFunction } from 'i18next';
import { sayPhone } from '../../dialog/formats/formatters.ts';
import type { CommunityRecord } from '../../fund/communities/index.ts';
import type { CycleRecord } from '../../fund/cycles/index.ts';
import { printedCard } from '../../fund/people/index.ts';
import { html, type Markup, pageBeginning } from '../../web/html.ts';
import { OPENID } from './chat.ts';
import { isOfStaff, nameOf, type Phone } from './phones.ts';

export interface View {
  readonly catalogue: i18n;
  /** The language of the page; each phone uses its resident's own. */
  readonly language: 'zh-CN' | 'en';
  /** Absent if there is none yet. */
  readonly community?: CommunityRecord | undefined;
  readonly cycle?: CycleRecord | undefined;
  readonly phones: readonly Phone[];
  /** A server recognises what is said into the browser. */
  readonly hasEar: boolean;
}

/** Words that the browser's modules use to make their own texts. */
const SAID_LATER = [
  'sent',
  'spoken',
  'answer',
  'started',
  'menu',
  'followed',
  'left',
  'clicked',
  'size',
  'sending',
  'failed',
  'again',
  'noAnswer',
  'arrived',
  'lost',
] as const;
const SAID_LATER_OF_LEDGER = ['turnout', 'entry', 'day', 'commitment', 'hash', 'receipt', 'sealed', 'empty', 'none'] as const;
const SAID_LATER_OF_CLOCK = [
  ...['next', 'nothing', 'play', 'pause', 'failed'],
  ...['opens', 'closing', 'head', 'announce', 'propose', 'deliberate', 'publish', 'implement', 'evaluate', 'closed'].map((what) => `what.${what}`),
];
const SAID_LATER_OF_KEYPAD = [
  ...['dial', 'hangUp', 'idle', 'ringing', 'speaking', 'yourKeys', 'recording', 'silence'],
  ...['connected', 'over', 'lineBroke', 'noVoice', 'heard', 'pressed', 'said', 'talk', 'listening', 'noMicrophone', 'nothingSaid'],
] as const;

/** The page at `/simulator`: phones side by side, and what the ledger gains below them. */
export function view({ catalogue, language, community, cycle, phones, hasEar }: View): string {
  const t = catalogue.getFixedT(language, 'simulator');
  const [other, otherLanguage] = language === 'en' ? ['zh-CN', 'zh'] : ['en', 'en'];
  const words = JSON.stringify(laterWords(t));
  const values = triesOf(phones, cycle);
  const own = phones
    .filter((phone) => !isOfStaff(phone))
    .toSorted((one, another) => Number(another.language === language) - Number(one.language === language));
  const staff = phones.filter(isOfStaff);
  const tab = (phone: Phone) => html`<a href="#${phone.id}">${nameOf(phone, t)}<b data-unread></b></a>`;
  return html`${pageBeginning(language)}<title>${t('title')} · 议声 Yisheng</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/simulator/browser/colours.css">
<link rel="stylesheet" href="/simulator/browser/simulator.css">
<script type="module" src="/simulator/browser/main.js"></script>
</head>
<body data-words="${words}">
<header>
<p class="links"><a href="/">${t('home')}</a>${community ? html`<a href="/c/${community._id}">${t('community', { community: community.name })}</a>` : ''}<a href="?lang=${otherLanguage}" lang="${other}" hreflang="${other}">${t('otherLanguage')}</a></p>
<h1>${t('lead')}</h1>
<p>${t('about')}</p>
<noscript><p class="problem">${t('needsScript')}</p></noscript>
<p id="connection" class="problem" role="status"></p>
</header>
<main>
${
  community
    ? html`${clockBar(t)}<section aria-label="${t('phones')}" class="devices">
<nav class="tabs" aria-label="${t('phones')}">${own.map(tab)}<a href="#keypad">${t('keypad.title')}</a><a href="#chat">${t('chat.title')}<b data-unread></b></a><a href="#tablet">${t('tablet.title')}</a>${staff.map(tab)}</nav>
<div class="row">
${own.map((phone) => device(phone, community, catalogue, values, t))}
</div>
<div class="row others">
${keypad(own, community, hasEar, t)}
${wechat(catalogue, community, t)}
${tablet(community, phones, t)}
</div>
<h2 id="staff">${t('staff')}</h2>
<div class="row staff">
${staff.map((phone) => device(phone, community, catalogue, values, t))}
</div>
</section>
${ledger(t)}`
    : html`<p class="problem">${t('none')}</p>`
}
</main>
</body>
</html>
`.text;
}

/** Leads from a public page to the phones. */
export function banner(catalogue: i18n): (language: 'zh-CN' | 'en') => Markup {
  return (language) => {
    const t = catalogue.getFixedT(language, 'simulator');
    return html`<p class="demo"><span class="wide">${t('banner')}<a href="/simulator">${t('bannerLink')}</a></span></p>`;
  };
}

function clockBar(t: TFunction): Markup {
  return html`<section class="clock" aria-labelledby="clock-title">
<h2 id="clock-title">${t('clock.title')}</h2>
<p><time></time> <span class="next" role="status"></span></p>
<p class="problem" role="status"></p>
<p class="moves"><button type="button" class="move leap">${t('clock.leap')}</button><button type="button" class="move play">${t('clock.play')}</button><button type="button" class="move" data-hours="1">${t('clock.hour')}</button><button type="button" class="move" data-hours="24">${t('clock.day')}</button></p>
</section>
`;
}

/** A channel's device is one `article` with `data-channel`; its content is up to its own module. */
function device(phone: Phone, community: CommunityRecord, catalogue: i18n, values: Tried, t: TFunction): Markup {
  const { id, who, number, language, holders } = phone;
  const name = nameOf(phone, t);
  const cards = holders.flatMap(({ name: holder, card }) => (card ? [{ holder, card }] : []));
  return html`<article id="${id}" class="device" data-channel="sms" data-number="${number}" aria-labelledby="${id}-name">
<header>
<h2 id="${id}-name">${name} <small>${sayPhone(number)}</small></h2>
<p class="about">${t(`who.${who}`)}</p>
${cards.map(({ holder, card }) => html`<button type="button" class="card" data-card="${card}" title="${t('cardHint')}">${t('card', { name: holder })} <b>${printedCard(card)}</b></button>`)}
</header>
<div class="phone">
<p class="to"><b>${community.name}</b> ${sayPhone(community.phone)}</p>
<div class="log" role="log" tabindex="0" aria-label="${t('messages', { name })}"><p class="empty">${t(phone.tries.length > 0 ? 'empty' : 'emptyOfStaff')}</p></div>
<div class="tries" role="group" aria-label="${t('tries')}">${phone.tries.map((key) => suggestion(key, phone, catalogue, values, t))}</div>
<form>
<input name="text" maxlength="1600" autocomplete="off" enterkeyhint="send" lang="${language}" aria-label="${t('write', { name })}" placeholder="${t('placeholder')}">
<button>${t('send')}</button>
</form>
</div>
</article>
`;
}

/** The values in the suggestions: numbers of the ballot, and another person's card. */
type Tried = Readonly<Record<'picks' | 'one' | 'card', string>>;

function triesOf(phones: readonly Phone[], cycle: CycleRecord | undefined): Tried {
  const numbers = (cycle?.projects ?? []).map(({ number }) => String(number));
  const [card = ''] = phones.flatMap(({ holders }) => holders.flatMap((holder) => holder.card ?? []));
  return { picks: numbers.slice(-Math.min(2, cycle?.choices.max ?? 1)).join(' '), one: numbers[0] ?? '', card };
}

/** The text to send is in the resident's language, its explanation in the page's. */
function suggestion(key: string, { language }: Phone, catalogue: i18n, values: Tried, t: TFunction): Markup {
  const text = catalogue.getFixedT(language, 'simulator')(`try.${key}`, values);
  return html`<button type="button" data-text="${text}"><b lang="${language}">${text}</b> <small>${t(`why.${key}`)}</small></button>`;
}

function ledger(t: TFunction): Markup {
  return html`<section class="ledger" aria-labelledby="ledger-title">
<h2 id="ledger-title">${t('ledger.title')}</h2>
<p>${t('ledger.lead')}</p>
<p class="turnout"><b id="turnout" role="status"></b> <progress id="share" aria-labelledby="turnout" max="1" value="0"></progress></p>
<ol id="entries" tabindex="0" aria-label="${t('ledger.lines')}"></ol>
<p class="note">${t('ledger.view')}</p>
</section>`;
}

function laterWords(t: TFunction): Record<string, string> {
  const raw = (key: string): [string, string] => [key, t(key, { skipInterpolation: true })];
  return Object.fromEntries([
    ...SAID_LATER.map(raw),
    ...SAID_LATER_OF_LEDGER.map((key) => raw(`ledger.${key}`)),
    ...SAID_LATER_OF_CLOCK.map((key) => raw(`clock.${key}`)),
    ...SAID_LATER_OF_KEYPAD.map((key) => raw(`keypad.${key}`)),
  ]);
}

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];

/** A keypad phone that calls the community as one of the page's people, chosen on the page. */
function keypad(phones: readonly Phone[], community: CommunityRecord, hasEar: boolean, t: TFunction): Markup {
  return html`<article id="keypad" class="device" data-channel="voice" aria-labelledby="keypad-name">
<header>
<h2 id="keypad-name">${t('keypad.title')}</h2>
<p class="about">${t('keypad.about')}</p>
</header>
<div class="phone">
<p class="to"><b>${community.name}</b> ${sayPhone(community.phone)}</p>
<div class="call"><label>${t('keypad.whose')} <select>${phones.map((phone) => html`<option value="${phone.number}" lang="${phone.language}">${nameOf(phone, t)} · ${sayPhone(phone.number)}</option>`)}</select></label></div>
<div class="log" role="log" tabindex="0" aria-label="${t('keypad.log')}"><p class="empty">${t('keypad.empty')}</p></div>
<p class="line"><span class="state">${t('keypad.idle')}</span> <output class="entered" aria-label="${t('keypad.entered')}"></output> <span role="timer" aria-label="${t('keypad.time')}">0:00</span></p>
<div class="keys" role="group" aria-label="${t('keypad.keys')}">${KEYS.map((key) => html`<button type="button" data-key="${key}">${key}</button>`)}</div>
<form class="say" hidden><input name="said" maxlength="60" autocomplete="off" enterkeyhint="send" aria-label="${t('keypad.sayHere')}" placeholder="${t('keypad.sayHere')}"><button>${t('keypad.say')}</button>${hasEar ? html`<button type="button" class="talk">${t('keypad.talk')}</button>` : ''}</form>
<button type="button" class="handset">${t('keypad.dial')}</button>
<div class="choices"><label><input type="checkbox" name="aloud" checked> ${t('keypad.aloud')}</label> <label><input type="checkbox" name="waits"> ${t('keypad.waits')}</label> <label><input type="checkbox" name="hears"${hasEar ? html` checked` : ''}> ${t('keypad.hears')}</label></div>
</div>
</article>
`;
}

/** A tablet in the community's hall, on which residents vote with their card. It opens in a window of its own. */
function tablet({ name }: CommunityRecord, phones: readonly Phone[], t: TFunction): Markup {
  const cards = phones.flatMap(({ holders }) => holders.flatMap(({ name: holder, card }) => (card ? [{ holder, card }] : [])));
  return html`<article id="tablet" class="device" aria-labelledby="tablet-name">
<header>
<h2 id="tablet-name">${t('tablet.title')}</h2>
<p class="about">${t('tablet.about')}</p>
${cards.map(({ holder, card }) => html`<p class="card">${t('card', { name: holder })} <b>${printedCard(card)}</b></p>`)}
</header>
<div class="phone"><p class="to"><b>${name}</b></p>
<form method="post" action="/simulator/tablet" target="_blank"><button>${t('tablet.open')}</button></form></div>
</article>
`;
}

/** Items of the account's menu. */
const CLICKS = ['vote', 'propose', 'progress', 'person'] as const;

/** A chat with the community's official account: a poster to scan, then words, taps and voice. */
function wechat(catalogue: i18n, community: CommunityRecord, t: TFunction): Markup {
  const menu = catalogue.getFixedT('zh-CN', 'menu');
  const posters = [
    { scene: `${community._id}|3`, text: t('chat.poster', { building: '3' }) },
    { scene: `${community._id}||en`, text: t('chat.posterInEnglish') },
  ];
  return html`<article id="chat" class="device" data-channel="wechat" data-number="${OPENID}" aria-labelledby="chat-name">
<header>
<h2 id="chat-name">${t('chat.title')}</h2>
<p class="about">${t('chat.about')}</p>
</header>
<div class="phone">
<p class="to"><b>${community.name}</b> <button type="button" class="leave" hidden>${t('chat.leave')}</button></p>
<div class="log" role="log" tabindex="0" aria-label="${t('chat.log')}"><p class="empty">${t('chat.empty')}</p></div>
<div class="posters" role="group" aria-label="${t('chat.posters')}">${posters.map(({ scene, text }) => html`<button type="button" data-poster="${scene}">${text}</button>`)}</div>
<div class="following" hidden>
<form>
<input name="text" maxlength="600" autocomplete="off" enterkeyhint="send" aria-label="${t('chat.write')}" placeholder="${t('chat.placeholder')}">
<button>${t('send')}</button>
<button type="button" class="speak">${t('chat.speak')}</button>
</form>
<div class="clicks" role="group" aria-label="${t('chat.clicks')}">${CLICKS.map((key) => html`<button type="button" data-click="${key}" lang="zh-CN">${menu(key)}</button>`)}</div>
</div>
</div>
</article>
`;
}
