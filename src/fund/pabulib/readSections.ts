import { CsvError, parse } from 'csv-parse/sync';

/** One row, its cells by the names in the section's header. */
export interface Row {
  readonly line: number;
  readonly cells: Readonly<Partial<Record<string, string>>>;
}

interface Sections {
  readonly meta: Row[];
  readonly projects: Row[];
  readonly votes: Row[];
}

/** Cuts a Pabulib file into its sections; none, and said to `complain`, where one is missing or the quotes are broken. */
export function readSections(text: string, complain: (line: number, what: string) => void): Sections | undefined {
  const found = new Map<string, Row[]>();
  let current: { rows: Row[]; header?: string[] } | undefined;
  for (const { line, cells } of records(text, complain)) {
    const name = (cells[0] ?? '').toUpperCase();
    if (cells.slice(1).every((cell) => cell === '') && ['META', 'PROJECTS', 'VOTES'].includes(name)) {
      if (found.has(name)) complain(line, `the section ${name} is there twice`);
      current = { rows: [] };
      found.set(name, current.rows);
    } else if (!current) {
      complain(line, 'the file must begin with META');
      return undefined;
    } else if (!current.header) {
      current.header = cells;
    } else {
      const { header } = current;
      if (cells.length > header.length) complain(line, `there are ${cells.length} cells for ${header.length} columns`);
      current.rows.push({ line, cells: Object.fromEntries(header.map((column, index) => [column, cells[index]])) });
    }
  }
  const [meta, projects, votes] = [found.get('META'), found.get('PROJECTS'), found.get('VOTES')];
  if (meta && projects && votes) return { meta, projects, votes };
  complain(1, `there must be the sections META, PROJECTS and VOTES; there is ${[...found.keys()].join(', ') || 'none'}`);
  return undefined;
}

function records(text: string, complain: (line: number, what: string) => void): { line: number; cells: string[] }[] {
  const read: { line: number; cells: string[] }[] = [];
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
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    complain(typeof error.lines === 'number' ? error.lines : 1, 'a quotation mark is not closed, or stands where none may be');
  }
  return read;
}
