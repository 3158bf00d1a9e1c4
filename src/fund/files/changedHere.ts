import { isDeepStrictEqual } from 'node:util';
import { addressHmac, phoneContact } from '../../contacts/contact.ts';
import type { Problem } from '../../store/codedError.ts';
import type { World } from '../../store/world.ts';
import { announceTable, type CycleFile, type CycleRecord, STAGES, type Stage, withdrawTable } from '../cycles/index.ts';
import { type ActDone, actsSince } from '../log/index.ts';
import { ON_THE_SERVER, type Right } from '../people/index.ts';
import { acceptRequest, addResident, addStaff, changeResident, removeStaff } from '../roster/index.ts';
import { staffOf } from '../staff/index.ts';
import { planCycle, setBallot } from './changeCycle.ts';
import type { Difference } from './compareResident.ts';
import { dateText, EXPORTING } from './exportCommunity.ts';
import { importResidents } from './importRows.ts';
import { STAFF_FILE, type StaffRow } from './readStaff.ts';
import type { ResidentChanges } from './residentChanges.ts';

export const IMPORTING = { name: 'community.import', may: ON_THE_SERVER } as const satisfies Right;

const ROSTER: readonly string[] = [acceptRequest.name, addResident.name, changeResident.name];
const STAFF: readonly string[] = [addStaff.name, removeStaff.name];
const BASES: readonly string[] = [IMPORTING.name, EXPORTING.name];

/**
 * The lines of a community's files that would undo what was done here since the last import or export: the files are older than that. The log says what
 * was done, and to whom.
 */
export async function changedHere(world: World, community: string, { residents, staff, cycle }: Given): Promise<Problem[]> {
  const done = await actsSince(world, community, BASES);
  const problems: Problem[] = [];
  const people = namesIn(done, ROSTER);
  const isImported = done.some(({ act }) => act === importResidents.name); // it names nobody, and may have changed anybody
  for (const { _id, row, differing } of residents?.changed ?? [])
    if ((isImported || people.has(_id)) && differing.length > 0)
      problems.push({ file: 'residents.csv', line: row.line, what: differences(differing) });
  const members = namesIn(done, STAFF);
  if (staff && members.size > 0) {
    const now = await staffOf(world, community);
    for (const { line, name, phone, role } of staff) {
      const isTouched = done.some(
        ({ act, subject, names }) =>
          STAFF.includes(act) && subject === `staff/${role}` && names.includes(addressHmac(world.vault, { community, ...phoneContact(phone) })),
      );
      const here = now.find((member) => member.phone === phone && member.role === role)?.name;
      if (isTouched && here !== name) problems.push({ file: STAFF_FILE, line, what: differences([{ field: 'name', here, file: name }]) });
    }
  }
  if (cycle) problems.push(...cycleChanged(cycle, done));
  return problems;
}

/** What of a cycle was set in the console, on the ballot's page or in the calendar, and is another in its file. */
function cycleChanged({ file, here, timezone, lineAt }: Required<Given>['cycle'], done: readonly ActDone[]): Problem[] {
  const isDone = (entry: string) => done.some(({ act, subject }) => act === entry && subject === file._id);
  if (!here) return [];
  const problems: Problem[] = [];
  const isPlanned = isDone(planCycle.name);
  const fields = new Set([...(isDone(setBallot.name) ? BALLOT : []), ...(isPlanned ? PLANNED : [])]);
  for (const field of here.frozen ? [] : fields)
    if (!isDeepStrictEqual(plain(here[field]), plain(file[field])))
      problems.push({ file: CYCLE_FILE, line: lineAt([field]), what: `${field} differs: ${CHANGED}` });
  if ([announceTable, withdrawTable].some(({ name }) => isDone(name)) && !isDeepStrictEqual(plain(here.tables), plain(file.tables)))
    problems.push({ file: CYCLE_FILE, line: lineAt(['tables']), what: `tables differ: ${CHANGED}` });
  if (!isPlanned) return problems;
  const dated = (at: Date | undefined) => at && dateText(at, timezone);
  const dates = [
    ...STAGES.map((stage) => ({ path: ['stages', stage], here: fromOf(here, stage), file: fromOf(file, stage) })),
    { path: ['paper', 'until'], here: here.paper?.until, file: file.paper?.until },
  ];
  const keys = { field: 'paper.key', here: here.paper?.key ?? 'afterClose', file: file.paper?.key ?? 'afterClose' };
  if (here.paper && file.paper && keys.here !== keys.file)
    problems.push({ file: CYCLE_FILE, line: lineAt(['paper', 'key']), what: differences([keys]) });
  for (const { path, here: kept, file: given } of dates)
    if (kept?.getTime() !== given?.getTime())
      problems.push({ file: CYCLE_FILE, line: lineAt(path), what: differences([{ field: path.join('.'), here: dated(kept), file: dated(given) }]) });
  return problems;
}

function fromOf({ stages }: Pick<CycleFile, 'stages'>, stage: Stage): Date | undefined {
  return stages.find((each) => each.stage === stage)?.from;
}

/** What a file says and what is here, of each file that is imported. */
interface Given {
  readonly residents?: ResidentChanges | undefined;
  readonly staff?: readonly StaffRow[] | undefined;
  readonly cycle?:
    | { readonly file: CycleFile; readonly here: CycleRecord | undefined; readonly timezone: string; lineAt(path: string[]): number }
    | undefined;
}

/** What is set on the ballot's page. */
const BALLOT = ['budget', 'rule', 'threshold', 'choices', 'projects', 'lot'] as const;
/** What is given besides the dates where a cycle is made in the calendar. */
const PLANNED = ['title', 'currency', 'budget', 'rule', 'choices'] as const;
const CYCLE_FILE = 'cycle.yaml';
const CHANGED = 'changed here since the last import or export; export first, or import with --replace';

/** Without undefined keys and without an order of keys. */
function plain(value: unknown): unknown {
  return value === undefined ? value : JSON.parse(JSON.stringify(value));
}

function namesIn(done: readonly ActDone[], acts: readonly string[]): Set<string> {
  return new Set(done.filter(({ act }) => acts.includes(act)).flatMap(({ names }) => names));
}

function differences(differing: readonly Difference<string>[]): string {
  const each = differing.map(({ field, here, file }) => `${field} is ${here ?? 'nothing'} here and ${file ?? 'nothing'} in the file`);
  return `${each.join(', ')}: ${CHANGED}`;
}
