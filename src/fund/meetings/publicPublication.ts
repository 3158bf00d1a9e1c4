import { forReaders } from '../../store/connect.ts';
import { maskNumbers } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { type ObjectionRecord, objectionAnswer, objectionsOf, objectionText } from './objection.ts';
import { Publication, type PublishedItem, publishedList } from './publication.ts';

/** An answered objection as anyone may read it. The numbers of phones, IDs and banks are masked. */
export interface PublicObjection {
  readonly number: number;
  /** The number on the list that it is about; null if it is about the list as a whole. */
  readonly about: number | null;
  /** Of the objection and of its answer; ISO 8601. */
  readonly at: string;
  readonly answeredAt: string;
  readonly text: string;
  readonly answer: string;
}

/** A cycle's publication as anyone may read it; times in ISO 8601, sums in whole units of the cycle's currency. */
export interface PublicPublication {
  readonly from: string;
  readonly to: string;
  readonly list: readonly PublishedItem[];
  /** A supervisor's check; `finding` is what they found wrong, null if the list is right. Null while it is not checked. */
  readonly check: { readonly at: string; readonly finding: string | null } | null;
  /** How many objections wait for an answer. */
  readonly unanswered: number;
  readonly objections: readonly PublicObjection[];
}

/** What is public of a cycle's publication; null if nothing is published. */
export async function publicPublication({ vault }: Pick<World, 'vault'>, cycle: string): Promise<PublicPublication | null> {
  const found = await forReaders(Publication).findOne({ '_id.cycle': cycle }, { sort: { '_id.number': -1 } });
  if (!found) return null;
  const objections = await objectionsOf(cycle);
  const { check, from, to } = found;
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    list: publishedList(vault, found),
    check: check ? { at: check.at.toISOString(), finding: check.finding === undefined ? null : maskNumbers(check.finding) } : null,
    unanswered: objections.filter(({ answer }) => !answer).length,
    objections: objections.flatMap((objection) => answered(vault, objection)),
  };
}

function answered(vault: World['vault'], objection: ObjectionRecord): PublicObjection[] {
  const { _id, about = null, at, answer } = objection;
  if (!answer) return [];
  return [
    {
      number: _id.number,
      about,
      at: at.toISOString(),
      answeredAt: answer.at.toISOString(),
      text: maskNumbers(objectionText(vault, objection)),
      answer: maskNumbers(objectionAnswer(vault, objection) ?? ''),
    },
  ];
}
