/** A phone number, or another text, that stays in one line. */
export function unbroken(text) {
    return text.replaceAll(' ', '\u00a0');
}
/** What a document begins with: whose it is, and what it is called. */
export function headOf({ community, cycle }, title) {
    return [{ text: `${community.name} · ${cycle.title}`, grey: true }, { heading: title }];
}
export function footerOf({ community, cycle, text, now }, title) {
    return `${community.name} · ${cycle.title} · ${title} · ${text.date(now)}`;
}
