import * as z from 'zod';
import { type Leaf, readCheckpoint, readLeaf, readLeaves } from '../../../transparency/checkpoint.ts';
import { base64, bytesIn, readKey, signedBy, type ToCheck, utf8, type VerifierKey } from '../../../transparency/noteText.ts';
import { type Hash, isIncluded, leafHash } from '../../../transparency/tree.ts';
import { AuditError, lineOfKey, readJson } from './readFiles.ts';

/** A leaf of the log of heads with the proof that it is in a tree. */
export interface Included {
  readonly leaf: string;
  readonly index: number;
  /** Base64. */
  readonly proof: readonly string[];
}

/** What shows that a ledger's heads and the log's stand in the log of heads, as `proof.json` and the API have it. */
export interface HeadProofs {
  /** The key of the log of heads (C2SP signed-note). */
  readonly log: string;
  /** The keys of those who cosigned, with what people call them. */
  readonly witnesses: readonly { readonly name: string; readonly key: string }[];
  /** C2SP tlog-checkpoint. */
  readonly checkpoint: string;
  /** All heads of the ledger, the seal's last. */
  readonly ledger: readonly Included[];
  /** All heads of the community's log. */
  readonly staff: readonly Included[];
}

const FILE = 'proof.json';
const included = z.strictObject({ leaf: z.string(), index: z.int().nonnegative(), proof: z.array(z.string()) });
/** `proof.json`. */
export const proofSchema: z.ZodType<HeadProofs> = z.strictObject({
  log: z.string(),
  witnesses: z.array(z.strictObject({ name: z.string(), key: z.string() })),
  checkpoint: z.string(),
  ledger: z.array(included),
  staff: z.array(included),
});

/** `proof.json`: one value a line. */
export function proofText({ log, witnesses, checkpoint, ledger, staff }: HeadProofs): string {
  return `${JSON.stringify({ log, witnesses, checkpoint, ledger, staff }, null, 2)}\n`;
}

/** What was found in the tree. */
export interface ProofChecked {
  /** The log's name. */
  readonly origin: string;
  /** So many heads the tree has. */
  readonly size: number;
  /** The day of the seal's head. */
  readonly day: string;
  /** Who cosigned, by the names of their keys, and when, in seconds since 1970. */
  readonly cosigned: readonly { readonly name: string; readonly at: number }[];
}

interface ToProve {
  readonly cycle: string;
  /** The hashes of the ledger's entries, in order. */
  readonly ledger: readonly string[];
  /** The hashes of the log's entries, if it is there. */
  readonly log?: ReadonlySet<string> | undefined;
  /** Witnesses that must have cosigned. */
  readonly demanded?: readonly VerifierKey[];
}

/**
 * Checks that all heads of the ledger that are shown, the seal's among them, and of the log stand in the tree of the checkpoint (docs/contract.md: Witnesses). Gives also
 * the signatures, which have to be checked by who can. Throws `AuditError`.
 */
export function checkProof(
  hash: Hash,
  text: string,
  { cycle, ledger, log, demanded = [] }: ToProve,
): { checked: ProofChecked; signatures: readonly ToCheck[] } {
  const fail = (key: keyof HeadProofs, what: string): never => {
    throw new AuditError(FILE, lineOfKey(text, key), what);
  };
  const given = readJson(proofSchema, FILE, 1, text);
  const key = readKey(hash, given.log);
  if (key?.kind !== 'note') return fail('log', 'is no key of a log');
  const named = given.witnesses.map(({ key }) => readKey(hash, key) ?? fail('witnesses', 'is no key of a witness'));
  const isKnown = (one: VerifierKey) => named.some((other) => isSameKey(one, other));
  const note = signedBy(hash, given.checkpoint, [key, ...named, ...demanded.filter((one) => !isKnown(one))]);
  const checkpoint = note && readCheckpoint(note.text);
  if (!note || checkpoint?.origin !== key.name) return fail('checkpoint', 'is no checkpoint of this log');
  if (!note.signatures.some(({ key: by }) => by === key)) return fail('checkpoint', 'was not signed by the log');
  for (const witness of demanded)
    if (!note.signatures.some(({ key: by }) => isSameKey(by, witness)))
      return fail('checkpoint', `was not cosigned by ${witness.name}, the witness given with --witness`);
  const inTree = (where: 'ledger' | 'staff', { leaf, index, proof }: Included): Leaf => {
    const read = readLeaf(leaf);
    if (!read) return fail(where, `leaf ${index} is not a head of four lines`);
    const hashes = proof.map((each) => bytesIn(each) ?? new Uint8Array());
    const { size, root } = checkpoint;
    if (!isIncluded(hash, { leaf: leafHash(hash, utf8(leaf)), index, size, root }, hashes))
      return fail(where, `leaf ${index} is not in the tree of the checkpoint`);
    return read;
  };
  const heads = given.ledger.map((each) => inTree('ledger', each));
  const last = heads.at(-1);
  if (!last || heads.some((head) => head.cycle !== cycle || head.community !== last.community))
    return fail('ledger', `has no heads of ${cycle}, or others besides`);
  if (last.hash !== ledger.at(-1)) return fail('ledger', 'its last head is not the seal');
  const other = heads.find((head) => !ledger.includes(head.hash));
  if (other) throw new AuditError('ledger.ndjson', ledger.length, `ends without the head that the log of heads bears of ${other.day}`);
  const staff = given.staff.map((each) => inTree('staff', each));
  if (staff.some((head) => head.cycle !== undefined || head.community !== last.community))
    return fail('staff', 'has heads that are not of the log of this community');
  const lost = log && staff.find((head) => !log.has(head.hash));
  if (lost) throw new AuditError('log.ndjson', Math.max(log.size, 1), `ends without the head that the log of heads bears of ${lost.day}`);
  const cosigned = note.signatures.flatMap(({ key: by, at }) => (at === undefined ? [] : { name: by.name, at }));
  return { checked: { origin: key.name, size: checkpoint.size, day: last.day, cosigned }, signatures: note.signatures };
}

function isSameKey(one: VerifierKey, other: VerifierKey): boolean {
  return one.name === other.name && one.kind === other.kind && base64(one.publicKey) === base64(other.publicKey);
}

/**
 * Every head that somebody who watches has kept of a community has to be in its chains: so nothing that was ever shown has been dropped or put in its place. Throws
 * `AuditError`.
 */
export function checkKept(leaves: string, { cycle, ledger, log }: Pick<ToProve, 'cycle' | 'ledger' | 'log'>): number {
  const read = readLeaves(leaves);
  const own = read?.filter((leaf) => leaf.cycle === cycle);
  if (!read || !own || own.length === 0) throw new AuditError('ledger.ndjson', 1, `has no head of ${cycle} in the file given with --leaves`);
  const hashes = new Set(ledger);
  const gone = own.find(({ hash }) => !hashes.has(hash));
  if (gone) throw new AuditError('ledger.ndjson', ledger.length, `lacks the head of ${gone.day} that the witness has kept`);
  const staff = read.filter((leaf) => leaf.cycle === undefined && leaf.community === own[0]?.community);
  const lost = log && staff.find(({ hash }) => !log.has(hash));
  if (lost) throw new AuditError('log.ndjson', Math.max(log.size, 1), `lacks the head of ${lost.day} that the witness has kept`);
  return own.length + (log ? staff.length : 0);
}
