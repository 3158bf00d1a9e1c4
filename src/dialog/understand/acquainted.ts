/** Which part of a text's content the wordings of a group have too: 1 all of it, 0 none. Rare units count more. */
export type Acquainted = (units: readonly string[], group: number) => number;

/** A number, whatever it is, tells nothing about the rest. */
const NUMBER = '#';
/** A text that consists only of units which are in one of so many wordings says nothing: 的了吗. */
const EVERYWHERE = 12;

/**
 * Learns from the units of the known texts, of which each is in a group. `always` is a unit that counts as known everywhere. A text with
 * nothing but units that are everywhere is not known at all.
 */
export function acquaintedWith(known: readonly { readonly units: readonly string[]; readonly group: number }[], always: string): Acquainted {
  const having = new Map<string, { count: number; groups: Set<number> }>();
  for (const { units, group } of known) {
    for (const unit of new Set(units)) {
      const found = having.get(unit) ?? { count: 0, groups: new Set() };
      found.count++;
      found.groups.add(group);
      having.set(unit, found);
    }
  }
  const texts = known.length; // the texts themselves are not kept: 3.5 MB
  const weightOf = (unit: string) => Math.log(1 + texts / ((having.get(unit)?.count ?? 0) + 1));
  const least = Math.log(1 + EVERYWHERE);
  return (units, group) => {
    let all = 0;
    let own = 0;
    let heaviest = 0;
    for (const unit of new Set(units)) {
      if (unit === NUMBER) continue;
      const weight = unit === always ? least : weightOf(unit);
      heaviest = Math.max(heaviest, weight);
      all += weight;
      if (unit === always || having.get(unit)?.groups.has(group)) own += weight;
    }
    return heaviest < least ? 0 : own / all;
  };
}
