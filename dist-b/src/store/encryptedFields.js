/** For a schema: a field that is encrypted under this purpose, by the name of its record (`recordName`) unless said otherwise. A rotation of SECRET rewrites it. */
export function encrypted(purpose, nameOf = recordName) {
    return { type: Buffer, encryptedFor: { purpose, nameOf } };
}
/** The name of a record for `Vault.encrypt`: its `_id`; the parts of one that has several are joined by `|`. */
export function recordName({ _id }) {
    return typeof _id === 'object' ? Object.values(_id).join('|') : String(_id);
}
/** All encrypted fields of a schema and of those in it. */
export function encryptedFields(schema, prefix = '') {
    return Object.values(schema.paths).flatMap((type) => {
        const path = prefix + type.path;
        if ('schema' in type && isSchema(type.schema))
            return encryptedFields(type.schema, `${path}.`);
        const { encryptedFor } = type.options;
        return encryptedFor ? [{ path, ...encryptedFor }] : [];
    });
}
function isSchema(value) {
    return typeof value === 'object' && value !== null && 'paths' in value;
}
/** The values that a document has at a path; an empty one holds nothing. */
export function valuesAt(document, path) {
    return within(document, path.split('.'), [], []);
}
function within(value, [part, ...rest], gone, at) {
    if (value === null || typeof value !== 'object')
        return [];
    if (part === undefined)
        return isBinary(value) && value.length() > 0 ? [{ path: gone.join('.'), at, bytes: value }] : [];
    if (Array.isArray(value))
        return value.flatMap((each, index) => within(each, [part, ...rest], [...gone, String(index)], [...at, index]));
    return within(Reflect.get(value, part), rest, [...gone, part], at);
}
function isBinary(value) {
    return '_bsontype' in value && value._bsontype === 'Binary';
}
