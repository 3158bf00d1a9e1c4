import { CodedError } from '../../store/codedError.ts';
import type { CommunityRecord } from '../communities/index.ts';
import type { StaffChanges } from '../staff/index.ts';
import type { ResidentChanges } from './residentChanges.ts';

/** The street office whose token came with the files, and the community that the address names. */
export interface ByOffice {
  readonly name: string;
  readonly slug: string;
}

/** Throws `other-slug` or `other-office` unless the files are of this community, and it is the office's: as it stands, and as the files say. */
export function refuseOtherOffice({ name, slug }: ByOffice, given: string | undefined, sides: readonly (CommunityRecord | null | undefined)[]): void {
  if (given !== slug) throw new CodedError('other-slug', `community.yaml has to say slug: ${slug}, as the address does.`);
  if (sides.some((side) => side && side.office !== name))
    throw new CodedError(
      'other-office',
      `${slug} is not a community of this office: whoever runs the service imports it with office: ${name} in community.yaml.`,
    );
}

/**
 * Throws `takes-two` if files change in a community that is there already what takes a second person in the console. A token is one secret on one machine: who
 * steals it makes nobody cadre or supervisor, and nobody a voter while the vote is open.
 */
export function refuseWhatTakesTwo({
  isVoting,
  changes,
  staffChanges,
}: {
  readonly isVoting: boolean;
  readonly changes: ResidentChanges | undefined;
  readonly staffChanges: StaffChanges | undefined;
}): void {
  const people = changes ? [...changes.addedRows, ...changes.changed, ...changes.removed] : [];
  if (isVoting && people.length > 0)
    throw new CodedError('takes-two', 'While a vote is open nobody is added or changed over HTTP: do it in the console, where two confirm it.');
  const offices = changes ? changes.changed.some(({ takesTwo }) => takesTwo) || changes.addedRows.some(({ role }) => role !== 'resident') : false;
  const staff = staffChanges ? [...staffChanges.added, ...staffChanges.changed, ...staffChanges.removed] : [];
  if (offices || staff.length > 0)
    throw new CodedError('takes-two', 'Who has an office changes over HTTP only as a community is made: do it in the console, where two confirm it.');
}
