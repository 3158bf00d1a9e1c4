/** A piece of HTML that is safe to put into a page as it is. */
export class Markup {
    text;
    constructor(text) {
        this.text = text;
    }
}
/** The tag of a template. Whatever is put in is escaped, unless it is already `Markup`. */
export function html(strings, ...parts) {
    let text = strings[0] ?? '';
    let index = 0;
    for (const part of parts) {
        index += 1;
        text += escaped(part) + (strings[index] ?? '');
    }
    return new Markup(text);
}
const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const SIGNS = /[&<>"']/;
const EVERY_SIGN = /[&<>"']/g;
function escaped(part) {
    if (part instanceof Markup)
        return part.text;
    if (typeof part === 'object')
        return part.map(({ text }) => text).join('');
    const text = String(part);
    return SIGNS.test(text) ? text.replaceAll(EVERY_SIGN, (sign) => ENTITIES[sign] ?? '') : text;
}
/** How every page begins, up to what its head has of its own. */
export function pageBeginning(language) {
    return html `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
`;
}
