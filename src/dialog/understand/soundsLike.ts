/** What may be said where something is asked, as syllables (`Syllables.of`), and what it counts as: of two phrases of one kind either may be meant. */
export interface Sayable {
  readonly text: string;
  readonly sounds: readonly string[];
  readonly kind: string;
}

/** A phrase that something sounds like: `off` is the share of it that sounds otherwise, 0 to 1. */
export interface Like {
  readonly text: string;
  readonly off: number;
}

/** So much of a phrase may sound otherwise, by its syllables: of one nothing. */
const MOST_OFF = [0, 0, 0.31, 0.36] as const;
/** What is nearest has to be nearer by so much than what is of another kind. */
const MARGIN = 0.12;
/** What stands before what is picked; it helps to recognise it, and does not count. */
const LEADS: readonly (readonly string[])[] = [[], ['tou'], ['xuan'], ['wo', 'tou'], ['wo', 'xuan'], ['wo', 'yao', 'tou'], ['wo', 'yao', 'xuan']];

/** The one phrase that these syllables sound like; undefined if none does, or one of another kind as well. */
export function soundsLike(heard: readonly string[], sayable: readonly Sayable[]): Like | undefined {
  const near = sayable
    .map((phrase) => ({ ...phrase, off: Math.min(...LEADS.map((lead) => distance(heard, [...lead, ...phrase.sounds]))) / phrase.sounds.length }))
    .toSorted((one, other) => one.off - other.off);
  const [best] = near;
  if (!best || best.off > (MOST_OFF[Math.min(best.sounds.length, MOST_OFF.length - 1)] ?? 0)) return undefined;
  const other = near.find(({ kind }) => kind !== best.kind);
  return other && other.off - best.off < MARGIN ? undefined : { text: best.text, off: best.off };
}

/** What a syllable costs that is too many or missing; less for those that are hardly spoken. */
const MISSED = 0.8;
const WEAK: Readonly<Record<string, number>> = { le: 0.3, de: 0.3, a: 0.2, ba: 0.3, ma: 0.3, o: 0.2, ge: 0.5, e: 0.2, en: 0.3 };

/** How much has to be put in, taken out or changed to make the one of the other; a syllable that sounds quite otherwise costs 1. */
function distance(one: readonly string[], other: readonly string[]): number {
  const missed = (sound: string) => WEAK[sound] ?? MISSED;
  let row = [0];
  for (const sound of other) row.push((row.at(-1) ?? 0) + missed(sound));
  for (const sound of one) {
    const next = [(row[0] ?? 0) + missed(sound)];
    for (const [at, its] of other.entries())
      next.push(Math.min((next[at] ?? 0) + missed(its), (row[at + 1] ?? 0) + missed(sound), (row[at] ?? 0) + apart(sound, its)));
    row = next;
  }
  return row[other.length] ?? 0;
}

const INITIAL = /^[bpmfdtlgkhjqxzcsryw]?/;
/** Consonants that a phone line or a machine takes for each other. */
const ALIKE = [/^[bpdtgk]$/, /^[jqxzcsr]$/, /^[fhw]$/, /^[lrmy]$/];

/** How far apart two syllables sound: 0 the same, 1 not alike. */
function apart(one: string, other: string): number {
  if (one === other) return 0;
  const [first = '', second = ''] = [one, other].map((syllable) => INITIAL.exec(syllable)?.[0] ?? '');
  const consonants = first === second ? 0 : ALIKE.some((group) => group.test(first) && group.test(second)) ? 0.3 : 0.6;
  return Math.min(1, consonants + vowelsApart(one.slice(first.length), other.slice(second.length)));
}

function vowelsApart(one: string, other: string): number {
  if (one === other) return 0;
  const [first, second] = [one, other].map((final) => final.replace(/^[iu](?=[aeo])/, ''));
  if (first === second) return 0.2;
  return first?.[0] === second?.[0] || first?.at(-1) === second?.at(-1) ? 0.35 : 0.6;
}
