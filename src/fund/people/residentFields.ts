import { LANGUAGES } from '../communities/languages.ts';

export const ROLES = ['resident', 'cadre', 'council', 'supervisor'] as const;

/** What the roster says of a resident, one thing of it. Pure: it is read where a file is, in a thread of its own. */
interface ResidentField {
  /** It is kept encrypted with the person, and may be searched by an HMAC; else it is a field of the record. */
  readonly isSealed?: true;
  /** The most characters. A field without them and without `values` is a phone. */
  readonly longest?: number;
  readonly values?: readonly string[];
  /** No form leaves it empty. */
  readonly isNeeded?: true;
  /** What the column is called in offices' own lists and in ours, besides its name, in small letters. */
  readonly headings: readonly string[];
  /** Values as they are called there. */
  readonly called?: Readonly<Record<string, string>>;
  /** What looks like a day is none: Excel took `3-2` for one. */
  readonly isNoDay?: true;
}

/**
 * Every column of the roster but the id and the card, which are the resident's for good. What imports, previews, compares, changes, shows, searches, exports,
 * logs and deletes them reads this list; their words are `field` in `locales/LANGUAGE/acts.json`.
 */
export const RESIDENT_FIELDS = {
  name: { isSealed: true, longest: 60, isNeeded: true, headings: ['姓名', '户主姓名', '居民姓名', '住户姓名', '业主姓名', '户主', '业主', '名字'] },
  phone: { isSealed: true, headings: ['手机', '手机号', '手机号码', '联系手机', '移动电话', '联系电话', '户主电话', '电话', '电话号码', '联系方式'] },
  building: { longest: 60, isNoDay: true, headings: ['楼号', '楼栋', '楼栋号', '栋号', '楼幢', '幢号', '楼', '栋', '幢'] },
  door: {
    isSealed: true,
    longest: 20,
    isNoDay: true,
    headings: ['门牌号', '门牌号码', '门牌', '门号', '房号', '房间号', '房屋号', '单元房号', '室号'],
  },
  language: {
    values: LANGUAGES,
    headings: ['语言'],
    called: { 普通话: 'zh-CN', 中文: 'zh-CN', 四川话: 'zh-CN-sichuan', 英语: 'en', Chinese: 'zh-CN', Sichuanese: 'zh-CN-sichuan', English: 'en' },
  },
  role: {
    values: ROLES,
    isNeeded: true,
    headings: ['职务', '身份'],
    called: { 居民: 'resident', 干部: 'cadre', 社区干部: 'cadre', 议事会成员: 'council', 监督委员: 'supervisor' },
  },
} as const satisfies Record<string, ResidentField>;

export type FieldName = keyof typeof RESIDENT_FIELDS;
export type SealedField = { [Name in FieldName]: (typeof RESIDENT_FIELDS)[Name] extends { readonly isSealed: true } ? Name : never }[FieldName];
/** The fields of a resident's record that the roster gives. */
export type PlainField = Exclude<FieldName, SealedField>;

/** What the roster says of a resident; what is empty is undefined. */
export type ResidentFields = { readonly [Name in Exclude<FieldName, 'role'>]?: string | undefined } & { readonly role: (typeof ROLES)[number] };

export const FIELD_NAMES = Object.keys(RESIDENT_FIELDS).filter(isField);
export const SEALED = FIELD_NAMES.filter(isSealed);
export const PLAIN = FIELD_NAMES.filter((name) => !isSealed(name));

export function isField(name: string): name is FieldName {
  return Object.hasOwn(RESIDENT_FIELDS, name);
}

export function isSealed(name: FieldName): name is SealedField {
  return fieldOf(name).isSealed === true;
}

export function fieldOf(name: FieldName): ResidentField {
  return RESIDENT_FIELDS[name];
}

/** What is made of each field, by its name. */
export function ofEach<Value, Name extends FieldName = FieldName>(make: (name: Name) => Value, names: readonly Name[]): Record<Name, Value> {
  const made: Partial<Record<Name, Value>> = {};
  for (const name of names) made[name] = make(name);
  return made as Record<Name, Value>; // each of them was made
}

/** The fields of a resident alone, out of what holds more. */
export function fieldsOf({ role, ...given }: ResidentFields): ResidentFields {
  return { ...Object.fromEntries(Object.entries(given).filter(([name]) => isField(name))), role };
}

/** The fields in which two differ. */
export function differing(one: ResidentFields, other: ResidentFields): FieldName[] {
  return FIELD_NAMES.filter((name) => one[name] !== other[name]);
}
