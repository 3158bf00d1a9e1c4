import { type Checkpoint, readCheckpoint } from '../transparency/checkpoint.ts';
import { openNote, type Signer, sha256, signatureLine } from '../transparency/note.ts';
import { bytesIn } from '../transparency/noteText.ts';
import { isContinued } from '../transparency/tree.ts';
import type { WatchedLog } from './watchedLog.ts';

/** An answer over HTTP. */
export interface Answer {
  readonly status: number;
  readonly type: 'text/plain; charset=utf-8' | 'text/x.tlog.size';
  readonly body: string;
}

/** More hashes are in no proof. */
const LONGEST_PROOF = 63;

/**
 * Answers `add-checkpoint` (C2SP tlog-witness): a checkpoint that goes on from the one that was cosigned last is kept, then cosigned. One of the same
 * size with another root is proof that the log has signed two trees, and is kept as that. A proof that does not hold is none: anybody can send one.
 */
export async function addCheckpoint(logs: ReadonlyMap<string, WatchedLog>, signer: Signer, body: string, now: () => Date): Promise<Answer> {
  const asked = readAsked(body);
  if (!asked) return said(400, 'not a request as c2sp.org/tlog-witness has it');
  const log = logs.get(asked.note.slice(0, Math.max(0, asked.note.indexOf('\n'))));
  if (!log) return said(404, 'this log is not watched here');
  const opened = openNote(asked.note, [log.key]);
  if (!opened) return said(403, 'not signed by the key of this log');
  const checkpoint = readCheckpoint(opened.text);
  if (!checkpoint || asked.old > checkpoint.size) return said(400, 'not a checkpoint, or an old size behind it');
  return log.inTurn(async () => {
    const seen = log.state().seen;
    const before = { size: seen?.size ?? 0, root: seen ? Buffer.from(seen.root, 'base64') : sha256(new Uint8Array()) };
    if (asked.old !== before.size) {
      await accuseIfAnother(log, checkpoint, asked.note, now());
      return { status: 409, type: 'text/x.tlog.size', body: `${before.size}\n` };
    }
    if (!isContinued(sha256, before, checkpoint, asked.proof)) {
      await accuseIfAnother(log, checkpoint, asked.note, now());
      return said(422, 'this tree does not go on from the one that was cosigned last');
    }
    return said(200, await cosign(log, signer, { text: opened.text, note: asked.note, checkpoint }, now()), '');
  });
}

/** Keeps a checkpoint, then signs it. Gives the line. */
export async function cosign(
  log: WatchedLog,
  signer: Signer,
  { text, note, checkpoint }: { text: string; note: string; checkpoint: Checkpoint },
  now: Date,
): Promise<string> {
  const line = signatureLine(text, signer, Math.floor(now.getTime() / 1_000));
  const ofLog = note
    .slice(note.indexOf('\n\n') + 2)
    .split('\n')
    .filter((each) => each && openNote(`${text}\n${each}\n`, [log.key]));
  await log.keepSeen(
    {
      size: checkpoint.size,
      root: Buffer.from(checkpoint.root).toString('base64'),
      note: `${text}\n${ofLog.map((each) => `${each}\n`).join('')}${line}`,
    },
    now,
  );
  return line;
}

/** Two roots of one size, each signed by the log, are a contradiction for ever; so is a tree that the leaves kept here are not. */
export async function accuseIfAnother(log: WatchedLog, { size, root }: Checkpoint, note: string, now: Date): Promise<boolean> {
  const { seen } = log.state();
  const known = seen?.size === size ? seen.root : await log.rootAt(size);
  const other = Buffer.from(root).toString('base64');
  if (known === undefined || known === other) return false;
  await log.accuse(`two trees of ${size} leaves were signed: ${known} and ${other}`, [seen?.note ?? '', note], now);
  return true;
}

function readAsked(body: string): { old: number; proof: Uint8Array[]; note: string } | undefined {
  const end = body.indexOf('\n\n');
  const [first = '', ...hashes] = body.slice(0, Math.max(end, 0)).split('\n');
  const [, old] = /^old (0|[1-9]\d{0,14})$/.exec(first) ?? [];
  const proof = hashes.map(bytesIn);
  if (old === undefined || proof.length > LONGEST_PROOF || !proof.every((hash) => hash?.length === 32)) return undefined;
  return { old: Number(old), proof: proof.flatMap((hash) => hash ?? []), note: body.slice(end + 2) };
}

function said(status: number, body: string, end = '\n'): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: `${body}${end}` };
}
