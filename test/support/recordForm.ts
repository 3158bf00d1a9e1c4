import mongoose, { type Schema, type SchemaType } from 'mongoose';

/**
 * Has MongoDB refuse, in the database of a test, what does not have the form that its collection's schema declares: the service writes with the driver,
 * which does not look at it. Not so in production: while two versions run beside each other, each writes records that the other's schema does not know.
 */
export async function checkWrites(): Promise<void> {
  const { db } = mongoose.connection;
  if (!db) return;
  const all = await db.listCollections().toArray();
  const there = new Map(all.map((each) => [each.name, 'options' in each && each.options?.validator !== undefined] as const));
  await Promise.all(
    mongoose.modelNames().map(async (name) => {
      const { collection, schema } = mongoose.model(name);
      const isChecked = there.get(collection.name);
      if (isChecked) return;
      const validator = { $jsonSchema: formOf(schema) };
      if (isChecked === undefined) await db.createCollection(collection.name, { validator });
      else await db.command({ collMod: collection.name, validator });
    }),
  );
}

interface Form {
  readonly bsonType?: string;
  readonly enum?: readonly unknown[];
  readonly items?: Form;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Form>>;
  readonly additionalProperties?: boolean | Form;
}

/** What MongoDB's `$jsonSchema` says of the records of a schema. */
function formOf({ paths }: Pick<Schema, 'paths'>): Form {
  const all = Object.entries(paths).filter(([path]) => !path.includes('$*')); // those are the values of a map
  return formOfObject(all.map(([path, type]) => ({ path: path.split('.'), type })));
}

function formOfObject(all: readonly { readonly path: readonly string[]; readonly type: SchemaType }[]): Form {
  const names = [...new Set(all.map(({ path: [name = ''] }) => name))];
  const own = (name: string) => all.find(({ path }) => path.length === 1 && path[0] === name)?.type;
  const below = (name: string) => all.filter(({ path }) => path[0] === name).map(({ path, type }) => ({ path: path.slice(1), type }));
  const form = (name: string) => {
    const type = own(name);
    return type ? formOfType(type) : formOfObject(below(name));
  };
  const required = names.filter((name) => name === '_id' || own(name)?.options.required === true);
  return {
    bsonType: 'object',
    properties: Object.fromEntries(names.map((name) => [name, form(name)])),
    additionalProperties: false,
    ...(required.length > 0 && { required }),
  };
}

function formOfType(type: SchemaType): Form {
  const allowed: unknown = type.options.enum;
  const form = plainForm(type);
  return Array.isArray(allowed) && type.instance !== 'Array' ? { ...form, enum: type.options.required ? allowed : [...allowed, null] } : form;
}

function plainForm(type: SchemaType): Form {
  if ('schema' in type && isSchema(type.schema)) {
    const { schema } = type;
    const form = formOf(schema);
    return type.instance === 'Embedded' ? form : { bsonType: 'array', items: withoutOwnId(form) };
  }
  if (type.instance === 'Array') return { bsonType: 'array', ...formOfEach(type, 'embeddedSchemaType', 'items') };
  if (type.instance === 'Map') return { bsonType: 'object', ...formOfEach(type, '$__schemaType', 'additionalProperties') };
  if (type.instance === 'Mixed') return {};
  const bsonType = PLAIN[type.instance];
  if (!bsonType) throw new Error(`No form is known for ${type.instance} (${type.path})`);
  return { bsonType };
}

const PLAIN: Readonly<Record<string, string>> = {
  String: 'string',
  Number: 'number',
  Boolean: 'bool',
  Date: 'date',
  Buffer: 'binData',
  ObjectId: 'objectId',
};

/** What a list or a map holds, which mongoose keeps under this key. */
function formOfEach(type: SchemaType, key: string, as: 'items' | 'additionalProperties'): Form {
  const each: unknown = Reflect.get(type, key);
  return each instanceof mongoose.SchemaType ? { [as]: formOfType(each) } : {};
}

/** Mongoose gives each record of a list an id; what the service writes has none. */
function withoutOwnId({ required = [], ...form }: Form): Form {
  const others = required.filter((name) => name !== '_id' || form.properties?._id?.bsonType !== 'objectId');
  return { ...form, ...(others.length > 0 && { required: others }) };
}

function isSchema(value: unknown): value is Pick<Schema, 'paths'> {
  return typeof value === 'object' && value !== null && 'paths' in value;
}
