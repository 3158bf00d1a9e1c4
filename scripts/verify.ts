import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  AUDIT_FILES,
  type AuditFile,
  type AuditFiles,
  linesOf,
  type Verified,
  type VerifyOptions,
  verifyAudit,
} from '../src/fund/ballots/audit/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import { sha256 } from '../src/store/vault.ts';
import { sha256 as bytesHash, holds, readVerifierKey } from '../src/transparency/note.ts';
import type { VerifierKey } from '../src/transparency/noteText.ts';
import { alsoThat, commandOf, does, JSON_HELP } from './support/command.ts';
import { progress } from './support/progress.ts';

const MB = 2 ** 20;
/**
 * The largest size that a file may have, in bytes: the longest possible string, or for a file that is one document a multiple of the largest that
 * exists.
 */
const MAX_BYTES: Readonly<Record<AuditFile, number>> = {
  'ballot.json': 10 * MB,
  'results.json': 10 * MB,
  'ledger.ndjson': 500 * MB,
  'openings.ndjson': 500 * MB,
  'ballots.ndjson': 500 * MB,
  'cycle.pb': 500 * MB,
  'slips.json': 500 * MB,
  'log.ndjson': 500 * MB,
  'proof.json': 10 * MB,
};

export const command = commandOf(
  'verify',
  'Redoes the count of an audit offline. Exit 0: everything holds. Exit 1: the first thing that does not, by file and line.',
)
  .argument('<DIR>')
  .option('--head <HASH>', 'HASH or SEQ:HASH: this entry of the ledger, written down earlier, must be in its chain')
  .option('--log-head <HASH>', 'the same for the log')
  .option('--witness <KEY>', 'the key of a witness that must have signed the tree in which the seal stands (proof.json); once for each', alsoThat)
  .option(
    '--leaves <FILE>',
    'what a witness has kept of this community (the file behind its name on the witness’s page): each head must be in the chains',
  )
  .option('--json', JSON_HELP)
  .action(
    does(async (folder, { head, logHead, witness = [], leaves, json }) => {
      if (!existsSync(folder)) throw new CodedError('usage', `There is no folder ${folder}.`);
      const noted = {
        ...(head !== undefined && { entry: entryOf('--head', head) }),
        ...(logHead !== undefined && { logEntry: entryOf('--log-head', logHead) }),
        ...(leaves !== undefined && { kept: readFileSync(leaves, 'utf8') }),
        witnesses: witness.map(witnessOf),
      };
      const verified = unfit(folder) ?? verify(filesIn(folder), noted);
      process.stdout.write(json ? `${JSON.stringify(verified)}\n` : verdict(verified));
      return verified.ok ? 0 : 1;
    }),
  );

function verify(files: AuditFiles, noted: VerifyOptions): Verified {
  const bar = progress('entries', linesOf(files['ledger.ndjson'] ?? '').length);
  const verified = verifyAudit(files, sha256, { ...noted, signatures: { hash: bytesHash, holds }, onEntry: () => bar.increment() });
  bar.stop();
  return verified;
}

/** The first file that must not even be read: a pipe would never end, and a file larger than any audit's would fill the memory. */
function unfit(folder: string): Verified | undefined {
  for (const file of filesThere(folder)) {
    const found = statSync(join(folder, file));
    const what = !found.isFile()
      ? 'is no regular file'
      : found.size > MAX_BYTES[file]
        ? `is larger than ${MAX_BYTES[file] / MB} MB, more than is read here`
        : undefined;
    if (what) return { ok: false, file, line: 1, what };
  }
  return undefined;
}

function filesIn(folder: string): AuditFiles {
  return Object.fromEntries(filesThere(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

function filesThere(folder: string): AuditFile[] {
  return AUDIT_FILES.filter((name) => existsSync(join(folder, name)));
}

function entryOf(option: string, head: string): { seq?: number; hash: string } {
  const [, seq, hash] = /^(?:(\d+):)?([0-9a-f]{64})$/.exec(head) ?? [];
  if (!hash) throw new CodedError('usage', `${option} is HASH or SEQ:HASH, the hash in 64 hex digits.`);
  return { ...(seq && { seq: Number(seq) }), hash };
}

function witnessOf(text: string): VerifierKey {
  const key = readVerifierKey(text);
  if (key?.kind !== 'cosignature') throw new CodedError('usage', '--witness is the key of a witness, as it prints it: NAME+ID+KEY.');
  return key;
}

function verdict(verified: Verified): string {
  if (!verified.ok) return `${verified.file}:${verified.line}: ${verified.what}\n`;
  const { cycle, entries, ballots, opened, head, slips, log, proof, kept } = verified;
  return [
    `${cycle}: everything holds.`,
    `The chain of ${entries} entries leads from ballot.json to the seal ${head}.`,
    ballots === undefined
      ? 'Single ballots are for supervisors here: the tallies could not be counted again.'
      : `${ballots} ballots were counted again: tallies and winners are right.`,
    opened
      ? 'Every commitment was opened: the ballots are the last ones of the ledger.'
      : 'Without the openings it stays open whether the ballots are those of the ledger; supervisors can check that.',
    ...(slips
      ? [
          `${slips.drawn} of ${slips.slips} slips of paper were drawn by the seal, and these are the ones: ${slips.compared} were compared with the box, ${slips.differ} were not as keyed.`,
        ]
      : []),
    ...(proof ? [`The seal stands in the log of heads ${proof.origin}, with ${proof.size} heads. ${cosignedBy(proof.cosigned)}`] : []),
    ...(kept === undefined ? [] : [`All ${kept} heads that the witness has kept are in the chains: nothing that was shown was dropped or changed.`]),
    ...(log ? [`The log of ${log.entries} acts is whole up to ${log.head}; ${log.dropped} details were dropped when people were deleted.`] : []),
    '',
  ].join('\n');
}

function cosignedBy(cosigned: readonly { readonly name: string; readonly at: number }[]): string {
  if (cosigned.length === 0) return 'No witness has cosigned it.';
  const who = cosigned.map(({ name, at }) => `${name} on ${new Date(at * 1_000).toISOString().slice(0, 10)}`);
  return `Cosigned by ${who.join(', ')}; whether these are their keys, only who knows them can say (--witness KEY).`;
}
