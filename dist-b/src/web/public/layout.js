import { html, pageBeginning } from '../html.js';
/** A whole page. Nothing in it is loaded from another host. */
export function layout({ pageText, assets, path, banner, feed }, title, content, { script, style } = {}) {
    const { language, say, link } = pageText;
    return html `${pageBeginning(language)}<title>${title}</title>
<link rel="stylesheet" href="${assets.address('page')}">
${style ? html `<link rel="stylesheet" href="${assets.address(style)}">` : ''}
<link rel="icon" href="data:,">
${feed ? html `<link rel="alternate" type="application/atom+xml" href="${feed}" title="${say('feed.title')}">` : ''}
${script ? html `<script src="${assets.address(script)}" defer></script>` : ''}
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
<footer class="wide"><p>${say('foot')}<a href="/api/communities">${say('data')}</a></p></footer>
</body>
</html>
`;
    function other(short, name, tag) {
        if (tag === language)
            return html `<span aria-current="true" lang="${tag}">${name}</span>`;
        return html `<a href="${path}${path.includes('?') ? '&' : '?'}lang=${short}" lang="${tag}" hreflang="${tag}">${name}</a>`;
    }
}
/** A page with one sentence and a link. */
export function noticePage(frame, title, more, leads) {
    const { link } = frame.pageText;
    return layout(frame, title, html `<div class="wide content"><section>
<h1>${title}</h1>
<p>${more}</p>
<p><a class="more" href="${link(leads.path)}">${leads.name}</a></p>
</section></div>`);
}
