import { collection } from '../../store/collection.ts';
import { encrypted, index, records } from '../../store/records.ts';
import { textIfOurs } from '../../store/unlessForged.ts';
import { HOUR_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import type { Actor } from '../people/index.ts';
import type { RosterRows } from './table/rosterRows.ts';

/** How long an uploaded file is kept until its import is confirmed. */
const KEPT_MS = HOUR_MS / 2;

/** A roster that somebody uploaded and looks at before it is imported. */
const Upload = records(
  'uploads',
  {
    /** `vault.hmac('upload', community, person, token)`: only who uploaded it finds it. */
    _id: String,
    community: String,
    /** `id` of the actor: a person has one upload in a community. */
    by: String,
    /** The rows and the columns that were not read, as JSON, encrypted. */
    content: encrypted('uploadContent'),
    at: Date,
  },
  [index({ community: 1, by: 1 }), index({ at: 1 })],
);

/** Keeps a file for half an hour in place of an earlier one of the same person; gives the token that shows it to them. */
export async function keepUpload(
  { vault, now, randomBytes }: World,
  community: string,
  { id: by }: Actor,
  { lines, ignored }: RosterRows,
): Promise<string> {
  const token = randomBytes(16).toString('base64url');
  const _id = vault.hmac('upload', community, by, token);
  await collection(Upload).deleteMany({ community, by });
  await collection(Upload).insertOne({
    _id,
    community,
    by,
    content: vault.encrypt('uploadContent', _id, JSON.stringify({ lines, ignored })),
    at: now(),
  });
  return token;
}

/** The file of a token; null if it was imported or is over, or is somebody else's. */
export async function openUpload({ vault, now }: World, community: string, { id: by }: Actor, token: string): Promise<RosterRows | null> {
  const _id = vault.hmac('upload', community, by, token);
  const upload = await collection(Upload).findOne({ _id, at: { $gt: new Date(now().getTime() - KEPT_MS) } }, { promoteBuffers: true });
  const content = upload && textIfOurs(vault, 'uploadContent', _id, upload.content);
  return content ? JSON.parse(content) : null;
}

/** Forgets the file of a token. */
export async function dropUpload({ vault }: World, community: string, { id: by }: Actor, token: string): Promise<void> {
  await collection(Upload).deleteOne({ _id: vault.hmac('upload', community, by, token) });
}

/** Forgets the files that are over. */
export async function forgetUploads(now: Date): Promise<void> {
  await collection(Upload).deleteMany({ at: { $lte: new Date(now.getTime() - KEPT_MS) } });
}
