import type { Vault } from '../../store/vault.ts';
import type { ProposalRecord } from '../records/proposal.ts';

/** What a proposal asks for, as written; empty while a spoken one is not written down. */
export function proposalText(vault: Vault, { _id, text }: Pick<ProposalRecord, '_id' | 'text'>): string {
  return text ? vault.decrypt('proposalText', nameOf(_id), text) : '';
}

export function encryptedProposal(vault: Vault, _id: ProposalRecord['_id'], text: string): Buffer {
  return vault.encrypt('proposalText', nameOf(_id), text);
}

/** Where what became of it is told; none after a deletion. */
export function proposalAddress(vault: Vault, { _id, address }: Pick<ProposalRecord, '_id' | 'address'>): string | undefined {
  return address && vault.decrypt('proposalAddress', nameOf(_id), address);
}

export function encryptedProposalAddress(vault: Vault, _id: ProposalRecord['_id'], address: string): Buffer {
  return vault.encrypt('proposalAddress', nameOf(_id), address);
}

function nameOf({ cycle, number }: ProposalRecord['_id']): string {
  return `${cycle}|${number}`;
}
