import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CodedError } from '../store/codedError.js';
const hex = (bytes) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));
const schema = z.strictObject({
    format: z.literal(1),
    madeAt: z.iso.datetime(),
    /** The salt of this backup's keys. */
    salt: hex(16),
    /** By what its SECRET is known again (`checkOf`). */
    secretCheck: z.string(),
    collections: z.array(z.strictObject({ name: z.string().regex(/^[\w.-]+$/), documents: z.int(), sha256: hex(32) })),
    ledgers: z.array(z.strictObject({ cycle: z.string(), seq: z.int(), hash: z.string() })),
    logs: z.array(z.strictObject({ community: z.string(), seq: z.int(), hash: z.string() })),
});
const FILE = 'manifest.json';
/** The name of the file that holds a collection. */
export function fileOf(collection) {
    return `${collection}.bson.gz.enc`;
}
/** The key of one backup for one purpose: HKDF-SHA256 of BACKUP_KEY under the backup's own salt. 32 bytes. */
export function keyFor(purpose, backupKey, salt) {
    return Buffer.from(hkdfSync('sha256', backupKey, Buffer.from(salt, 'hex'), `yisheng backup ${purpose}`, 32));
}
/** A manifest as its file: JSON on one line, and below it the HMAC-SHA256 of that line in hex, so that nobody without BACKUP_KEY can make or change one. */
export function written(manifest, backupKey) {
    const json = JSON.stringify(manifest);
    return `${json}\n${macOf(json, backupKey, manifest.salt).toString('hex')}\n`;
}
export const MANIFEST = FILE;
/** Reads a backup's manifest. Rejects with `no-backup` if there is none, with `wrong-backup-key` if it was made with another BACKUP_KEY or changed. */
export async function readManifest(folder, backupKey) {
    const text = await readFile(join(folder, FILE), 'utf8').catch((cause) => {
        throw new CodedError('no-backup', `${folder} has no ${FILE}: name the folder that "npm run backup" wrote.`, { cause });
    });
    const [json = '', mac = ''] = text.split('\n');
    const read = schema.safeParse(parsed(json));
    const isOurs = read.success && same(Buffer.from(mac, 'hex'), macOf(json, backupKey, read.data.salt));
    if (read.success && isOurs)
        return read.data;
    throw new CodedError('wrong-backup-key', `${join(folder, FILE)} was made with another BACKUP_KEY, or was changed. Set the key that this backup was made with; if it is that one, use another backup.`);
}
function parsed(json) {
    try {
        return JSON.parse(json);
    }
    catch {
        return undefined; // not JSON: refused like any other changed manifest
    }
}
function macOf(json, backupKey, salt) {
    return createHmac('sha256', keyFor('manifest', backupKey, salt))
        .update(json)
        .digest();
}
function same(one, other) {
    return one.length === other.length && timingSafeEqual(one, other);
}
