import { setting, settingsGroup } from '../settingsGroup.ts';

export interface KannelSettings {
  /** Where its `sendsms` is; no slash at the end. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Stands in the addresses of the doors. */
  readonly secret: string;
}

export const kannelSettings = settingsGroup(
  { KANNEL_URL: setting.address(), KANNEL_USER: setting.word(), KANNEL_PASSWORD: setting.word(), KANNEL_SECRET: setting.pathSecret() },
  {},
  (read): KannelSettings => ({ url: read.KANNEL_URL, user: read.KANNEL_USER, password: read.KANNEL_PASSWORD, secret: read.KANNEL_SECRET }),
);
