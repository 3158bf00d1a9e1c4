import type { CarrierAccount } from '../../fund/communities/index.ts';
import type { StoreSettings } from '../../store/openStore.ts';
import type { Vault } from '../../store/vault.ts';
import type { Signer } from '../../transparency/note.ts';

/** One thing that was looked at. `said` tells what was found and, where it is wrong, what to do. */
export interface Finding {
  readonly about: string;
  readonly isRight: boolean;
  readonly said: string;
}

export interface Examined extends StoreSettings {
  readonly publicUrl: string;
  /** What turns a carrier on is set. */
  readonly isReal: boolean;
  /** The key of the log of heads, by LOG_KEY or by its file; undefined if there is none. Rejects with `bad-log-key`. */
  readonly logSigner: () => Promise<Signer | undefined>;
  /** Asks the accounts of offices and communities with carriers, while the database is open. */
  readonly askAccounts: (accounts: readonly CarrierAccount[], vault: Vault) => Promise<Finding[]>;
}

export const right = (about: string, said: string): Finding => ({ about, isRight: true, said });
export const wrong = (about: string, said: string): Finding => ({ about, isRight: false, said });
