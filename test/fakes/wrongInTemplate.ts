/** The most characters that WeChat takes in a template's field, by the beginning of the field's name. */
const LONGEST: Readonly<Record<string, number>> = {
  thing: 20,
  phrase: 5,
  const: 20,
  short_thing: 5,
  time: 20,
  character_string: 32,
  number: 32,
  name: 10,
};

/** The code of what WeChat would refuse in a template message's data (https://developers.weixin.qq.com/doc/service/guide/product/template_message). */
export function wrongInTemplate(content: string, data: unknown): 47003 | undefined {
  const fields = [...content.matchAll(/\{\{(\w+)\.DATA\}\}/g)].map(([, name = '']) => name);
  if (typeof data !== 'object' || data === null) return 47003;
  const given = new Map<string, unknown>(Object.entries(data));
  const isRight = (name: string) => {
    const field = given.get(name);
    const value = typeof field === 'object' && field !== null && 'value' in field ? field.value : undefined;
    const longest = LONGEST[name.replace(/\d+$/, '')];
    return typeof value === 'string' && value !== '' && longest !== undefined && [...value].length <= longest;
  };
  return fields.length === given.size && fields.every(isRight) ? undefined : 47003;
}
