import { DOCUMENT_KINDS, LONGEST_NEWS, LONGEST_TITLE } from '../../../fund/works/index.js';
import { html } from '../../html.js';
import { whole } from '../../public/pageText.js';
import { shownSmall } from '../../public/pictures.js';
import { choice, field } from '../frame.js';
/** The news of a work with their pictures, and the form for more. */
export function newsPart(visit, { news, path, wrote, mistakes }) {
    const { text, own } = visit;
    const { say, theirs, date } = text;
    const items = news.map(({ news: number, text: said, by, at, pictures }) => {
        const shown = pictures.map((picture, index) => html `<li>${shownSmall(`${own}/pictures/${picture.id}`, picture, say('pictures.nth', { nth: index + 1 }), text)}</li>`);
        const drop = visit.may('dropNews')
            ? html `<details><summary>${say('works.drop')}</summary><form method="post" action="${path}/progress/drop"><input type="hidden" name="news-number" value="${number}">
<div class="field"><label for="drop-news-${number}">${say('works.why')}</label><input id="drop-news-${number}" name="drop-reason" maxlength="300" required></div><button class="quiet">${say('works.drop')}</button></form></details>`
            : '';
        return html `<section class="earlier" aria-labelledby="news-${number}"><h3 id="news-${number}">${whole(date(at))} <small>${theirs(by)}</small></h3>
${said ? html `<p class="said">${theirs(said)}</p>` : ''}${shown.length > 0 ? html `<ul class="pictures">${shown}</ul>` : ''}${drop}</section>`;
    });
    const form = visit.may('addProgress')
        ? html `<form method="post" action="${path}/progress" enctype="multipart/form-data"><input type="hidden" name="key" value="${wrote.key ?? ''}">
${field({ name: 'news', label: say('works.tell'), hint: say('works.tellHint'), value: wrote.news, mistake: mistakes.news, isLong: true, attributes: html ` maxlength="${LONGEST_NEWS}"` })}
${field({ name: 'pictures', label: say('pictures.choose'), mistake: mistakes.pictures, attributes: html ` type="file" accept="image/jpeg,image/png,image/webp" multiple` })}
<button>${say('works.tell')}</button></form>`
        : '';
    return html `<section aria-labelledby="news-head"><h2 id="news-head">${say('works.news')}</h2>${items.length > 0 ? items : html `<p>${say('works.noNews')}</p>`}${form}</section>`;
}
/** The papers of a work, and the form for one more. */
export function papersPart(visit, { documents, path, wrote, mistakes }) {
    const { text, own } = visit;
    const { say, theirs, date } = text;
    const items = documents.map(({ id, kind, title, type, size, isPublic, by, at }) => {
        const drop = visit.may('dropDocument')
            ? html `<details><summary>${say('works.drop')}</summary><form method="post" action="${path}/documents/drop"><input type="hidden" name="id" value="${id}">
<div class="field"><label for="drop-${id}">${say('works.why')}</label><input id="drop-${id}" name="drop-reason" maxlength="300"></div><button class="quiet">${say('works.drop')}</button></form></details>`
            : '';
        const about = [
            say(`works.kinds.${kind}`),
            type.toUpperCase(),
            `${Math.max(1, Math.round(size / 1_000))} KB`,
            ...(isPublic ? [say('works.public')] : []),
        ];
        return html `<li><a href="${own}/documents/${id}">${theirs(title)}</a> <small>${about.join(' · ')} · ${theirs(by)} · ${whole(date(at))}</small>${drop}</li>`;
    });
    const kinds = DOCUMENT_KINDS.map((value) => ({ value, label: say(`works.kinds.${value}`) }));
    const open = html ` class="tick"><input type="checkbox" name="isPublic" value="yes"${wrote.isPublic === 'yes' ? html ` checked` : ''}> `;
    const form = visit.may('keepDocument')
        ? html `<form method="post" action="${path}/documents" enctype="multipart/form-data">
${choice({ name: 'kind', id: 'paper-kind', label: say('works.kind'), value: wrote.kind, values: kinds })}
${field({ name: 'title', label: say('works.paperTitle'), value: wrote.title, mistake: mistakes.title, attributes: html ` maxlength="${LONGEST_TITLE}"` })}
${field({ name: 'file', label: say('works.file'), hint: say('works.fileHint'), mistake: mistakes.file, attributes: html ` type="file" accept="application/pdf,image/jpeg,image/png,image/webp" required` })}
<p><label${open}${say('works.isPublic')}</label></p><button class="quiet">${say('works.keep')}</button></form>`
        : '';
    return html `<section aria-labelledby="papers"><h2 id="papers">${say('works.papers')}</h2>${items.length > 0 ? html `<ul class="lines">${items}</ul>` : html `<p>${say('works.noPapers')}</p>`}${form}</section>`;
}
/** The steps that a work took, with the reasons why it went back. */
export function stepsPart({ text: { say, theirs } }, { work }) {
    const items = work.steps.map(({ state, day, by, reason, isBack }) => html `<li>${whole(day)} · ${isBack ? say('works.backTo', { state: say(`works.states.${state}`) }) : say(`works.states.${state}`)} · ${theirs(by)}${reason ? html `<br>${theirs(reason)}` : ''}</li>`);
    return html `<section aria-labelledby="steps"><h2 id="steps">${say('works.steps')}</h2><ol class="lines">${items}</ol></section>`;
}
