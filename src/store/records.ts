import mongoose, { type IndexDefinition, type IndexOptions, type Model, Schema, type Types } from 'mongoose';
import { type NameOf, recordName } from './encryptedFields.ts';
import type { EncryptionPurpose } from './vault.ts';

/**
 * A collection, declared once. The type of its records follows from its fields (`RecordOf`), and in every test MongoDB refuses what does not have them. A field
 * is `String`, `Number`, `Boolean`, `Date`, `Buffer`, `true`, `oneOf(…)`, `encrypted(…)`, `opaque<…>()`, a list `[…]` of one of these, or an object of them. It is
 * always there unless it is `optional(…)`, and never null.
 */
export function records<const Fields extends Shape>(collection: string, fields: Fields, indexes: readonly Index[] = []): Model<Of<Fields>> {
  const schema = schemaOf(fields, { strict: 'throw', versionKey: false, collection });
  for (const { keys, options } of indexes) schema.index(keys, options);
  return mongoose.model<Of<Fields>>(collection, schema);
}

/** An index, with its keys and options as MongoDB takes them. */
export function index(keys: IndexDefinition, options?: IndexOptions): Index {
  return { keys, options };
}

/** The type of a collection's records. */
export type RecordOf<Records> = Records extends Model<infer Record> ? Record : never;

export function optional<const Given extends Field>(field: Given): Optional<Given> {
  return new Optional(field);
}

/** One of these texts. */
export function oneOf<const Value extends string>(values: readonly Value[]): Typed<Value> {
  return new Typed<Value>({ type: String, enum: [...values] });
}

/** Encrypted under this purpose, by the name of its record (`recordName`) unless said otherwise. A rotation of SECRET rewrites it. */
export function encrypted(purpose: EncryptionPurpose, nameOf: NameOf = recordName): Typed<Buffer> {
  return new Typed<Buffer>({ type: Buffer, encryptedFor: { purpose, nameOf } });
}

/** What is written and read as a whole: of its form only the type is known. */
export function opaque<Value>(): Typed<Value> {
  return new Typed<Value>({ type: Schema.Types.Mixed });
}

/** The same field under each of these names. */
export function each<const Name extends string, const Given extends Field>(names: readonly Name[], field: Given): Record<Name, Given> {
  return Object.fromEntries(names.map((name) => [name, field])) as Record<Name, Given>; // each of them was made
}

/** What a field, or an object of fields, holds. */
// biome-ignore format: one line for each kind of field
export type Of<Given> =
  Given extends Typed<infer Value> ? Value :
  Given extends StringConstructor ? string :
  Given extends NumberConstructor ? number :
  Given extends DateConstructor ? Date :
  Given extends true ? true :
  Given extends BooleanConstructor ? boolean :
  Given extends BufferConstructor ? Buffer :
  Given extends typeof Types.ObjectId ? Types.ObjectId :
  Given extends readonly (infer Each)[] ? Of<Each>[] :
  { -readonly [Name in keyof Given as Given[Name] extends Optional<unknown> ? never : Name]: Of<Given[Name]> } & {
    -readonly [Name in keyof Given as Given[Name] extends Optional<unknown> ? Name : never]?: Given[Name] extends Optional<infer Inner> ? Of<Inner> : never;
  };

type Plain = StringConstructor | NumberConstructor | BooleanConstructor | DateConstructor | BufferConstructor | typeof Types.ObjectId;
type Field = Plain | true | Typed<unknown> | Optional<Field> | readonly Field[] | Shape;
interface Shape {
  readonly [name: string]: Field;
}

type Options = Readonly<Record<string, unknown>>;

interface Index {
  readonly keys: IndexDefinition;
  readonly options: IndexOptions | undefined;
}

/** A field that says of its type more than mongoose knows. */
class Typed<Value> {
  declare readonly value?: Value;
  readonly options: Options;
  constructor(options: Options) {
    this.options = options;
  }
}

class Optional<Given> {
  readonly field: Given;
  constructor(field: Given) {
    this.field = field;
  }
}

function schemaOf(fields: Shape, options: mongoose.SchemaOptions): Schema {
  const definition = Object.entries(fields).map(([name, field]) => [name, { ...optionsOf(field), required: !(field instanceof Optional) }]);
  return new Schema(Object.fromEntries(definition), options);
}

/** A field as mongoose takes it. */
function optionsOf(field: Field): Options {
  if (field instanceof Optional) return optionsOf(field.field);
  if (field instanceof Typed) return field.options;
  if (field === true) return { type: Boolean, enum: [true] };
  if (typeof field === 'function') return { type: field };
  return { type: isList(field) ? field.map(optionsOf) : schemaOf(field, { _id: false }) };
}

function isList(field: readonly Field[] | Shape): field is readonly Field[] {
  return Array.isArray(field);
}
