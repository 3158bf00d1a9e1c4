import type { CarrierName } from '../contacts/channel.ts';
import { aliyun } from './aliyun/carrier.ts';
import { asterisk } from './asterisk/carrier.ts';
import { kannel } from './kannel/carrier.ts';
import { mas } from './mas/carrier.ts';
import type { ReadyCarrier } from './port.ts';
import { carriersOn, type PhoneSettings, type SettingsOf } from './settings.ts';
import { twilio } from './twilio/carrier.ts';

type Catalogue = { readonly [Name in CarrierName]: (settings: SettingsOf[Name]) => ReadyCarrier };

/** The carriers of phones, one line each. */
const CATALOGUE: Catalogue = {
  twilio,
  kannel,
  mas,
  aliyun,
  asterisk,
};

/** The carriers that are turned on. */
export function readyCarriers(settings: PhoneSettings): Map<CarrierName, ReadyCarrier> {
  return new Map(
    carriersOn(settings).flatMap((name) => {
      const ready = readyCarrier(name, settings);
      return ready ? [[name, ready] as const] : [];
    }),
  );
}

function readyCarrier<Name extends CarrierName>(name: Name, settings: PhoneSettings): ReadyCarrier | undefined {
  const given: PhoneSettings[Name] = settings[name];
  return given === undefined ? undefined : CATALOGUE[name](given);
}
