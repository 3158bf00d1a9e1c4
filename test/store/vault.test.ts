import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { unlessForged } from '../../src/store/unlessForged.ts';
import { secretBytes, vault } from '../../src/store/vault.ts';

describe('vault', () => {
  const secret = randomBytes(32);
  const { hmac, encrypt, decrypt, decryptBytes } = vault(secret);

  it('decrypts for the purpose and the record alone that it was encrypted for', () => {
    const encrypted = encrypt('entry', 'qingsong-2027|1', '投了3号和7号');
    expect(vault(secret).decrypt('entry', 'qingsong-2027|1', encrypted)).to.equal('投了3号和7号');
    expect(decryptBytes('entry', 'qingsong-2027|1', encrypted)).to.deep.equal(Buffer.from('投了3号和7号'));
    expect(() => decrypt('callText', 'qingsong-2027|1', encrypted)).to.throw();
    expect(() => decrypt('entry', 'qingsong-2027|2', encrypted)).to.throw();
    expect(() => vault(randomBytes(32)).decrypt('entry', 'qingsong-2027|1', encrypted)).to.throw();
  });

  it('decrypts nothing that was changed or cut short, its tag included', () => {
    const encrypted = encrypt('messageSaid', 'id', '');
    for (const length of [0, 11, 12, 16, 24, 27])
      expect(() => decrypt('messageSaid', 'id', encrypted.subarray(0, length)), String(length)).to.throw();
    for (const at of [0, 12, 27]) {
      const changed = Buffer.from(encrypted);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(() => decrypt('messageSaid', 'id', changed), String(at)).to.throw();
    }
  });

  it('never takes a nonce twice', () => {
    const nonces = Array.from({ length: 1_600 }, () => encrypt('entry', 'id', 'the same').subarray(0, 12).toString('hex'));
    expect(new Set(nonces)).to.have.property('size', nonces.length);
  });

  it('has a key of its own for each purpose', () => {
    const all = [hmac('card', 'qingsong', '1'), hmac('resident', 'qingsong', '1'), vault(randomBytes(32)).hmac('card', 'qingsong', '1')];
    expect(new Set(all)).to.have.length(3);
    expect(vault(secret).hmac('card', 'qingsong', '1')).to.equal(all[0]);
  });
});

describe('secretBytes', () => {
  it('reads 32 bytes or more, in base64 or base64url', () => {
    const bytes = randomBytes(32);
    for (const written of [bytes.toString('base64'), bytes.toString('base64url')]) expect(secretBytes(written)).to.deep.equal(bytes);
    expect(secretBytes(randomBytes(48).toString('base64'))).to.have.length(48);
  });

  it('reads nothing else', () => {
    for (const written of ['', '12345678', randomBytes(31).toString('base64'), 'words of a sentence that is quite long enough'])
      expect(secretBytes(written), written).to.equal(undefined);
  });
});

describe('unlessForged', () => {
  it('takes what was not encrypted here for nothing, and hides no other mistake', () => {
    const { encrypt, decrypt } = vault(Buffer.alloc(32, 1));
    const kept = encrypt('entry', 'one', 'text');
    for (const bytes of [kept.subarray(1), Buffer.alloc(3), Buffer.alloc(0)])
      expect(unlessForged(() => decrypt('entry', 'one', bytes))).to.equal(undefined);
    expect(unlessForged(() => decrypt('entry', 'another', kept))).to.equal(undefined);
    expect(unlessForged(() => decrypt('entry', 'one', kept))).to.equal('text');
    expect(() => unlessForged(() => JSON.parse(decrypt('entry', 'one', kept)))).to.throw(SyntaxError);
  });
});
