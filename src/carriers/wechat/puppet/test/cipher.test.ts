import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { cipher, signature } from '../src/cipher.ts';

interface Signed {
  readonly encrypted: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly signature: string;
}

interface Vectors {
  readonly appId: string;
  readonly token: string;
  readonly keys: { readonly current: string; readonly previous: string };
  readonly good: readonly (Signed & { readonly key: 'current' | 'previous'; readonly message: string })[];
  readonly bad: Readonly<Record<string, Signed>>;
}

/** Made by vectors.py. */
const { appId, token, keys, good, bad }: Vectors = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8'));

describe('the cipher of safe mode', () => {
  it('reads and signs what Python’s cryptography wrote', () => {
    for (const { key, message, encrypted, timestamp, nonce, signature: signed } of good) {
      assert.equal(cipher(keys[key], appId).decrypt(encrypted)?.toString(), message);
      assert.equal(signature(token, timestamp, nonce, encrypted), signed);
    }
  });

  for (const [what, { encrypted }] of Object.entries(bad)) {
    it(`refuses ${what}`, () => assert.equal(cipher(keys.current, appId).decrypt(encrypted), undefined));
  }

  it('reads what it wrote itself, at every length of padding', () => {
    const { encrypt, decrypt } = cipher(keys.current, appId);
    for (let length = 0; length < 70; length++) assert.equal(decrypt(encrypt('好'.repeat(length)))?.toString(), '好'.repeat(length));
    assert.notEqual(encrypt('好'), encrypt('好'));
  });
});

describe('the signature', () => {
  it('is the one of WeChat’s own examples', () => {
    assert.equal(signature('AAAAA', '1714036504', '1514711492'), 'f464b24fc39322e44b38aa78f5edd27bd1441696');
    assert.equal(signature('AAAAA', '1714037059', '486452656'), '899cf89e464efb63f54ddac96b0a0a235f53aa78');
  });
});
