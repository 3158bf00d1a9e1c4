import type { World } from '../../store/world.ts';

/** So long after it was placed, a call may still be answered. */
const LASTS_MS = 60 * 60 * 1_000;

/** A call's text as it stands in the call's own address, and until when it is spoken. `ref` names the message: it is the text of that one alone. */
export function encryptedText({ vault, now }: Pick<World, 'vault' | 'now'>, ref: string, text: string): string {
  const until = now().getTime() + LASTS_MS;
  return vault.encrypt('callText', ref, JSON.stringify({ until, text })).toString('base64url');
}

/** The text again; `late` after its time, undefined where it was not encrypted here as the text of this message. */
export function decryptedText({ vault, now }: Pick<World, 'vault' | 'now'>, ref: string, encrypted: string): string | { late: true } | undefined {
  const written = opened(() => vault.decrypt('callText', ref, Buffer.from(encrypted, 'base64url')));
  if (written === undefined) return undefined;
  const { until, text }: { until: number; text: string } = JSON.parse(written);
  return now().getTime() < until ? text : { late: true };
}

/** What comes in an address may be anything. */
function opened(decrypt: () => string): string | undefined {
  try {
    return decrypt();
  } catch {
    return undefined;
  }
}
