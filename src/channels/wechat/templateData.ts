/** What a field of a template takes, by what its name begins with; the values of other kinds cannot be made from a text. */
const LONGEST_THING = 20;
const FIELD = /\{\{(\w+)\.DATA\}\}/g;

export type TemplateData = Readonly<Record<string, { readonly value: string }>>;

/**
 * A text as the data of a template, which WeChat approved with fields of its own: `thing` fields take the text, twenty characters each,
 * `time` fields `when`. Undefined where the template asks for something else.
 */
export function templateData(content: string, text: string, when: string): TemplateData | undefined {
  const names = [...content.matchAll(FIELD)].map(([, name = '']) => name);
  const things = names.filter((name) => /^thing\d*$/.test(name));
  if (things.length === 0 || names.some((name) => !/^(thing|time)\d*$/.test(name))) return undefined;
  const pieces = cut([...text.replace(/\s+/g, ' ').trim()], things.length);
  return Object.fromEntries(names.map((name) => [name, { value: name.startsWith('time') ? when : (pieces[things.indexOf(name)] ?? '－') }]));
}

function cut(characters: readonly string[], most: number): string[] {
  const room = most * LONGEST_THING;
  const kept = characters.length > room ? [...characters.slice(0, room - 1), '…'] : characters;
  return Array.from({ length: most }, (_, index) =>
    kept
      .slice(index * LONGEST_THING, (index + 1) * LONGEST_THING)
      .join('')
      .trim(),
  ).filter((piece) => piece !== '');
}
