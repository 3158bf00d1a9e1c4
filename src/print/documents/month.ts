import type { Printed } from '../printed.ts';

/** What a month came to, part by part: each line is counted somewhere, `source`, whose address is `href`. */
export interface MonthPart {
  readonly title: string;
  readonly lines: readonly { readonly name: string; readonly value: string; readonly source: string; readonly href?: string | undefined }[];
}

interface MonthSheet {
  readonly community: string;
  readonly title: string;
  readonly about: string;
  readonly heads: readonly [name: string, value: string, source: string];
  readonly language: Printed['language'];
  readonly at: Date;
  readonly parts: readonly MonthPart[];
  /** What is signed for. */
  readonly sign: readonly string[];
}

/** The month's sheet for the street office: every number with where it is counted. */
export function monthSheet({ community, title, about, heads, language, at, parts, sign }: MonthSheet): Printed {
  const [name, value, source] = heads;
  return {
    ...{ title, language, at, paper: 'A4', footer: `${community} · ${title}` },
    blocks: [
      { text: community, grey: true },
      { heading: title },
      { text: about, size: 10 },
      ...parts.flatMap((part) => [
        { heading: part.title, level: 2 as const },
        {
          table: {
            columns: [
              { head: name, share: 6 },
              { head: value, share: 2.4, align: 'right' as const },
              { head: source, share: 2.6 },
            ],
            rows: part.lines.map((line) => [line.name, { text: line.value, href: line.href }, { text: line.source, href: line.href }]),
            size: 10.5,
            room: 0.7,
          },
        },
      ]),
      { space: 8 },
      { lines: sign },
    ],
  };
}
