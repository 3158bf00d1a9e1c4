import { isCollection, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { z } from 'zod';
import { phone } from '../../contacts/phone.js';
import { cleanText, isId } from '../../store/text.js';
/** Reads a YAML file by a schema, and gives every problem with its line. */
export function readYaml(file, text, schema) {
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines });
    const lineAt = (offset) => lines.linePos(offset).line || 1;
    const problemAt = (path, what) => ({ file, line: lineAt(offsetOf(document, path)), what });
    if (document.errors.length > 0) {
        const problems = document.errors.map(({ pos, message }) => ({ file, line: lineAt(pos[0]), what: firstLine(message) }));
        return { problems, problemAt };
    }
    const wrongAlias = aliasWithoutAnchor(document);
    if (wrongAlias !== undefined)
        return { problems: [{ file, line: lineAt(wrongAlias), what: 'a text that begins with * needs quotes' }], problemAt };
    const raw = contentOf(document);
    if (raw === TOO_MUCH)
        return { problems: [{ file, line: 1, what: 'repeats values by * too often; write them out' }], problemAt };
    const { value, wrongs } = checked(raw, schema);
    if (wrongs.length === 0)
        return { value, problems: [], raw, problemAt };
    return { raw, problems: wrongs.map(({ path, what }) => problemAt(path, what)), problemAt };
}
/** Checks a value by a schema; gives it as the schema makes it, or all that is wrong. */
export function checked(raw, schema) {
    const read = schema.safeParse(raw);
    return read.success ? { value: read.data, wrongs: [] } : { wrongs: read.error.issues.flatMap(wrongsOf) };
}
function wrongsOf(issue) {
    const at = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys')
        return issue.keys.map((key) => ({ path: [...issue.path, key], what: `${[at, key].filter(Boolean).join('.')} is not known here` }));
    if (issue.code === 'invalid_key')
        return [{ path: issue.path, what: `${at} is not known here` }];
    return [{ path: issue.path, what: at ? `${at} ${issue.message}` : issue.message }];
}
const TOO_MUCH = Symbol('too much');
const MOST_ALIASES = 1_000;
function contentOf(document) {
    try {
        return document.toJS({ maxAliasCount: MOST_ALIASES });
    }
    catch (error) {
        if (error instanceof ReferenceError)
            return TOO_MUCH; // values that stand for more and more of each other
        throw error;
    }
}
/** Where an alias stands that nothing before it explains: `title: *路灯`. */
function aliasWithoutAnchor(document) {
    let found;
    visit(document, {
        Alias: (_, alias) => {
            if (alias.resolve(document))
                return undefined;
            found = alias.range?.[0] ?? 0;
            return visit.BREAK;
        },
    });
    return found;
}
/** The place where a key or an item is written; if it is not, the place of what it would be in. */
function offsetOf(document, path) {
    for (let length = path.length; length > 0; length--) {
        const parent = document.getIn(path.slice(0, length - 1), true) ?? document.contents;
        const name = path[length - 1];
        if (isMap(parent)) {
            const pair = parent.items.find(({ key }) => (isScalar(key) ? String(key.value) : undefined) === String(name));
            if (pair && isNode(pair.key) && pair.key.range)
                return pair.key.range[0];
        }
        else if (isCollection(parent)) {
            const item = parent.get(name, true);
            if (isNode(item) && item.range)
                return item.range[0];
        }
    }
    return document.contents?.range?.[0] ?? 0;
}
function firstLine(text) {
    return (text.split('\n')[0] ?? text).replace(/ at line \d+, column \d+:?$/, '');
}
/** "is missing", or the sentence that says what the value must be. */
const must = (what) => ({ input }) => input === undefined || input === null ? 'is missing' : `must be ${what}`;
/** The kinds of values in a community's YAML files, each with the sentence for a wrong value. */
export const fields = {
    text: (max) => z
        .string({ error: must('text; numbers and the like need quotes') })
        .transform(cleanText)
        .refine((text) => text !== '', 'must not be empty')
        .refine((text) => [...text].length <= max, `must have at most ${max} characters`),
    /** The field may be left out. An empty or blank value counts as left out. */
    mayBe: (field) => z.preprocess((value) => (isNone(value) ? undefined : value), field.optional()).optional(),
    month: () => z.string({ error: must('a month such as 2027-06') }).regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month such as 2027-06'),
    /** A text that fits in one SMS segment. */
    segment: () => fields.text(160).refine((text) => text.length <= 70 || isLatin(text), 'must fit in one text message: 70 characters, 160 in Latin letters'),
    /** An id, which becomes part of web addresses. */
    id: () => z.string({ error: must('text; a number needs quotes') }).refine(isId, 'may have letters, digits, dots, dashes and underscores, 64 at most'),
    phone: () => z.string({ error: must('a phone number in quotes, such as "+862880000001"') }).transform((text, context) => {
        const number = phone(text);
        if (number !== undefined)
            return number;
        context.addIssue({ code: 'custom', message: 'is not a phone number; write it with its country, such as "+862880000001"' });
        return z.NEVER;
    }),
    whole: (min, max = Number.MAX_SAFE_INTEGER) => {
        const error = must(max === Number.MAX_SAFE_INTEGER ? `a whole number, ${min} or more` : `a whole number from ${min} to ${max}`);
        return z.int({ error }).min(min, { error }).max(max, { error });
    },
    oneOf: (values) => z.enum(values, { error: must(`one of ${values.join(', ')}`) }),
    object: (shape) => z.strictObject(shape, { error: (issue) => (issue.code === 'unrecognized_keys' ? undefined : must('a list of keys with values')(issue)) }),
    /** A number per second. */
    rate: () => z.number({ error: 'must be a number' }).positive('must be above 0').max(1_000_000, 'must be 1000000 at most'),
    amount: () => z.number({ error: must('a number') }).min(0, 'must not be below 0'),
};
function isNone(value) {
    return value === null || (typeof value === 'string' && cleanText(value) === '');
}
function isLatin(text) {
    return /^[ -~]*$/.test(text);
}
/** A file's text, which must be UTF-8; else a problem at the first line that is not. Spreadsheet programs often write other encodings. */
export function readText(file, bytes) {
    const decoder = () => new TextDecoder('utf-8', { fatal: true });
    try {
        return { text: decoder().decode(bytes) };
    }
    catch (error) {
        if (!(error instanceof TypeError))
            throw error;
        return { problem: { file, line: firstUnreadable(bytes, decoder), what: 'is not UTF-8; save the file as “CSV UTF-8” or in UTF-8' } };
    }
}
function firstUnreadable(bytes, decoder) {
    let line = 1;
    for (let start = 0; start < bytes.length; line++) {
        const end = bytes.indexOf(0x0a, start);
        const stop = end < 0 ? bytes.length : end;
        try {
            decoder().decode(bytes.subarray(start, stop));
        }
        catch {
            return line;
        }
        start = stop + 1;
    }
    return line;
}
