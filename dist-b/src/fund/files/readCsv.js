import { CsvError, parse } from 'csv-parse/sync';
/** The rows up to a quotation mark that is not closed. The text after it cannot be read. */
export function readCsv(file, text) {
    const records = [];
    try {
        parse(text.replaceAll('\r\n', '\n'), {
            bom: true,
            relax_column_count: true,
            skip_empty_lines: true,
            skip_records_with_empty_values: true,
            on_record: (record, { lines }) => {
                records.push({ record, lastLine: lines });
                return null;
            },
        });
        return { records };
    }
    catch (error) {
        if (!(error instanceof CsvError))
            throw error;
        const line = (records.at(-1)?.lastLine ?? 0) + 1;
        return { records, problem: { file, line, what: 'a quotation mark is not closed, or stands where none may be', why: { key: 'quote' } } };
    }
}
/** The line on which a row begins, counted from 1. */
export function firstLineOf({ record, lastLine }) {
    return lastLine - record.reduce((breaks, cell) => breaks + (cell.match(/[\n\r]/g)?.length ?? 0), 0);
}
/** A problem for each column that is not known. */
export function unknownColumns(names, known) {
    return names.filter((name) => !known.includes(name)).map((name) => `column ${name || '""'} is not known; known are ${known.join(', ')}`);
}
/** A problem for each column that is there twice. */
export function doubledColumns(names) {
    return names.filter((name, index) => names.indexOf(name) < index).map((name) => `column ${name} is there twice`);
}
