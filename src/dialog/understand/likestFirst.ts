import { likenessTo, type Units } from './likeness.ts';
import { normalise } from './normalise.ts';

/** The places of the known texts that are like a text, the likest first, `most` at most. Only what is written counts: characters, and their order. */
export function likestFirst(known: readonly string[], text: string, most: number): number[] {
  return likenessTo(known.map(unitsOf))(unitsOf(text), most).nearest.map(({ place }) => place);
}

function unitsOf(text: string): Units {
  return { written: normalise(text).match(/\p{Script=Han}|[\p{L}\p{N}]+/gu) ?? [], spoken: [] };
}
