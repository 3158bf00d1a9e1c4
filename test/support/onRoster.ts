import type { Place } from '../../src/contacts/contact.ts';
import { newTie, type ResidentGiven, type ResidentRecord, residentRecord } from '../../src/fund/people/resident.ts';
import type { World } from '../../src/store/world.ts';

/** Somebody on a roster; `ties` as `sms|+86…` and `wechat|openid`. */
export interface OnRoster extends Partial<Omit<ResidentGiven, '_id' | 'community' | 'ties'>> {
  readonly _id: string;
  readonly community: string;
  readonly ties?: readonly string[];
}

export function onRoster({ vault }: Pick<World, 'vault'>, { ties = [], ...given }: OnRoster): ResidentRecord {
  return residentRecord(vault, { role: 'resident', addedAt: new Date(0), ...given, ties: ties.map(placeOf) });
}

/** A tie as a record of theirs keeps it. */
export function tieOf({ vault }: Pick<World, 'vault'>, { _id, community }: { _id: string; community: string }, tie: string) {
  return newTie(vault, _id, { community, ...placeOf(tie) });
}

/** Somebody's ties, as above. */
export function tiesOf({ vault }: Pick<World, 'vault'>, { _id, ties }: ResidentRecord): string[] {
  return ties.map(({ id, channel, address }) => `${channel}|${vault.decrypt('residentTie', `${_id}|${id}`, address)}`);
}

function placeOf(tie: string): Place {
  const [channel, address = ''] = tie.split(/\|(.*)/s);
  return { channel: channel === 'wechat' ? 'wechat' : 'sms', address };
}
