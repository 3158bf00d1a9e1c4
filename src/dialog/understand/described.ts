import type { Option } from '../question.ts';
import { normalise } from './normalise.ts';

/** What tells one project from the others: pairs of characters of its title, its other names and its detail that no other one has. */
const compiled = new WeakMap<readonly Option[], ReadonlyMap<string, number>>();

/** The one project that a message describes without naming it: 给老年人做饭的. Undefined if it could be another one as well. It has to be read back. */
export function describedIn(plain: string, ballot: readonly Option[]): number | undefined {
  let own = compiled.get(ballot);
  if (!own) {
    own = ownPairs(ballot);
    compiled.set(ballot, own);
  }
  const found = new Set(pairsOf(plain).flatMap((pair) => own.get(pair) ?? []));
  const [only, another] = found;
  return another === undefined ? only : undefined;
}

function ownPairs(ballot: readonly Option[]): Map<string, number> {
  const owners = new Map<string, Set<number>>();
  for (const { number, label, title = label, also = [], detail = '' } of ballot)
    for (const pair of [title, detail, ...also].flatMap((text) => pairsOf(normalise(text))))
      owners.set(pair, (owners.get(pair) ?? new Set()).add(number));
  return new Map(
    [...owners].flatMap(([pair, [number, another]]) => (number !== undefined && another === undefined ? [[pair, number] as const] : [])),
  );
}

/** Of several characters that say something; where something is, and how many there are, does not. */
function pairsOf(text: string): string[] {
  return (text.replace(SAYS_NOTHING, '|').match(/\p{Script=Han}+/gu) ?? []).flatMap((run) =>
    [...run].slice(1).map((character, index) => [...run][index] + character),
  );
}

const SAYS_NOTHING =
  /小区|社区|那[块个些]?|这[块个些]?|[一二三四五六七八九十两几]+[个件台盏口套张处号栋楼]|[的了在和跟给把个地要想我你他们有没不是就都也投选票号]|放|装|修|建|办|每|后面|前面|门口|旁边|东边|西边/gu;
