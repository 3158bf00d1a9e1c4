import type { Question, Statement } from '../../../dialog/question.ts';
import type { Cast, OpenBallot, Opened } from '../../../fund/ballots/index.ts';
import type { CommunityRecord } from '../../../fund/communities/index.ts';
import type { ProjectPictures } from '../../../fund/projects/index.ts';
import { html, type Markup, pageBeginning } from '../../html.ts';
import type { BrowserFiles } from '../../public/browserFiles.ts';
import type { PageText } from '../../public/pageText.ts';
import { address } from '../query.ts';

/** What every page of a tablet needs. */
export interface KioskFrame {
  readonly text: PageText<'kiosk'>;
  readonly assets: BrowserFiles;
  readonly community: CommunityRecord;
  /** `/console/SLUG/kiosk`. */
  readonly own: string;
  readonly heard: (said: Statement) => readonly HeardLine[];
}

/** After so long of nothing the tablet is back at the start; a while before, it asks. Seconds. */
const IDLE_S = 30;
/** The start itself is loaded anew so often: it says when the vote is over, and the tablet's session goes on. */
const RENEWED_S = 300;
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

export interface Typed {
  /** Whose turn it is: a card is taken in this one alone. */
  readonly turn: number;
  /** The digits so far. */
  readonly card?: string;
  readonly refused?: 'mistyped' | 'locked' | 'unknown';
  readonly triesLeft?: number;
}

/** The first page: the card's digits. */
export function startPage(frame: KioskFrame, { turn, card = '', refused, triesLeft = 0 }: Typed): Markup {
  const { text, own } = frame;
  const { say } = text;
  const params = { count: triesLeft };
  const wrong = refused && html`<p class="wrong" role="alert">${say(refused, params)}</p>`;
  const keys = KEYS.map((key) => html`<button name="key" value="${key}" data-key="${key}" formnovalidate>${key}</button>`);
  return page(frame, {
    name: 'start',
    title: say('card'),
    says: [...(refused ? [{ key: `kiosk.${refused}`, params }] : []), { key: 'kiosk.card' }],
    seconds: RENEWED_S,
    content: html`<h1>${say('card')}</h1>${wrong ?? ''}
<form method="post" action="${step(frame, 'card')}" class="pad"><input type="hidden" name="turn" value="${turn}">
<button class="first" tabindex="-1" aria-hidden="true">${say('next')}</button>
<label><span>${say('digits')}</span><input name="card" value="${card}" inputmode="numeric" autocomplete="off" maxlength="11" required></label>
<div class="keys" role="group" aria-label="${say('keys')}">${keys}<button name="key" value="back" data-key="back" formnovalidate aria-label="${say('back')}">⌫</button><button name="key" value="0" data-key="0" formnovalidate>0</button><button class="go">${say('next')}</button></div>
<button type="button" class="scan" data-scan hidden>${say('scan')}</button><video data-camera hidden muted playsinline></video></form>
<p class="hint">${say('noCard')}</p>`,
    foot: html`<a href="${own}/leave">${say('staff')}</a>`,
  });
}

/** Outside the vote. */
export function closedPage(frame: KioskFrame, ballot: Exclude<Opened, { open: unknown }>): Markup {
  const { say, time } = frame.text;
  const [what, params] =
    'notYet' in ballot
      ? (['notYet', { from: time(new Date(ballot.notYet.opensAt), 'from') }] as const)
      : (['over' in ballot ? 'over' : 'notOpen', {}] as const);
  return page(frame, {
    name: 'start',
    title: say(what, params),
    says: [],
    seconds: RENEWED_S,
    content: html`<h1>${say(what, params)}</h1>`,
    foot: html`<a href="${frame.own}/leave">${say('staff')}</a>`,
  });
}

export interface Picking {
  readonly ballot: OpenBallot;
  readonly picks: readonly number[];
  /** The person who votes, encrypted for this tablet. */
  readonly voter: string;
  readonly refused?: string | undefined;
}

/** The ballot: each project is a large field to touch, in the order of the ballot, all of them alike. */
export function picksPage(frame: KioskFrame, { ballot, pictures, picks, voter, refused }: Picking & { readonly pictures: ProjectPictures }): Markup {
  const { say, userText, money } = frame.text;
  const { min, max } = ballot;
  const pictured = (number: number) => {
    const picture = pictures.get(number);
    return picture ? html`<img src="/c/${frame.community._id}/pictures/${picture.id}/small.jpg" alt="">` : html``;
  };
  const items = ballot.projects.map(
    ({
      number,
      label,
      cost,
      detail,
    }) => html`<li><label class="project"><input type="checkbox" name="pick" value="${number}"${picks.includes(number) ? html` checked` : ''}><b>${number}</b>${pictured(number)}<span>${userText(label)}<small>${money(cost, ballot.currency)}</small></span><i aria-hidden="true">✓</i></label>${listen(frame, [{ key: 'kiosk.project', params: { number, label, detail: detail ? ended(detail, say('stop')) : '' } }], say('listenTo', { number }))}</li>
`,
  );
  const wrong = refused && say(refused === 'tooFew' ? 'tooFew' : 'tooMany', { min, max });
  return page(frame, {
    name: 'picks',
    title: say('pick', { max }),
    says: [
      ...(refused ? [{ key: refused === 'tooFew' ? 'kiosk.tooFew' : 'kiosk.tooMany', params: { min, max } }] : []),
      { key: 'kiosk.pick', params: { max } },
    ],
    content: html`<h1>${say('pick', { max })}</h1>${wrong ? html`<p class="wrong" role="alert">${wrong}</p>` : ''}
<form method="post" action="${step(frame, 'picks')}" data-max="${max}" data-too-many="${heardIn(frame, [{ key: 'kiosk.tooMany', params: { max } }])}" data-too-many-text="${say('tooMany', { max })}"><input type="hidden" name="voter" value="${voter}">
<p class="wrong" data-wrong role="alert" hidden></p>
<ul class="projects">
${items}</ul>
<div class="acts"><a class="no" href="${frame.own}">${say('leave')}</a><button class="go">${say('picked')}</button></div></form>`,
  });
}

