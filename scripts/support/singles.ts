import type { Question } from '../../src/dialog/question.ts';
import type { Outcome } from '../../src/dialog/understand/judgement.ts';
import { mentionsIn } from '../../src/dialog/understand/mentions.ts';
import { beginningOf, normalise } from '../../src/dialog/understand/normalise.ts';
import type { Situation } from '../../src/dialog/understand/outcome.ts';
import { OF_COMMAND } from '../../src/dialog/understand/outcomeOf.ts';
import { tellsOfDanger } from '../../src/dialog/understand/safety.ts';
import type { Vocabulary } from '../../src/dialog/understand/vocabulary.ts';
import { BALLOT, BY_COMMAND, filesOf, readUtterances } from './examples.ts';

/** A message without a conversation before it, and what may come of it. */
export interface Single {
  readonly situation: Situation;
  readonly right: readonly Outcome[];
}

/** What was open, by the word of the sets; where a text or digits are waited for there is nothing to judge. */
const OPEN: Readonly<Record<string, Question | undefined>> = {
  nothing: undefined,
  menu: { key: 'menu.top', expects: 'choice', options: [] },
  ballot: { key: 'vote.pick', expects: 'numbers', options: BALLOT, min: 1, max: 3 },
  readback: { key: 'vote.confirm', expects: 'confirmation', options: BALLOT, params: { picks: [] } },
  nearMiss: { key: 'nearMiss.confirm', expects: 'confirmation' },
};

const BY_KIND: Readonly<Record<string, Outcome>> = {
  ...OF_COMMAND,
  complaint: 'passes',
  text: 'proposes',
  vote: 'picks',
  readback: 'picks',
  no: 'left',
};

/** The single messages whose meaning is known (`test/dialog/understand/utterances*.yaml`). */
export function singles(words: Vocabulary): Single[] {
  return filesOf('utterances').flatMap((file) =>
    readUtterances(file).flatMap(({ asked, text, means }) => {
      if (!(asked in OPEN)) return [];
      const plain = beginningOf(normalise(text));
      const mentions = mentionsIn(plain, BALLOT, words);
      const right = means.split(' | ').map((one): Outcome => {
        const [first = '', about = ''] = one.trim().split(' ');
        const kind = first === 'ask' || first === 'command' ? (about === 'whatIs' ? 'projects' : (BY_COMMAND[about] ?? about)) : first;
        if (kind === 'projects') return mentions.all.length > 0 ? 'project' : 'list';
        const outcome = BY_KIND[kind] ?? (kind as Outcome);
        return outcome === 'passes' && tellsOfDanger(plain) ? 'reports' : outcome;
      });
      return [{ situation: { plain, mentions, open: OPEN[asked], talk: {}, isVoting: true, vocabulary: words }, right }];
    }),
  );
}
