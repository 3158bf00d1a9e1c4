import type { Question } from '../question.ts';
import type { Talk } from '../talk.ts';
import { clausesOf } from './clauses.ts';
import { eachRun, foldedTo, hashed } from './guess.ts';
import { OUTCOME_FEATURES } from './judgement.ts';
import type { Mentions } from './mentions.ts';
import { shownIn } from './readBack.ts';
import { asksAtAll, type Said, weight } from './said.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A message, and all that is known when it comes. */
export interface Situation {
  readonly plain: string;
  readonly mentions: Mentions;
  readonly open: Question | undefined;
  readonly talk: Talk;
  readonly isVoting: boolean;
  readonly vocabulary: Pick<Vocabulary, 'book'>;
}

export function situationOf({ open, ballot, vocabulary }: Said, plain: string, mentions: Mentions, talk: Talk): Situation {
  return { plain, mentions, open, talk, isVoting: ballot.length > 0, vocabulary };
}

/** The picks that stand: those that are read back, else those that were shown, refused or cast last. */
export function standingIn({ open, talk }: Pick<Situation, 'open' | 'talk'>): readonly number[] {
  return shownIn({ open })?.numbers ?? talk.picks?.numbers ?? [];
}

/** What is waited for, in a word. */
export function placeOf({ open, talk }: Pick<Situation, 'open' | 'talk'>): string {
  if (open) return open.expects !== 'confirmation' ? open.expects : open.options ? 'picks' : `confirm:${open.command}`;
  if (talk.topic?.about === 'project' || talk.topic?.about === 'letter') return `idle:${talk.topic.about}`;
  return `idle:${howPicksStand(talk)}`;
}

export function howPicksStand({ picks }: Talk): string {
  return picks ? (picks.isCast ? 'cast' : picks.isLeft ? 'left' : 'shown') : '';
}

/** How the projects that a message names lie to those that stand. */
export function relationOf(all: readonly number[], standing: readonly number[]): string {
  const known = all.filter((number) => standing.includes(number)).length;
  if (all.length === 0) return 'none';
  if (known === 0) return 'new';
  return known < all.length ? 'some' : known === standing.length ? 'same' : 'in';
}

/** What a message and its situation show of what should come of it, as numbers below `OUTCOME_FEATURES`, each once. */
export function outcomeFeatures(situation: Situation): number[] {
  const { plain, mentions, open, talk, isVoting, vocabulary } = situation;
  const features = new Set<number>();
  const add = (name: string, before?: number) => features.add(foldedTo(OUTCOME_FEATURES, hashed(name, before)));
  const place = placeOf(situation);
  const standing = standingIn(situation);
  const { written, spoken } = vocabulary.book.unitsOf(mentions.masked)[0];
  const runs = (units: readonly string[], least: number, most: number, mark: string, isPlaced = false) =>
    eachRun(units, most, mark, (run, length) => {
      if (length < least) return;
      features.add(foldedTo(OUTCOME_FEATURES, run));
      if (isPlaced && length <= 2) add(`#${place}`, run);
    });
  runs(written, 1, 3, '', true);
  runs(spoken, 2, 2, '~');
  const clauses = clausesOf(mentions.masked);
  const [first] = clauses;
  const last = clauses.at(-1);
  if (first !== undefined && last !== undefined && clauses.length > 1) {
    runs(vocabulary.book.unitsOf(last)[0].written, 1, 2, 'last');
    runs(vocabulary.book.unitsOf(first)[0].written, 2, 2, 'first');
    add(`clauses${Math.min(4, clauses.length)}`);
  }
  const before = talk.meant?.outcome ?? '-';
  for (const unit of new Set(written)) add(`before${before}|${unit}`);
  const named = Math.min(3, mentions.all.length);
  const relation = relationOf(mentions.all, standing);
  const asks = asksAtAll(plain);
  const length = Math.min(6, Math.floor(weight(plain) / 5));
  const topic = open ? '' : `${howPicksStand(talk)}:${talk.topic?.about ?? ''}:${talk.topic?.intent ?? ''}`;
  for (const name of ['', `topic${topic}`, `voting${isVoting}`, `before${before}`, `before${before}length${length}`]) add(`@${name}`);
  for (const name of [
    `named${named}`,
    `wanted${Math.min(3, mentions.wanted.length)}`,
    `relation${relation}`,
    `asks${asks}`,
    `mark${/[?？]/.test(plain)}`,
    `length${length}`,
    `standing${standing.length}`,
    `latin${/[a-z]{3}/.test(plain)}`,
    `before${before}`,
    '',
  ])
    for (const at of ['', place]) add(`${name}#${at}`);
  add(`${named}${relation}${asks}${place}`);
  add(`${named}length${length}${asks}`);
  return [...features];
}
