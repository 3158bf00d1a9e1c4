/** A menu of WeChat's API as lines to read, and to compare: what each item is called, and what it does. */
export function menuLines(menu: unknown): string[] {
  return itemsIn(menu, 'button').flatMap((one) => {
    const below = itemsIn(one, 'sub_button');
    return below.length > 0 ? [textIn(one, 'name'), ...below.map((item) => `  ${line(item)}`)] : [line(one)];
  });
}

function line(item: unknown): string {
  return `${textIn(item, 'name')} (${textIn(item, 'type')} ${textIn(item, 'key') || textIn(item, 'url')})`;
}

/** The API gives some lists as `{list: […]}`. */
function itemsIn(value: unknown, name: string): unknown[] {
  const found = fieldOf(value, name);
  if (Array.isArray(found)) return found;
  const list = fieldOf(found, 'list');
  return Array.isArray(list) ? list : [];
}

function textIn(value: unknown, name: string): string {
  const found = fieldOf(value, name);
  return typeof found === 'string' ? found : '';
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
}
