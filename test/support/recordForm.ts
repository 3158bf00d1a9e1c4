import mongoose, { type Schema, type SchemaType } from 'mongoose';

/**
 * Has MongoDB refuse, in the database of a test, what does not have the form that its collection's schema declares: the service writes with the driver,
 * which does not look at it. Not so in production: while two versions run beside each other, each writes records that the other's schema does not know.
 */
export async function checkWrites(): Promise<void> {
  const { db } = mongoose.connection;
  const there = new Set((await mongoose.connection.listCollections()).map(({ name }) => name));
  await Promise.all(
    mongoose.modelNames().map(async (name) => {
      const { collection, schema } = mongoose.model(name);
      const validator = { $jsonSchema: formOf(schema) };
      if (there.has(collection.name)) await db?.command({ collMod: collection.name, validator });
      else await db?.createCollection(collection.name, { validator });
    }),
  );
}

interface Form {
  bsonType?: string | readonly string[];
  enum?: readonly unknown[];
  items?: Form;
  required?: readonly string[];
  properties?: Record<string, Form>;
  additionalProperties?: boolean | Form;
}

/** What MongoDB's `$jsonSchema` says of the records of a schema. */
function formOf({ paths }: Pick<Schema, 'paths'>): Form {
  const whole: Form = { bsonType: 'object', properties: {}, additionalProperties: false };
  for (const [path, type] of Object.entries(paths)) {
    if (path.includes('$*')) continue; // the values of a map
    const parts = path.split('.');
    const name = parts.pop() ?? '';
    let form = whole;
    for (const part of parts) form = (form.properties ??= {})[part] ??= { bsonType: 'object', properties: {}, additionalProperties: false };
    (form.properties ??= {})[name] = formOfType(type);
    if (type.options.required === true || path === '_id') form.required = [...(form.required ?? []), name];
  }
  return whole;
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
  switch (type.instance) {
    case 'String':
      return { bsonType: 'string' };
    case 'Number':
      return { bsonType: 'number' };
    case 'Boolean':
      return { bsonType: 'bool' };
    case 'Date':
      return { bsonType: 'date' };
    case 'Buffer':
      return { bsonType: 'binData' };
    case 'ObjectId':
      return { bsonType: 'objectId' };
    case 'Array': {
      const item: unknown = Reflect.get(type, 'embeddedSchemaType');
      return { bsonType: 'array', ...(item instanceof mongoose.SchemaType && { items: formOfType(item) }) };
    }
    case 'Map': {
      const value: unknown = Reflect.get(type, '$__schemaType');
      return { bsonType: 'object', ...(value instanceof mongoose.SchemaType && { additionalProperties: formOfType(value) }) };
    }
    case 'Mixed':
      return {};
    default:
      throw new Error(`No form is known for ${type.instance} (${type.path})`);
  }
}

/** Mongoose gives each record of a list an id that ours do not have. */
function withoutOwnId({ required = [], properties, ...form }: Form): Form {
  if (properties?._id?.bsonType !== 'objectId') return { required, ...(properties && { properties }), ...form };
  const { _id, ...own } = properties;
  const others = required.filter((name) => name !== '_id');
  return { ...form, properties: own, ...(others.length > 0 && { required: others }) };
}

function isSchema(value: unknown): value is Pick<Schema, 'paths'> {
  return typeof value === 'object' && value !== null && 'paths' in value;
}
