import { talkAt } from '../../src/dialog/talk.ts';
import { mentionsIn } from '../../src/dialog/understand/mentions.ts';
import { beginningOf, normalise } from '../../src/dialog/understand/normalise.ts';
import { understand } from '../../src/dialog/understand/understand.ts';
import type { Vocabulary } from '../../src/dialog/understand/vocabulary.ts';
import { foreignQuestions, hostileTexts } from './examples.ts';
import { AT, type Judged } from './turns.ts';

/** So many writers these messages are divided among: some are always left out where it is learnt how far something is to be believed. */
const WRITERS = 3;

/**
 * Messages that are not meant for us, each out of the blue and at a place of the conversations, of which nothing should come. The conversations themselves are
 * all about ours, so nothing else shows that a question like ours may be about a bicycle.
 */
export function notForUs(turns: readonly Judged[], words: Vocabulary): Judged[] {
  const blank = turns.find(({ situation }) => !situation.open && Object.keys(situation.talk).length === 0 && situation.isVoting);
  return [...hostileTexts(), ...foreignQuestions(0)].flatMap((text, at) => {
    const places = [blank, turns[(at * SPREAD) % turns.length]];
    return places.flatMap((place) => (place ? [{ ...judgedAt(text, place, words), writer: `others${at % WRITERS}` }] : []));
  });
}

/** Any number that has no divisor in common with how many turns there are, or nearly none. */
const SPREAD = 7_919;

function judgedAt(text: string, { situation, ballot }: Judged, words: Vocabulary): Omit<Judged, 'writer'> {
  const plain = beginningOf(normalise(text));
  const meaning = understand(text, situation.open, ballot, words, [], talkAt(situation.talk, AT));
  return {
    situation: { ...situation, plain, mentions: mentionsIn(plain, ballot, words) },
    ballot,
    right: ['nothing'],
    picks: undefined,
    meaning,
    isReadRight: false,
    isFresh: true,
  };
}
