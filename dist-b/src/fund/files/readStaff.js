import { phone } from '../../contacts/phone.js';
import { cleanText } from '../../store/text.js';
import { STAFF_ROLES } from '../people/index.js';
import { doubledColumns, firstLineOf, readCsv, unknownColumns } from './readCsv.js';
export const STAFF_FILE = 'staff.csv';
/** The columns that `staff.csv` has, all of them. */
export const STAFF_COLUMNS = ['name', 'phone', 'role'];
/** An office is given its communities by a command. */
const ROLES = STAFF_ROLES.filter((role) => role !== 'office');
const LONGEST_NAME = 60;
/** Reads `staff.csv` (docs/contract.md: Files): a line for each person and role. A phone without a country code is of the same country as `near`. */
export function readStaff(text, near) {
    const { records, problem } = readCsv(STAFF_FILE, text);
    const [header, ...body] = records;
    const problems = problem ? [problem] : [];
    const names = header?.record.map((name) => name.trim()) ?? [];
    const missing = STAFF_COLUMNS.filter((column) => !names.includes(column)).map((column) => `column ${column} is missing`);
    const wrongHeader = [...unknownColumns(names, STAFF_COLUMNS), ...doubledColumns(names), ...missing];
    if (wrongHeader.length > 0)
        return { rows: [], problems: [...wrongHeader.map((what) => ({ file: STAFF_FILE, line: 1, what })), ...problems] };
    const seen = new Map();
    const rows = body.flatMap((row) => {
        const line = firstLineOf(row);
        const cell = Object.fromEntries(names.map((name, index) => [name, cleanText(row.record[index] ?? '')]));
        const number = phone(cell.phone ?? '', near);
        const role = ROLES.find((role) => role === cell.role);
        const before = seen.get(`${role} ${number}`);
        const wrong = [
            ...(row.record.length === names.length ? [] : [`there are ${row.record.length} cells for ${names.length} columns`]),
            ...(cell.name ? [] : ['name is missing']),
            ...([...(cell.name ?? '')].length > LONGEST_NAME ? [`name must have at most ${LONGEST_NAME} characters`] : []),
            ...(number ? [] : ['phone is not a phone number']),
            ...(role ? [] : [`role must be one of ${ROLES.join(', ')}`]),
            ...(number && role && before !== undefined ? [`this phone has this role in line ${before} already`] : []),
        ];
        problems.push(...wrong.map((what) => ({ file: STAFF_FILE, line, what })));
        if (wrong.length > 0 || !number || !role || !cell.name)
            return [];
        seen.set(`${role} ${number}`, line);
        return [{ line, name: cell.name, phone: number, role }];
    });
    return { rows, problems };
}
