import { html, type Markup, pageBeginning } from '../html.ts';
import type { BrowserFiles } from './browserFiles.ts';
import type { PageText } from './pageText.ts';

/** The parts around a page's own content. */
export interface Frame {
  readonly pageText: PageText;
  readonly assets: BrowserFiles;
  /** The path with its query but without `lang`, for the link to the other language. */
  readonly path: string;
  /** The reader has chosen the language by a link, so that a form keeps it. */
  readonly hasLanguage: boolean;
  /** Shown between the page's head and its content. */
  readonly banner?: Markup;
  /** Residents can also write in a chat. */
  readonly hasChat: boolean;
  /** The address of the community's news, for feed readers. */
  readonly feed?: string;
  /** Where what is public stands as data. */
  readonly data: string;
  /** Where the staff of the community whose page it is work: for everybody the same, because pages know no sessions. */
  readonly desk?: string;
  /** The address of the service, without a slash at the end; absent if others cannot open it. */
  readonly home?: string | undefined;
}

interface Extras {
  /** A script, or a style besides the one of every page, by the name of its source without the extension. */
  readonly script?: string | undefined;
  readonly style?: string;
  /** One or two sentences: what search engines and chats show below the title. */
  readonly about?: string | Markup | undefined;
}

/** A whole page. Nothing in it is loaded from another host. */
export function layout(
  { pageText, assets, path, banner, feed, data, desk, home }: Frame,
  title: string,
  content: Markup | readonly Markup[],
  { script, style, about = pageText.say('home.lead') }: Extras = {},
): Markup {
  const { language, say, link } = pageText;
  return html`${pageBeginning(language)}<title>${title}</title>
<meta name="description" content="${about}">
<meta property="og:type" content="website">
<meta property="og:site_name" content="${say('product')}">
<meta property="og:title" content="${title}">
<meta property="og:description" content="${about}">
<meta property="og:locale" content="${language === 'en' ? 'en_GB' : 'zh_CN'}">
${home ? html`<meta property="og:url" content="${home}${path}">` : ''}
<link rel="stylesheet" href="${assets.address('page')}">
${style ? html`<link rel="stylesheet" href="${assets.address(style)}">` : ''}
<link rel="icon" href="data:,">
${feed ? html`<link rel="alternate" type="application/atom+xml" href="${feed}" title="${say('feed.title')}">` : ''}
${script ? html`<script src="${assets.address(script)}" defer></script>` : ''}
</head>
<body>
<a class="skip" href="#main">${say('skip')}</a>
<header class="top"><div class="wide">
<a class="brand" href="${link('/')}">${say('product')}</a>
<nav aria-label="${say('language')}">${other('zh', '中文', 'zh-CN')} ${other('en', 'English', 'en')}</nav>
</div></header>
${banner ?? ''}
<main id="main">
${content}
</main>
<footer class="wide"><p>${say('foot')}<a href="${link(data)}">${say('data')}</a>${desk ? html` · <a href="${desk}" rel="nofollow">${say('desk')}</a>` : ''}</p></footer>
</body>
</html>
`;

  function other(short: string, name: string, tag: string): Markup {
    if (tag === language) return html`<span aria-current="true" lang="${tag}">${name}</span>`;
    return html`<a href="${path}${path.includes('?') ? '&' : '?'}lang=${short}" lang="${tag}" hreflang="${tag}">${name}</a>`;
  }
}

/** A page with one sentence and a link. */
export function noticePage(frame: Frame, title: string, more: string, leads: { readonly path: string; readonly name: string }): Markup {
  const { link } = frame.pageText;
  return layout(
    frame,
    title,
    html`<div class="wide content"><section>
<h1>${title}</h1>
<p>${more}</p>
<p><a class="more" href="${link(leads.path)}">${leads.name}</a></p>
</section></div>`,
  );
}
