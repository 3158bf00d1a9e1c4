import { sayPhone, sayTime } from '../../dialog/formats/formatters.js';
import { wording } from '../../dialog/wording.js';
import { boundedMap } from '../../store/cache.js';
import { dayOf } from '../../store/wallTime.js';
import { html, Markup } from '../html.js';
const LISTS = { offer: () => '', readBack: () => '' };
export function pageText(catalogue, { language, byLink }, now, community, file = 'page') {
    const zone = community?.timezone ?? 'Asia/Shanghai';
    const spoken = community?.language.startsWith('en') ? 'en' : 'zh-CN';
    const { words, fixed } = wordsOf(catalogue, { file, language, zone, personName: community?.person.name });
    const say = (key, params) => params ? words({ key: `${file}.${key}`, params }) : fixed.getOrMake(key, () => words({ key: `${file}.${key}` }));
    const sayAt = (at, edge) => sayTime(at, { language, zone, isEnd: edge === 'until' });
    const { year, near, far, day, days, time, months } = FORMATS.getOrMake(`${language} ${zone}`, () => formats(language, zone));
    return {
        language,
        say,
        tell: (key, parts) => told(say, key, parts),
        time: sayAt,
        wholeTime: (at, edge) => whole(sayAt(at, edge)),
        month: (month) => months.format(new Date(`${month}-01T00:00:00Z`)),
        money: (amount, currency) => {
            const digits = amount.toLocaleString('en');
            return currency === 'CNY' && language === 'zh-CN' ? `${digits}元` : `${digits} ${currency}`;
        },
        date: (at) => {
            const clock = time.format(at);
            const date = (year.format(at) === year.format(now) ? near : far).format(at);
            return clock === '00:00' ? date : `${date} ${clock}`;
        },
        day: dayName,
        dayTag: (on) => html `<time class="whole" datetime="${typeof on === 'string' ? on : dayOf(on, zone)}">${dayName(on)}</time>`,
        phone: sayPhone,
        theirs: (text) => (spoken === language ? html `${text}` : html `<span lang="${spoken}">${text}</span>`),
        link: (path) => {
            if (!byLink)
                return path;
            return `${path}${path.includes('?') ? '&' : '?'}lang=${language === 'en' ? 'en' : 'zh'}`;
        },
    };
    function dayName(on) {
        return typeof on === 'string' ? days.format(new Date(`${on}T00:00:00Z`)) : day.format(on);
    }
}
/** A page has hundreds of texts, most of them the same at each request. */
function wordsOf(catalogue, { file, language, zone, personName }) {
    const known = WORDED.get(catalogue) ?? boundedMap(100);
    WORDED.set(catalogue, known);
    return known.getOrMake([file, language, zone, personName].join('\n'), () => {
        const defaults = personName === undefined ? undefined : { personName };
        const words = wording(catalogue, { language, channel: 'page', lists: LISTS, zone, ...(defaults && { defaults }) });
        return { words, fixed: boundedMap(10_000) };
    });
}
const WORDED = new WeakMap();
/** By language and zone. To make them costs more than a page. */
const FORMATS = boundedMap(100);
function formats(language, zone) {
    const tag = language === 'en' ? 'en-GB' : language;
    const format = (how, timeZone = zone) => new Intl.DateTimeFormat(tag, { timeZone, ...how });
    return {
        year: format({ year: 'numeric' }),
        near: format({ month: 'short', day: 'numeric', weekday: 'short' }),
        far: format({ year: 'numeric', month: 'short', day: 'numeric', weekday: 'short' }),
        day: format({ month: 'short', day: 'numeric' }),
        days: format({ month: 'short', day: 'numeric' }, 'UTC'),
        time: format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
        months: format({ year: 'numeric', month: 'long' }, 'UTC'),
    };
}
/** A text that stays in one line. */
export function whole(text) {
    return html `<span class="whole">${text}</span>`;
}
/** Marks the place of a piece of markup in the words. */
const MARK = '\u0000';
function told(say, key, parts) {
    const pieces = [];
    const params = Object.entries(parts).map(([name, part]) => {
        if (!(part instanceof Markup))
            return [name, part];
        pieces.push(part);
        return [name, `${MARK}${pieces.length - 1}${MARK}`];
    });
    const [first = '', ...rest] = say(key, Object.fromEntries(params)).split(MARK);
    return html `${first}${rest.map((text, index) => (index % 2 === 0 ? (pieces[Number(text)] ?? html ``) : html `${text}`))}`;
}
/** The languages of the pages, by their name in an address. */
const LANGUAGES = { zh: 'zh-CN', en: 'en' };
/** The reader's language: `?lang=zh|en`, else what the browser asks for, else the community's. */
export function pageLanguage(request, usual = 'zh-CN') {
    const { lang } = request.query;
    if (lang === 'zh' || lang === 'en')
        return { language: LANGUAGES[lang], byLink: true };
    const first = usual.startsWith('en') ? 'en' : 'zh';
    const accepted = request.acceptsLanguages(first, first === 'en' ? 'zh' : 'en');
    return { language: LANGUAGES[accepted === 'zh' || accepted === 'en' ? accepted : first], byLink: false };
}
