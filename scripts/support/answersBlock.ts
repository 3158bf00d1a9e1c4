import type { IntentBook } from '../../src/dialog/understand/intentBook.ts';
import { alikeAmong } from './groupedByLikeness.ts';

/** A question as it was asked, and its answer; numbers and names are masked. */
export interface Answered {
  readonly asks: string;
  readonly says: string;
}

/** The most wordings that are taken over for one answer, and what fits (docs/contract.md: Files). */
const MOST_WORDINGS = 5;
const LONGEST_WORDING = 60;
const ONE_MESSAGE = 70;

/**
 * Answered questions as the block `about` of a `community.yaml`. What was not understood and is like a question is a further wording of it. What is
 * still missing, or too long, stands behind `#`.
 */
export function answersBlock(answered: readonly Answered[], missed: readonly { readonly text: string }[], book: IntentBook): string {
  const alike = alikeAmong([...answered.map(({ asks }) => asks), ...missed.map(({ text }) => text)], book);
  const given = new Set<string>();
  const lines = answered.flatMap(({ asks, says }) => {
    const ofOthers = new Set(answered.filter((one) => one.says !== says).map((one) => one.asks));
    const wordings = [...new Set([asks, ...alike(asks)])]
      .filter((wording) => !ofOthers.has(wording))
      .filter((wording) => !given.has(wording) && [...wording].length <= LONGEST_WORDING)
      .slice(0, MOST_WORDINGS);
    for (const wording of wordings) given.add(wording);
    if (wordings.length === 0) return [];
    const length = [...says].length;
    return [
      `    - asks: [${wordings.map(quoted).join(', ')}]${wordings.length < 2 ? ' # one more wording is needed' : ''}`,
      `      says: ${quoted(says)}${length > ONE_MESSAGE ? ` # ${length} characters: ${ONE_MESSAGE} fit into one message` : ''}`,
    ];
  });
  return ['about:', '  # Read it through: what is one person’s own business does not belong here.', '  answers:', ...lines].join('\n');
}

/** A text between quotation marks, as YAML and JSON both read it. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
