import { CsvError, parse } from 'csv-parse/sync';
import { CodedError } from '../../../store/codedError.js';
import { VOTE_TYPES } from './election.js';
/** The keys of META that have a field of their own in an `Election`. */
const OWN_KEYS = new Set('description country unit instance num_projects num_votes budget vote_type rule date_begin date_end min_length max_length min_project_score_threshold language currency'.split(' '));
/**
 * Reads a Pabulib file as real ones are: with any line end, quotes, `;` in quotes, blank lines, spaces around cells, decimals in money,
 * unknown keys and columns.
 *
 * Throws a `CodedError` (BAD_FILE) that names every fault as `file:line: what is wrong`, one a line.
 */
export function readPabulib(text, file = 'election.pb') {
    const problems = [];
    const complain = (line, what) => void problems.push({ file, line, what });
    const sections = readSections(text, complain);
    const election = sections && electionOf(sections, complain);
    if (!election || problems.length > 0)
        throw new CodedError('bad-file', problems
            .sort((a, b) => a.line - b.line)
            .map(({ line, what }) => `${file}:${line}: ${what}`)
            .join('\n'));
    return election;
}
function electionOf({ meta, projects: projectRows, votes: voteRows }, complain) {
    const entries = new Map(meta.flatMap(({ line, cells: { key, value } }) => (key ? [[key, { line, value: value ?? '' }]] : [])));
    const end = meta.at(-1)?.line ?? 1;
    const given = (key) => entries.get(key)?.value || undefined;
    const amount = (key) => number(given(key), entries.get(key)?.line ?? end, key, complain);
    const voteType = VOTE_TYPES.find((type) => type === given('vote_type'));
    if (!voteType)
        complain(entries.get('vote_type')?.line ?? end, `vote_type must be one of ${VOTE_TYPES.join(', ')}`);
    const budget = amount('budget');
    if (given('budget') === undefined)
        complain(end, 'budget is missing');
    const projects = projectRows.map((row, index) => project(row, index + 1, complain));
    const numbers = numbersOf(projectRows, complain);
    const votes = voteRows.map((row) => vote(row, numbers, complain));
    for (const [key, counted] of [
        ['num_projects', projects.length],
        ['num_votes', votes.length],
    ]) {
        const stated = amount(key);
        if (stated !== undefined && stated !== counted)
            complain(entries.get(key)?.line ?? end, `${key} is ${stated}, but there are ${counted}`);
    }
    if (!voteType || budget === undefined)
        return undefined;
    return defined({
        description: given('description'),
        country: given('country'),
        unit: given('unit'),
        instance: given('instance'),
        budget,
        voteType,
        rule: given('rule') ?? 'unknown',
        begin: given('date_begin'),
        end: given('date_end'),
        choices: defined({ min: amount('min_length'), max: amount('max_length') }),
        threshold: amount('min_project_score_threshold'),
        language: given('language'),
        currency: given('currency'),
        more: Object.fromEntries([...entries].flatMap(([key, { value }]) => (OWN_KEYS.has(key) ? [] : [[key, value]]))),
        projects,
        votes,
    });
}
function numbersOf(rows, complain) {
    const numbers = new Map();
    rows.forEach(({ line, cells: { project_id: id } }, index) => {
        if (!id)
            complain(line, 'project_id is missing');
        else if (numbers.has(id))
            complain(line, `project ${id} is there twice`);
        else
            numbers.set(id, index + 1);
    });
    return numbers;
}
function project({ line, cells }, place, complain) {
    const amount = (column) => number(cells[column], line, column, complain);
    const cost = amount('cost');
    if (!cells.cost)
        complain(line, 'cost is missing');
    return defined({
        number: place,
        id: cells.project_id ?? '',
        cost: cost ?? 0,
        name: cells.name || undefined,
        category: cells.category || undefined,
        votes: amount('votes'),
        score: amount('score'),
        selected: amount('selected'),
    });
}
function vote({ line, cells }, numbers, complain) {
    const picks = list(cells.vote).flatMap((id) => {
        const picked = numbers.get(id);
        if (picked === undefined)
            complain(line, `there is no project ${id}`);
        return picked ?? [];
    });
    if (new Set(picks).size < picks.length)
        complain(line, 'a project is picked twice');
    if (!cells.voter_id)
        complain(line, 'voter_id is missing');
    const points = list(cells.points).map((part) => number(part, line, 'points', complain) ?? 0);
    if (points.length > 0 && points.length !== list(cells.vote).length)
        complain(line, `there are ${points.length} points for ${list(cells.vote).length} picks`);
    return defined({ voter: cells.voter_id ?? '', picks, points: points.length > 0 ? points : undefined, method: cells.voting_method || undefined });
}
function list(cell) {
    return cell ? cell.split(',').map((part) => part.trim()) : [];
}
function number(text, line, what, complain) {
    if (!text)
        return undefined;
    if (/^\d{1,15}(\.\d+)?$/.test(text))
        return Number(text);
    complain(line, `${what} is no number: ${text}`);
    return undefined;
}
/** The record without the keys that are undefined, so that a file that was read can be compared with the one that was written. */
function defined(record) {
    const kept = { ...record };
    for (const key in kept)
        if (kept[key] === undefined)
            delete kept[key];
    return kept;
}
/** Cuts a Pabulib file into its sections. If one is missing or the quotes are broken, gives undefined and calls `complain`. */
function readSections(text, complain) {
    const found = new Map();
    let current;
    for (const { line, cells } of records(text, complain)) {
        const name = (cells[0] ?? '').toUpperCase();
        if (cells.slice(1).every((cell) => cell === '') && ['META', 'PROJECTS', 'VOTES'].includes(name)) {
            if (found.has(name))
                complain(line, `the section ${name} is there twice`);
            current = { rows: [] };
            found.set(name, current.rows);
        }
        else if (!current) {
            complain(line, 'the file must begin with META');
            return undefined;
        }
        else if (!current.header) {
            current.header = cells;
        }
        else {
            const { header } = current;
            if (cells.length > header.length)
                complain(line, `there are ${cells.length} cells for ${header.length} columns`);
            current.rows.push({ line, cells: Object.fromEntries(header.map((column, index) => [column, cells[index]])) });
        }
    }
    const [meta, projects, votes] = [found.get('META'), found.get('PROJECTS'), found.get('VOTES')];
    if (meta && projects && votes)
        return { meta, projects, votes };
    complain(1, `there must be the sections META, PROJECTS and VOTES; there is ${[...found.keys()].join(', ') || 'none'}`);
    return undefined;
}
function records(text, complain) {
    const read = [];
    try {
        parse(text, {
            bom: true,
            delimiter: ';',
            record_delimiter: ['\r\n', '\n', '\r'],
            relax_column_count: true,
            relax_quotes: true,
            skip_empty_lines: true,
            trim: true,
            on_record: (cells, { lines }) => {
                read.push({ line: lines, cells });
                return null;
            },
        });
    }
    catch (error) {
        if (!(error instanceof CsvError))
            throw error;
        complain(typeof error.lines === 'number' ? error.lines : 1, 'a quotation mark is not closed, or stands where none may be');
    }
    return read;
}
