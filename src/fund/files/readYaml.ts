import { isCollection, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { Problem } from './problem.ts';

export type Path = readonly PropertyKey[];

export interface YamlRead<Value> {
  /** Undefined where there are problems. */
  readonly value?: Value;
  readonly problems: Problem[];
  /** What the file says, right or wrong; undefined where it is no YAML. */
  readonly raw?: unknown;
  /** The problem at a key or an item; at the nearest that is written where it is not. */
  readonly problemAt: (path: Path, what: string) => Problem;
}

/** Reads a YAML file as a schema wants it, with every problem at its line. */
export function readYaml<Schema extends z.ZodType>(file: string, text: string, schema: Schema): YamlRead<z.output<Schema>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineAt = (offset: number) => lines.linePos(offset).line || 1;
  const problemAt = (path: Path, what: string): Problem => ({ file, line: lineAt(offsetOf(document, path)), what });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ pos, message }) => ({ file, line: lineAt(pos[0]), what: firstLine(message) }));
    return { problems, problemAt };
  }
  const raw: unknown = document.toJS({ maxAliasCount: 10 });
  const read = schema.safeParse(raw);
  if (read.success) return { value: read.data, problems: [], raw, problemAt };
  return { raw, problems: read.error.issues.flatMap((issue) => problemsOf(issue).map(({ path, what }) => problemAt(path, what))), problemAt };
}

function problemsOf(issue: z.core.$ZodIssue): { path: Path; what: string }[] {
  const at = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...issue.path, key], what: `${[at, key].filter(Boolean).join('.')} is not known here` }));
  if (issue.code === 'invalid_key') return [{ path: issue.path, what: `${at} is not known here` }];
  return [{ path: issue.path, what: at ? `${at} ${issue.message}` : issue.message }];
}

/** Where a key or an item is written, else what it would be in. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true) ?? document.contents;
    const name = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => (isScalar(key) ? String(key.value) : undefined) === String(name));
      if (pair && isNode(pair.key) && pair.key.range) return pair.key.range[0];
    } else if (isCollection(parent)) {
      const item = parent.get(name, true);
      if (isNode(item) && item.range) return item.range[0];
    }
  }
  return document.contents?.range?.[0] ?? 0;
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? text).replace(/ at line \d+, column \d+:?$/, '');
}
