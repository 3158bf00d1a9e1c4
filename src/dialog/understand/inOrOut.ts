import { toldProject } from '../talk.ts';
import type { Meaning } from './commandIn.ts';
import { eachRun, foldedTo, hashed } from './guess.ts';
import { ITEM_FEATURES } from './judgement.ts';
import { howPicksStand, placeOf, relationOf, type Situation, standingIn } from './outcome.ts';
import { outcomeOf } from './outcomeOf.ts';
import { picksIn } from './readBack.ts';
import { asksAtAll } from './said.ts';

/** A project that may be among the picks after a message, and what shows whether it is. */
export interface Item {
  readonly number: number;
  readonly features: readonly number[];
}

/**
 * Each project that a message may be about: those that stand, that it names, that stood before the last change, that were talked of, and that the patterns found
 * (`meaning`; left out where it says nothing, because the patterns were made for this very message).
 */
export function itemsOf(situation: Situation, meaning: Meaning | undefined): Item[] {
  const { plain, mentions, talk } = situation;
  const { all, wanted, found } = mentions;
  const standing = standingIn(situation);
  const read = meaning && outcomeOf(meaning) === 'picks' ? picksIn(meaning) : undefined;
  const before = talk.picks?.before ?? [];
  const told = toldProject(talk);
  const recent = talk.topic?.about === 'project' ? [...(talk.topic.recent ?? []), ...(told === undefined ? [] : [told])] : [];
  const numbers = new Set([...standing, ...all, ...(read ?? []), ...before, ...recent]);
  const relation = relationOf(all, standing);
  const { written } = situation.vocabulary.book.unitsOf(mentions.masked)[0];
  const asks = asksAtAll(plain);
  const stands = `${howPicksStand(talk)}${placeOf(situation) === 'picks'}`;
  return Array.from(numbers, (number) => {
    const features = new Set<number>();
    const add = (name: string, from?: number) => features.add(foldedTo(ITEM_FEATURES, hashed(name, from)));
    const isStanding = standing.includes(number);
    const place = all.indexOf(number);
    const past = before.length === 0 ? '' : before.includes(number) ? 'B' : 'b';
    const talked = recent.length === 0 ? '' : told === number ? 'T' : recent.includes(number) ? 'R' : 't';
    const state = `${isStanding ? 'S' : 's'}${place < 0 ? 'm' : 'M'}${past}${talked}`;
    for (const name of [
      '',
      placeOf(situation),
      `wanted${wanted.includes(number)}`,
      `stands${stands}`,
      `relation${relation}`,
      `standing${standing.length}`,
      `named${Math.min(4, all.length)}`,
      `at${standing.indexOf(number)}/${standing.length}`,
      `place${place}/${all.length}`,
      `asks${asks}`,
      `last${place >= 0 && place === all.length - 1}`,
      `${relation}${standing.length}${all.length}`,
    ]) {
      add(state + name);
      add(state + name + relation + stands);
    }
    eachRun(written, 3, `text${state}`, (run, length) => {
      features.add(foldedTo(ITEM_FEATURES, run));
      if (length <= 2) add(relation, run);
    });
    const own = found.filter((mention) => mention.number === number);
    for (const [which, mention] of [
      ['first', own[0]],
      ['last', own.at(-1)],
    ] as const)
      if (mention) for (const name of around(plain, found, mention, standing)) add(`${which}${isStanding ? 'S' : 's'}${name}`);
    if (meaning) {
      const isRead = read ? `P${read.includes(number)}` : `P?${outcomeOf(meaning)}`;
      const change = 'change' in meaning || (meaning.kind === 'answer' && 'change' in meaning.answer);
      const from = read
        ? `${read.every((each) => all.includes(each)) ? 'M' : read.every((each) => standing.includes(each)) ? 'S' : 'B'}${change ? 'c' : ''}`
        : '';
      for (const name of [
        '',
        state,
        state + relation,
        state + stands,
        state + from,
        from,
        `${state}${wanted.includes(number)}`,
        relation + from + state,
        `${read?.length ?? 0}${state}`,
      ])
        add(isRead + name);
    }
    return { number, features: [...features] };
  });
}

/** The characters around a mention, in its clause and the ones beside it; other projects stand as ◇, those that are picks as ◈. */
function around(
  plain: string,
  found: Situation['mentions']['found'],
  mention: Situation['mentions']['found'][number],
  standing: readonly number[],
): string[] {
  let text = '';
  let at = 0;
  for (const each of found) {
    const sign = each === mention ? '★' : each.number === mention.number ? '☆' : standing.includes(each.number) ? '◈' : '◇';
    text += plain.slice(at, each.start) + sign;
    at = each.end;
  }
  const clauses = (text + plain.slice(at)).split(PAUSE).filter(Boolean);
  const index = clauses.findIndex((clause) => clause.includes('★'));
  const clause = clauses[index] ?? '';
  const place = clause.indexOf('★');
  const before = clause.slice(Math.max(0, place - 6), place);
  const after = clause.slice(place + 1, place + 8);
  const names: string[] = [];
  for (let length = 1; length <= 5; length++) {
    if (length <= before.length) names.push(`b${before.slice(-length)}`);
    if (length <= after.length) names.push(`a${after.slice(0, length)}`);
  }
  for (const one of before) names.push(`B${one}`);
  for (const one of after) names.push(`A${one}`);
  names.push(...pairsOf(before).map((pair) => `B${pair}`), ...pairsOf(after).map((pair) => `A${pair}`));
  names.push(`ba${before.slice(-1)}${after.slice(0, 1)}`, `bbaa${before.slice(-2)}${after.slice(0, 2)}`);
  if (place === 0) names.push('begins');
  if (place === clause.length - 1) names.push('ends');
  names.push(`clause${index === 0}${index === clauses.length - 1}`);
  const next = clauses[index + 1];
  if (next !== undefined) names.push(`n${next.slice(0, 2)}`, `n${next.slice(0, 3)}`, ...pairsOf(next.slice(0, 8)).map((pair) => `N${pair}`));
  const previous = index > 0 ? clauses[index - 1] : undefined;
  if (previous !== undefined) names.push(...pairsOf(previous.slice(-6)).map((pair) => `V${pair}`));
  return names;
}

const PAUSE = /[,，。.!！?？;；:：~…\n]+|(?<=\p{Script=Han})\s+(?=\p{Script=Han})/u;

function pairsOf(text: string): string[] {
  return Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2));
}
