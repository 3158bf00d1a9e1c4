import type { Act } from '../../fund/act/index.ts';
import type { PageKey } from '../../store/textKeys.ts';
import { html, Markup, pageBeginning } from '../html.ts';
import type { BrowserFiles } from '../public/browserFiles.ts';
import type { PageText } from '../public/pageText.ts';
import { type Group, menu } from './navigation.ts';
import { address, texts, type Values } from './query.ts';

/** What stands around the content of a page of the console. */
export interface Shell {
  readonly text: PageText<'console'>;
  readonly assets: BrowserFiles;
  /** The address that shows this page, without `lang`. */
  readonly path: string;
  readonly banner?: Markup;
  /** Who is signed in. */
  readonly who?: { readonly name: string; readonly roles: string };
  /** The community whose pages these are. */
  readonly community?: { readonly slug: string; readonly name: string };
  /** The pages of the community that the reader may see. */
  readonly menu?: { readonly groups: readonly Group[] /** The address of the search, for who may search. */; readonly find: string | undefined };
  /** A script that saves work, by the name of its source: the page is whole without it. */
  readonly script?: string;
  /** Without scripts, in so many seconds the page is loaded again. */
  readonly reloadsIn?: number;
}

/** What is wrong with a field, by the field's name. `form`: it concerns no single field. */
export type Mistakes = Readonly<Record<string, string>>;

/** What somebody tried on a page by a form, and why it was not done. Nothing was tried: `{}`. */
export interface Tried {
  readonly act?: Act;
  /** Of what it was tried on, behind `/console/SLUG`, as the act's own path says it. */
  readonly at?: string;
  /** What was typed, by field. */
  readonly typed?: Readonly<Record<string, string>>;
  /** By the id of a field in the page. */
  readonly mistakes?: Mistakes;
  /** The revision that was looked at. */
  readonly seen?: string | undefined;
}

/** A whole page of the console. It works without scripts, and nothing in it is loaded from another host. */
export function consolePage(shell: Shell, title: string, content: Markup | readonly Markup[]): Markup {
  const { text, assets, banner, who, community, menu: pages, script, reloadsIn } = shell;
  const { say, language } = text;
  return html`${pageBeginning(language)}<meta name="robots" content="noindex">
<title>${title} · ${community?.name ?? say('title')}</title>
<link rel="stylesheet" href="${assets.address('page')}">
<link rel="stylesheet" href="${assets.address('console')}">
<link rel="icon" href="data:,">
<script src="${assets.address('forms')}" defer></script>
${script ? html`<script src="${assets.address(script)}" defer></script>` : ''}${reloadsIn ? html`<noscript><meta http-equiv="refresh" content="${reloadsIn}"></noscript>` : ''}
</head>
<body class="console" data-counted="${say('count.of', { n: '{n}', most: '{most}' })}" data-over="${say('count.over', { n: '{n}' })}" data-segments="${say('count.segments', { n: '{n}' })}">
<a class="skip" href="#main">${say('skip')}</a>
<header class="top"><div class="wide">
<a class="brand" href="/console">${say('title')}</a>
${community ? html`<a class="place" href="/console/${community.slug}">${text.userText(community.name)}</a>` : ''}${pages?.find ? html`<a class="find" href="${pages.find}">${say('find.link')}</a>` : ''}
${who ? signedIn(who.name, who.roles) : ''}
<nav class="languages" aria-label="${say('language')}">${other('zh', '中文', 'zh-CN')} ${other('en', 'English', 'en')}</nav>
</div></header>
${banner ?? ''}
${pages ? menu(text, pages.groups) : ''}
<main id="main"><div class="wide">
${content}
</div></main>
</body>
</html>
`;

  function signedIn(name: string, roles: string): Markup {
    return html`<div class="me"><span>${text.userText(name)} <small>${roles}</small></span> <a href="/console/help">${say('guide.link')}</a> <a href="/console/devices">${say('devices.link')}</a>
<form method="post" action="/console/sign-out"><button class="quiet">${say('signOut')}</button></form></div>`;
  }

  function other(short: string, name: string, tag: string): Markup {
    if (tag === language) return html`<span aria-current="true" lang="${tag}">${name}</span>`;
    return html`<a href="${shell.path}${shell.path.includes('?') ? '&' : '?'}lang=${short}" lang="${tag}" hreflang="${tag}">${name}</a>`;
  }
}

/** What was wrong with a form, above it: each with a link to its field. Empty if nothing was. */
export function errorSummary({ say }: PageText<'console'>, mistakes: Mistakes): Markup {
  const items = Object.entries(mistakes).map(([field, what]) => html`<li>${field === 'form' ? what : html`<a href="#${field}">${what}</a>`}</li>`);
  if (items.length === 0) return html``;
  return html`<div class="mistakes" role="alert" tabindex="-1" autofocus aria-labelledby="mistakes"><h2 id="mistakes">${say('mistakes')}</h2><ul>${items}</ul></div>`;
}

