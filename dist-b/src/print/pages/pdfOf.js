import { CodedError } from '../../store/codedError.js';
import { drawPages } from './drawPages.js';
import { pen, typeface } from './pen.js';
/** A document as PDF, or why it cannot be one; `allTheSame`: characters that the typeface lacks become 〓. It takes its process for a while. */
export async function pdfOf(printed, allTheSame) {
    const { has } = typeface();
    const missing = lacking(printed, has);
    if (missing.length > 0 && !allTheSame)
        return { lacking: missing };
    const writer = pen(printed, (text) => (missing.length > 0 ? withMarks(text, has) : text));
    const chunks = [];
    writer.doc.on('data', (chunk) => chunks.push(chunk));
    const ended = new Promise((resolve) => writer.doc.once('end', resolve));
    try {
        drawPages(printed, writer);
    }
    catch (error) {
        if (error instanceof CodedError && error.code === 'does-not-fit')
            return { tooLong: error.message };
        throw error;
    }
    writer.doc.end();
    await ended;
    return { bytes: Buffer.concat(chunks) };
}
const MOST = 20;
/** The characters of a document that the typeface lacks, at most twenty. */
function lacking({ blocks, footer }, has) {
    const found = new Map();
    for (const text of textsIn([blocks, footer])) {
        for (const character of text)
            if (isPrinted(character) && !has(character) && found.size < MOST)
                found.set(character, found.get(character) ?? text);
    }
    return [...found].map(([character, text]) => ({ character, text }));
}
/** What joins or colours other characters, and what only moves on, is not printed itself. */
function isPrinted(character) {
    return !/[\s\u200b-\u200f\u2060\ufeff]/u.test(character);
}
/** A text with a mark in the place of each character that the typeface lacks. */
function withMarks(text, has) {
    return [...text].map((character) => (isPrinted(character) && !has(character) ? MARK : character)).join('');
}
/** What printers put where they have no type. */
const MARK = '〓';
function* textsIn(value) {
    if (typeof value === 'string')
        yield value;
    else if (value instanceof Uint8Array)
        return;
    else if (typeof value === 'object' && value !== null)
        for (const part of Object.values(value))
            yield* textsIn(part);
}
