import type { Meaning } from './commandIn.ts';
import { foldedTo, hashed } from './guess.ts';
import { itemsOf } from './inOrOut.ts';
import { type Believed, type Judgement, type Outcome, TRUST_FEATURES } from './judgement.ts';
import { howPicksStand, outcomeFeatures, placeOf, relationOf, type Situation, standingIn } from './outcome.ts';
import { outcomeOf } from './outcomeOf.ts';
import { picksIn } from './readBack.ts';
import { asksAtAll, weight } from './said.ts';

/** The likeliest outcomes, the one that was found and none at all, each with what speaks for it. */
export function believedOf(judgement: Judgement, meaning: Meaning, situation: Situation): Believed[] {
  const { outcomes } = judgement;
  const chances = judgement.chancesOf(outcomeFeatures(situation));
  const found = outcomeOf(meaning);
  const order = outcomes.map((_, at) => at).sort((one, other) => (chances[other] ?? 0) - (chances[one] ?? 0));
  const likeliest = order.slice(0, LIKELIEST).flatMap((at) => outcomes[at] ?? []);
  const place = placeOf(situation);
  const asks = asksAtAll(situation.plain);
  const length = Math.min(5, Math.floor(weight(situation.plain) / 6));
  const isNone = found === 'nothing';
  return [...new Set<Outcome>([...likeliest, found, 'nothing'])].map((outcome) => {
    const chance = Math.log((chances[outcomes.indexOf(outcome)] ?? 0) + LEAST_CHANCE);
    const signs: [number, number][] = [];
    const add = (name: string, amount = 1) => signs.push([foldedTo(TRUST_FEATURES, hashed(name)), amount]);
    add('chance', chance);
    add(`chance|${outcome === 'nothing'}`, chance);
    add(`chance||${isNone}`, chance);
    add(`outcome${outcome}`);
    if (outcome === found) {
      for (const name of [
        '',
        found,
        found + meaning.kind,
        place,
        found + place,
        `asks${asks}${isNone}`,
        `length${length}${isNone}`,
        `${likeliest[0]}|${found}`,
        meaning.kind,
      ])
        add(`found${name}`);
      add('found', chance);
      if (found === 'picks') addPicks(add, judgement, meaning, situation);
    } else {
      add(`other${found}`);
      add(`chance${found}`, chance / 3);
      add(`other${outcome}|${found}`);
      if (outcome === 'nothing') {
        add(`none${place}`);
        add(`none|${likeliest[0]}`);
      }
    }
    return { outcome, signs };
  });
}

const LIKELIEST = 4;
const LEAST_CHANCE = 1e-3;

/** What speaks for the picks that were found: how likely each project is in, or out, as they have it. */
function addPicks(add: (name: string, amount?: number) => void, { isIn }: Judgement, meaning: Meaning, situation: Situation): void {
  const read = picksIn(meaning) ?? [];
  const { all } = situation.mentions;
  const standing = standingIn(situation);
  const shares = itemsOf(situation, meaning).map(({ number, features }) => (read.includes(number) ? isIn(features) : 1 - isIn(features)));
  const least = Math.log(Math.min(1, ...shares) + LEAST_CHANCE);
  const each = Math.log(shares.reduce((product, share) => product * share, 1) + LEAST_CHANCE);
  const relation = relationOf(all, standing);
  for (const name of ['picks', `picks${relation}`, `picks${standing.length > 0}`]) {
    add(`least${name}`, least);
    add(`each${name}`, each);
  }
  const isAsNamed = read.every((number) => all.includes(number));
  for (const name of [
    relation,
    `${read.length}`,
    `${isAsNamed}${relation}`,
    `${read.length}/${all.length}/${standing.length}`,
    `${howPicksStand(situation.talk)}${relation}`,
    `${asksAtAll(situation.plain)}${relation}`,
  ])
    add(`picks${name}`);
}