export interface FieldGiven {
  readonly name: string;
  /** The name, where it is absent. */
  readonly id?: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly value?: string | undefined;
  readonly mistake?: string | undefined;
  /** More lines than one. */
  readonly isLong?: boolean;
  /** The most characters that it takes. They are counted as one types, and nothing is cut. */
  readonly longest?: number | undefined;
  /** Further attributes of the field. */
  readonly attributes?: Markup;
}

/** What is wrong with what has this id, before it. */
export function mistakeAt(id: string, mistake: string | undefined): Markup {
  return mistake ? html`<p class="mistake" id="${id}-mistake">${mistake}</p>` : html``;
}

/** A field of a form with its label, its hint, and what is wrong with it. It holds what was typed. */
export function field({ name, id = name, label, hint, value = '', mistake, isLong, longest, attributes = new Markup('') }: FieldGiven): Markup {
  const about = [...(hint ? [`${id}-hint`] : []), ...(mistake ? [`${id}-mistake`] : [])].join(' ');
  const described = html`${about ? html` aria-describedby="${about}"` : ''}${mistake ? html` aria-invalid="true"` : ''}${longest ? html` data-longest="${longest}"` : ''}`;
  return html`<div class="field"><label for="${id}">${label}</label>
${hint ? html`<p class="hint" id="${id}-hint">${hint}</p>` : ''}
${mistakeAt(id, mistake)}
${
  isLong
    ? html`<textarea id="${id}" name="${name}" rows="4"${described}${attributes}>\n${value}</textarea>`
    : html`<input id="${id}" name="${name}" value="${value}"${described}${attributes}>`
}</div>
`;
}

/** A choice of one value; `''`, if it is among the values, is no choice. */
export function choice({ name, id = name, label, value = '', values, mistake }: ChoiceGiven): Markup {
  const options = values.map(
    ({ value: each, label: text }) => html`<option value="${each}"${each === value ? html` selected` : ''}>${text}</option>`,
  );
  const wrong = mistake ? html` aria-describedby="${id}-mistake" aria-invalid="true"` : '';
  return html`<div class="field"><label for="${id}">${label}</label>${mistakeAt(id, mistake)}
<select id="${id}" name="${name}"${wrong}>${options}</select></div>`;
}

interface ChoiceGiven {
  readonly name: string;
  /** The name, where it is absent. */
  readonly id?: string;
  readonly label: string;
  readonly value?: string | undefined;
  readonly values: readonly { readonly value: string; readonly label: string }[];
  readonly mistake?: string | undefined;
}

/** The form above a list that narrows it: its fields, and what of the address stays besides. `folded`: fields that are seldom used; `isOpen`: one of them is. */
export function filterForm(
  { say }: PageText<'console'>,
  path: string,
  kept: Values,
  fields: readonly Markup[],
  folded: readonly Markup[] = [],
  isOpen = false,
): Markup {
  const hidden = Object.entries(kept).flatMap(([name, value]) =>
    texts(value).map((text) => html`<input type="hidden" name="${name}" value="${text}">`),
  );
  const more =
    folded.length === 0
      ? ''
      : html`<details${isOpen ? html` open` : ''}><summary>${say('list.more')}</summary><div class="row">${folded}</div></details>`;
  return html`<form method="get" action="${path}" class="filter" role="search">${hidden}${fields}${more}<button class="quiet">${say('list.filter')}</button> <a href="${address(path, kept)}">${say('list.clear')}</a></form>`;
}

/** Links to a list's views, with the key of the word for each; the first is the list as it is without a word in the address. */
export function views<Value extends string>(
  { say }: PageText<'console'>,
  path: string,
  name: string,
  values: readonly Value[],
  now: string,
  key: (value: Value) => PageKey<'console'>,
): Markup {
  const links = values.map(
    (value) => html`<a href="${address(path, { [name]: value })}"${value === now ? html` aria-current="true"` : ''}>${say(key(value))}</a>`,
  );
  return html`<nav class="views" aria-label="${say('views')}">${links}</nav>`;
}

/** A link behind a list to what follows; empty if nothing does. */
export function furtherLink({ say }: PageText<'console'>, path: string | undefined): Markup {
  return path === undefined ? html`` : html`<p class="further"><a class="more" href="${path}" rel="next">${say('further')}</a></p>`;
}

/** What was done just now, told once on the page to which it led. */
export function doneNotice(what: string | undefined): Markup {
  return what === undefined ? html`` : html`<p class="notice" role="status">${what}</p>`;
}
