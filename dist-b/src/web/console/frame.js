import { html, Markup, pageBeginning } from '../html.js';
import { address, texts } from './query.js';
/** A whole page of the console. It works without scripts, and nothing in it is loaded from another host. */
export function consolePage(shell, title, content) {
    const { text, assets, banner, who, community, tabs = [], script, reloadsIn } = shell;
    const { say, language } = text;
    return html `${pageBeginning(language)}<meta name="robots" content="noindex">
<title>${title} · ${community?.name ?? say('title')}</title>
<link rel="stylesheet" href="${assets.address('page')}">
<link rel="stylesheet" href="${assets.address('console')}">
<link rel="icon" href="data:,">
${script ? html `<script src="${assets.address(script)}" defer></script>` : ''}${reloadsIn ? html `<noscript><meta http-equiv="refresh" content="${reloadsIn}"></noscript>` : ''}
</head>
<body class="console">
<a class="skip" href="#main">${say('skip')}</a>
<header class="top"><div class="wide">
<a class="brand" href="/console">${say('title')}</a>
${who ? signedIn(who.name, who.roles) : ''}
<nav class="languages" aria-label="${say('language')}">${other('zh', '中文', 'zh-CN')} ${other('en', 'English', 'en')}</nav>
</div></header>
${banner ?? ''}
${community ? html `<nav class="tabs" aria-label="${say('pages')}"><div class="wide"><a class="place" href="/c/${community.slug}">${text.theirs(community.name)}</a>${tabs.map(tab)}</div></nav>` : ''}
<main id="main"><div class="wide">
${content}
</div></main>
</body>
</html>
`;
    function signedIn(name, roles) {
        return html `<div class="me"><span>${text.theirs(name)} <small>${roles}</small></span> <a href="/console/help">${say('guide.link')}</a> <a href="/console/devices">${say('devices.link')}</a>
<form method="post" action="/console/sign-out"><button class="quiet">${say('signOut')}</button></form></div>`;
    }
    function other(short, name, tag) {
        if (tag === language)
            return html `<span aria-current="true" lang="${tag}">${name}</span>`;
        return html `<a href="${shell.path}${shell.path.includes('?') ? '&' : '?'}lang=${short}" lang="${tag}" hreflang="${tag}">${name}</a>`;
    }
}
function tab({ path, label, isCurrent }) {
    return html `<a href="${path}"${isCurrent ? html ` aria-current="page"` : ''}>${label}</a>`;
}
/** What was wrong with a form, above it: each with a link to its field. Empty if nothing was. */
export function errorSummary({ say }, mistakes) {
    const items = Object.entries(mistakes).map(([field, what]) => html `<li>${field === 'form' ? what : html `<a href="#${field}">${what}</a>`}</li>`);
    if (items.length === 0)
        return html ``;
    return html `<div class="mistakes" role="alert" tabindex="-1" aria-labelledby="mistakes"><h2 id="mistakes">${say('mistakes')}</h2><ul>${items}</ul></div>`;
}
/** A field of a form with its label, its hint, and what is wrong with it. It holds what was typed. */
export function field({ name, id = name, label, hint, value = '', mistake, isLong, attributes = new Markup('') }) {
    const about = [...(hint ? [`${id}-hint`] : []), ...(mistake ? [`${id}-mistake`] : [])].join(' ');
    const described = html `${about ? html ` aria-describedby="${about}"` : ''}${mistake ? html ` aria-invalid="true"` : ''}`;
    return html `<div class="field"><label for="${id}">${label}</label>
${hint ? html `<p class="hint" id="${id}-hint">${hint}</p>` : ''}
${mistake ? html `<p class="mistake" id="${id}-mistake">${mistake}</p>` : ''}
${isLong
        ? html `<textarea id="${id}" name="${name}" rows="4"${described}${attributes}>\n${value}</textarea>`
        : html `<input id="${id}" name="${name}" value="${value}"${described}${attributes}>`}</div>
`;
}
/** A choice of one value; `''`, if it is among the values, is no choice. */
export function choice({ name, id = name, label, value = '', values, mistake }) {
    const options = values.map(({ value: each, label: text }) => html `<option value="${each}"${each === value ? html ` selected` : ''}>${text}</option>`);
    const wrong = mistake ? html ` aria-describedby="${id}-mistake" aria-invalid="true"` : '';
    return html `<div class="field"><label for="${id}">${label}</label>${mistake ? html `<p class="mistake" id="${id}-mistake">${mistake}</p>` : ''}
<select id="${id}" name="${name}"${wrong}>${options}</select></div>`;
}
/** The form above a list that narrows it: its fields, and what of the address stays besides. */
export function filterForm({ say }, path, kept, fields) {
    const hidden = Object.entries(kept).flatMap(([name, value]) => texts(value).map((text) => html `<input type="hidden" name="${name}" value="${text}">`));
    return html `<form method="get" action="${path}" class="filter" role="search">${hidden}${fields}<button class="quiet">${say('list.filter')}</button> <a href="${address(path, kept)}">${say('list.clear')}</a></form>`;
}
/** Links to a list's views; the first is the list as it is without a word in the address. */
export function views({ say }, path, name, values, now, texts) {
    const links = values.map((value) => html `<a href="${address(path, { [name]: value })}"${value === now ? html ` aria-current="true"` : ''}>${say(`${texts}.${value}`)}</a>`);
    return html `<nav class="views" aria-label="${say('views')}">${links}</nav>`;
}
/** A link behind a list to what follows; empty if nothing does. */
export function furtherLink({ say }, path) {
    return path === undefined ? html `` : html `<p class="further"><a class="more" href="${path}" rel="next">${say('further')}</a></p>`;
}
/** What was done just now, told once on the page to which it led. */
export function doneNotice(what) {
    return what === undefined ? html `` : html `<p class="notice" role="status">${what}</p>`;
}
