import type { Option, Reply } from './question.ts';
import type { Answered } from './recent.ts';

export interface WhereToLook {
  /** What was picked under a turn's key, null where no ballot was cast under it. */
  readonly picksOf: (key: string) => Promise<readonly Option[] | null>;
  /** What is open, for what was only asked about. */
  readonly asked?: Reply['asks'];
  /** What a channel read back by itself. */
  readonly readBack?: readonly Option[];
}

/** An answer as it was given, with the picks looked up where it named some, for those are not kept; undefined where they are not found. */
export async function saidAgain({ picksOf, asked, readBack }: WhereToLook, { key, first = key, reply }: Answered): Promise<Reply | undefined> {
  if (!namesPicks(reply)) return reply;
  const picks = (await picksOf(first)) ?? readBack ?? asked?.params?.picks;
  return picks ? withPicks(reply, picks) : undefined;
}

function namesPicks({ says, asks }: Reply): boolean {
  return [...says, ...(asks ? [asks] : [])].some(({ params }) => params?.picks === null);
}

function withPicks({ says, asks, ...reply }: Reply, picks: NonNullable<Reply['says'][number]['params']>[string]): Reply {
  const fill = <Said extends Reply['says'][number]>(said: Said): Said =>
    said.params?.picks === null ? { ...said, params: { ...said.params, picks } } : said;
  return { ...reply, says: says.map(fill), ...(asks && { asks: fill(asks) }) };
}
