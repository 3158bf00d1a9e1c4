import { setting, settingsGroup } from '../settingsGroup.ts';

export interface MasSettings {
  /** Where its interface is; no slash at the end. */
  readonly url: string;
  readonly ecName: string;
  readonly apId: string;
  readonly secretKey: string;
  /** The code of the signature that stands before every text. */
  readonly sign: string;
  /** Stands in the addresses of the doors. */
  readonly secret: string;
}

export const masSettings = settingsGroup(
  {
    MAS_URL: setting.address(),
    MAS_EC_NAME: setting.matching(/\S/, 'the name of the organisation'),
    MAS_AP_ID: setting.word(),
    MAS_SECRET_KEY: setting.word(),
    MAS_SIGN: setting.word(),
    MAS_SECRET: setting.pathSecret(),
  },
  {},
  (read): MasSettings => ({
    url: read.MAS_URL,
    ecName: read.MAS_EC_NAME,
    apId: read.MAS_AP_ID,
    secretKey: read.MAS_SECRET_KEY,
    sign: read.MAS_SIGN,
    secret: read.MAS_SECRET,
  }),
);
