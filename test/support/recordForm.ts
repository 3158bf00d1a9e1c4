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
  readonly additionalProperties?: boolean;
}

/** What MongoDB's `$jsonSchema` says of the records of a schema. */
function formOf({ paths }: Pick<Schema, 'paths'>): Form {
  const all = Object.entries(paths);
  const required = all.filter(([name, type]) => name === '_id' || type.options.required === true).map(([name]) => name);
  return {
    bsonType: 'object',
    properties: Object.fromEntries(all.map(([name, type]) => [name, formOfType(type)])),
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
    return type.instance === 'Embedded' ? form : { bsonType: 'array', items: form };
  }
  if (type.instance === 'Array') return { bsonType: 'array', ...formOfEach(type) };
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

/** What a list holds. */
function formOfEach(type: SchemaType): Form {
  const each: unknown = Reflect.get(type, 'embeddedSchemaType');
  return each instanceof mongoose.SchemaType ? { items: formOfType(each) } : {};
}

function isSchema(value: unknown): value is Pick<Schema, 'paths'> {
  return typeof value === 'object' && value !== null && 'paths' in value;
}
