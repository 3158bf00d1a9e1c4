import type { Bytes, EncryptionPurpose } from '../store/vault.ts';
import type { World } from '../store/world.ts';
import type { Begun } from './claims.ts';
import type { Before } from './input.ts';
import type { OpenFlow } from './openFlow.ts';

export function beforeIt(world: World, begun: Begun, open: OpenFlow | undefined): Before {
  const { callState } = begun;
  return { ...(open && { open }), ...(callState && { callState: decrypted(world, 'conversationCallState', begun, callState) }) };
}

/** Decrypts a part of a conversation and parses it. We encrypted it ourselves, so it has this shape. */
export function read<Content>(world: World, purpose: EncryptionPurpose, of: Begun, kept: Bytes): Content {
  return JSON.parse(decrypted(world, purpose, of, kept));
}

/** The plain text of what this process encrypted, for as long as a known conversation holds the encrypted bytes. */
const plain = new WeakMap<Bytes, string>();

export function encrypted({ vault }: World, purpose: EncryptionPurpose, { _id }: Begun, text: string): Buffer {
  const bytes = vault.encrypt(purpose, _id, text);
  plain.set(bytes, text);
  return bytes;
}

export function decrypted({ vault }: World, purpose: EncryptionPurpose, { _id }: Begun, kept: Bytes): string {
  return plain.get(kept) ?? vault.decrypt(purpose, _id, kept);
}