/** With the sign at which a voice pauses. */
function ended(text: string, stop: string): string {
  return /[。！？!?.]$/.test(text) ? text : `${text}${stop}`;
}

/** What was picked is read back, and only then cast. */
export function readBackPage(frame: KioskFrame, { ballot, picks, voter }: Picking): Markup {
  const { say, userText } = frame.text;
  const chosen = ballot.projects.filter(({ number }) => picks.includes(number));
  const items = chosen.map(({ number, label }) => html`<li><b>${number}</b> <span>${userText(label)}</span></li>`);
  const hidden = html`<input type="hidden" name="voter" value="${voter}">${picks.map((pick) => html`<input type="hidden" name="pick" value="${pick}">`)}`;
  return page(frame, {
    name: 'back',
    title: say('readBack'),
    says: [{ key: 'kiosk.readBack', params: { picks: chosen } }, { key: 'kiosk.isRight' }],
    content: html`<h1>${say('readBack')}</h1>
<ul class="chosen">${items}</ul>
<div class="acts"><form method="post" action="${step(frame, 'again')}">${hidden}<button class="no">${say('no')}</button></form>
<form method="post" action="${step(frame, 'cast')}">${hidden}<button class="go">${say('yes')}</button></form></div>`,
  });
}

/** The ballot is cast, or why not. */
export function castPage(frame: KioskFrame, outcome: Cast): Markup {
  const { say } = frame.text;
  if ('refused' in outcome) {
    const what = outcome.refused.reason === 'late' ? 'over' : 'notCast';
    return page(frame, {
      name: 'cast',
      title: say(what),
      says: [{ key: 'kiosk.notCast' }],
      content: html`<h1>${say(what)}</h1><div class="acts"><a class="go" href="${frame.own}">${say('done')}</a></div>`,
    });
  }
  return page(frame, {
    name: 'cast',
    title: say('cast'),
    says: [{ key: outcome.changed ? 'kiosk.changed' : 'kiosk.cast' }],
    content: html`<h1>${say(outcome.changed ? 'changed' : 'cast')}</h1>
<p>${say('receipt')}</p><p class="receipt">${outcome.receipt.replace(/^(\d{3})(\d{3})(\d{4})$/, '$1 $2 $3')}</p>
<p class="hint">${say('canChange')}</p>
<div class="acts"><a class="go" href="${frame.own}">${say('done')}</a></div>`,
  });
}

interface Page {
  readonly name: string;
  readonly title: string;
  /** What is read aloud as the page opens. */
  readonly says: readonly Statement[];
  readonly content: Markup;
  readonly foot?: Markup;
  /** After so many seconds without a touch it leads to the start. */
  readonly seconds?: number;
}

function page(frame: KioskFrame, { name, title, says, content, foot, seconds = IDLE_S }: Page): Markup {
  const { text, assets, community, own } = frame;
  const { say, language, userText } = text;
  const [tag, short, other] = language === 'en' ? ['zh-CN', 'zh', '中文'] : ['en', 'en', 'English'];
  const change =
    name === 'cast' // it is over: nothing is left to be left
      ? ''
      : name === 'start'
        ? html`<a href="${own}?lang=${short}" lang="${tag}" hreflang="${tag}">${other}</a>`
        : html`<a href="${own}">${say('leave')}</a>`;
  return html`${pageBeginning(language)}<meta name="robots" content="noindex">
<title>${title} · ${community.name}</title>
<link rel="stylesheet" href="${assets.address('kiosk')}">
<link rel="icon" href="data:,">
<script src="${assets.address('tablet')}" defer></script>
<noscript><meta http-equiv="refresh" content="${seconds}; url=${own}"></noscript>
</head>
<body data-start="${own}" data-idle="${seconds}" data-says="${heardIn(frame, says)}">
<header><span>${userText(community.name)}</span>${says.length > 0 ? listen(frame, says, say('listen')) : ''}${change}</header>
<main class="${name}">${content}</main>
<footer>${foot ?? ''}</footer>
<div class="still" role="alertdialog" aria-label="${say('still')}" hidden><p>${say('still')}</p><button type="button">${say('here')}</button></div>
</body>
</html>
`;
}

const SPEAKER = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 9v6h4l6 5V4L7 9z"/><path d="M16 8.5a5 5 0 0 1 0 7M18.5 6a9 9 0 0 1 0 12" fill="none" stroke-width="2"/></svg>`;

/** A button that reads something aloud; only with scripts. */
function listen(frame: KioskFrame, says: readonly Statement[], label: string): Markup {
  return html`<button type="button" class="listen" data-heard="${heardIn(frame, says)}" aria-label="${label}" hidden>${SPEAKER}</button>`;
}

function heardIn({ heard }: KioskFrame, says: readonly Statement[]): string {
  return JSON.stringify(says.flatMap(heard));
}

/** An address of a step, in the language that was chosen. */
function step({ own, text: { link } }: KioskFrame, name: string): string {
  return link(address(`${own}/${name}`, {}));
}

/** What is heard of a statement: recordings one after another, by their paths, or words for the browser's own voice. */
type HeardLine = { readonly sounds: readonly string[] } | { readonly text: string; readonly language: string };

/** How statements are read aloud in a language, with the recordings of a community. */
export type Aloud = (language: string, community: CommunityRecord) => Promise<(said: Statement | Question) => readonly HeardLine[]>;
