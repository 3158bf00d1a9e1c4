import { boundedMap } from '../store/cache.js';
import { CodedError } from '../store/codedError.js';
import { FORMATTERS } from './formats/formatters.js';
/**
 * Words from the catalogue: key `vote.pick` is `pick` in `vote.json`, and `pick_voice` there wins on the voice line. `loadCatalogue` says
 * which language is used if one has no text. A question's `options` are a parameter of its text too; the labels of a choice are keys
 * themselves.
 */
export function wording(catalogue, setting) {
    const { language, channel, defaults } = setting;
    const { texts } = knownOf(catalogue);
    const about = Object.values(defaults ?? {});
    const filling = fillings(catalogue, setting);
    const worded = (said) => {
        const { template, given, manner } = filling(said);
        return template.map((part) => (typeof part === 'string' ? part : part.fill(given, manner))).join('');
    };
    return (said) => {
        const offered = offeredBy(said);
        return offered ? once(texts, [language, channel, said.key, ...about, ...offered], () => worded(said)) : worded(said);
    };
}
/** The same in parts. */
export function wordingParts(catalogue, setting) {
    const filling = fillings(catalogue, setting);
    return (said) => {
        const { template, given, manner } = filling(said);
        const isOwn = (name) => setting.defaults !== undefined && name in setting.defaults && said.params?.[name] === undefined;
        return template.map((part) => {
            if (typeof part === 'string')
                return part;
            const value = part.fill(given, manner);
            return isOwn(part.name) ? value : { name: part.name, value };
        });
    };
}
/** A text's template and what fills it. */
function fillings(catalogue, setting) {
    const { language, channel, defaults } = setting;
    const { templates, texts } = knownOf(catalogue);
    const t = catalogue.getFixedT(language);
    const text = (key) => t(path(key), { context: channel, skipInterpolation: true });
    const fixed = (key) => once(texts, [language, channel, key], () => t(path(key), { context: channel }));
    const manner = { ...setting, separator: fixed('common.separator') };
    return (said) => {
        const options = 'options' in said && said.options && { options: said.expects === 'choice' ? labelled(said.options, fixed) : said.options };
        const given = { ...defaults, ...said.params, ...options };
        return { template: once(templates, [language, channel, said.key], () => parsed(text(said.key))), given, manner };
    };
}
/** What a text offers that is the same for everybody in a community; undefined if the text differs from turn to turn. */
function offeredBy(said) {
    if (said.params)
        return undefined;
    const options = 'options' in said ? (said.options ?? []) : [];
    if (options.length === 0)
        return [];
    return 'expects' in said && said.expects === 'choice' ? options.map(({ number, label }) => `${number} ${label}`) : undefined;
}
function path(key) {
    return key.replace('.', ':');
}
function labelled(options, fixed) {
    return options.map((option) => ({ ...option, label: fixed(option.label) }));
}
const MOST = 10_000;
const knownOfEach = new WeakMap();
function knownOf(catalogue) {
    const known = knownOfEach.get(catalogue) ?? { templates: boundedMap(MOST), texts: boundedMap(MOST) };
    knownOfEach.set(catalogue, known);
    return known;
}
function once(known, name, make) {
    return known.getOrMake(name.join('\n'), make);
}
const PLACE = /\{\{\s*(\w+)\s*(?:,\s*(\w+)\s*(?:\(([^)]*)\))?)?\s*\}\}/g;
/**
 * A text of the catalogue, parsed once and filled often. It has the form of i18next's interpolation, which costs 26 µs more, 7 % of a
 * vote. What is filled in is never parsed again. Throws `no-such-formatter`.
 */
function parsed(text) {
    const parts = [];
    let end = 0;
    for (const { 0: place, 1: name = '', 2: formatter, 3: given, index } of text.matchAll(PLACE)) {
        parts.push(text.slice(end, index), {
            name,
            fill: formatter === undefined ? (params) => String(params[name] ?? '') : formatted(name, formatter, given),
        });
        end = index + place.length;
    }
    parts.push(text.slice(end));
    return parts;
}
function formatted(name, formatter, given = '') {
    const format = FORMATTERS[formatter];
    if (!format)
        throw new CodedError('no-such-formatter', `There is no formatter ${formatter}; see FORMATTERS in dialog/formats.`);
    const after = /^\s*after:\s*(\w+)\s*$/.exec(given)?.[1];
    return (params, manner) => format(params[name], { manner, params, ...(after !== undefined && { after }) });
}
