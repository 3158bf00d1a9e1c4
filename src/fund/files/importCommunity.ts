import { isDeepStrictEqual } from 'node:util';
import type { mongo } from 'mongoose';
import type { Notify } from '../../contacts/notify.ts';
import { phone } from '../../contacts/phone.ts';
import type { Problem } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import {
  Community,
  type CommunityRecord,
  findCommunity,
  leftWith,
  neededTemplates,
  ownNumbersAmong,
  saveCommunity,
  writePrompts,
} from '../communities/index.ts';
import { Cycle, type CycleFile, type CycleRecord, findCycles, isUnsettled, saveCycle } from '../cycles/index.ts';
import { type Detail, type WriteLog, withLog } from '../log/index.ts';
import { compareBallot } from '../meetings/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { followBallot, setProposalState } from '../proposals/index.ts';
import { changeStaff, type StaffChanges } from '../staff/index.ts';
import { type ByOffice, refuseOtherOffice, refuseWhatTakesTwo } from './byOffice.ts';
import { changedHere, IMPORTING } from './changedHere.ts';
import { readCommunity, rulesKept } from './readCommunity.ts';
import { cycleProblems, type Known, knownCycle, readCycle } from './readCycle.ts';
import { type FileSource, type Files, filesIn, folderAt } from './readFolder.ts';
import { readResidents } from './readResidents.ts';
import { readStaff, STAFF_FILE } from './readStaff.ts';
import { readTemplates, TEMPLATES_FILE } from './readTemplates.ts';
import type { YamlRead } from './readYaml.ts';
import { applyChanges, type ResidentChanges, residentChanges } from './residentChanges.ts';

export interface ImportOptions {
  /**
   * Residents and staff who are not in their file are removed, and so are recorded prompts that are not in the folder. What was changed here since the
   * last import or export is undone.
   */
  readonly replace?: boolean;
  /** The community belongs to the demo. */
  readonly demo?: boolean;
  /** A street office sends the files of one of its communities. */
  readonly office?: ByOffice;
  /** Why phones and cards change while voting is open. */
  readonly reason?: string;
  readonly progress?: (done: number, total: number) => void;
  /** Tells the proposers of a project that goes, and while voting is open the old and the new number of each phone that changes. */
  readonly notify?: Notify;
}

export interface Imported {
  readonly community: string;
  readonly cycle?: string;
  /** How many residents were added, changed and removed. `left`: they are in the file, but asked to be deleted and stay deleted. `ended`: the file has a card of theirs that was replaced by a new one, which stays valid. */
  readonly residents: {
    readonly added: number;
    readonly changed: number;
    readonly removed: number;
    readonly left: number;
    readonly ended?: number;
    /** Phones and cards changed while voting is open. */
    readonly keys?: number;
  };
  /** How many recorded prompts are in the folder, if there are any. */
  readonly prompts?: number;
  /** How many roles were given, changed and taken, if there is a `staff.csv`. */
  readonly staff?: { readonly added: number; readonly changed: number; readonly removed: number };
}

/** Either everything was imported, or nothing was and every problem is given, by file and line. */
export type ImportOutcome = { readonly imported: Imported } | { readonly problems: readonly Problem[] };

/**
 * Imports or updates a community from the `community.yaml`, `residents.csv`, `cycle.yaml`, `staff.csv`, `templates.yaml` and `audio/` of a folder or a ZIP (docs/contract.md: Files). All but
 * the first may be absent. It is one transaction: all or nothing. Rejects with `no-files` if there is no `community.yaml`, and with `other-slug`, `other-office`,
 * `takes-two` where an office may not.
 */
export async function importCommunity(world: World, from: string | FileSource, actor: Actor, options: ImportOptions = {}): Promise<ImportOutcome> {
  const { files, problems: unread } = await filesIn(typeof from === 'string' ? folderAt(from) : from);
  const community = files.community === undefined ? undefined : readCommunity('community.yaml', files.community);
  const slug = community?.value?._id ?? rawText(community, 'slug');
  const acting = slug === undefined ? undefined : checkRight(actor, IMPORTING, slug);
  return withLog(world, slug ?? '', async (session, write) => {
    const { outcome, detail } = await importFiles(world, files, { unread, community, slug, actor }, options, session, write);
    if (acting && detail) await write({ ...acting, subject: acting.community, detail });
    return outcome;
  });
}

interface Whose {
  /** What is wrong with files that are no text or no sound. */
  readonly unread: readonly Problem[];
  readonly community: ReturnType<typeof readCommunity> | undefined;
  /** The slug, even if other lines of the file are wrong. */
  readonly slug: string | undefined;
  readonly actor: Actor;
}

/** Gives the outcome and, if anything was imported, what the log says of it. */
async function importFiles(
  world: World,
  files: Files,
  { unread, community, slug, actor }: Whose,
  options: ImportOptions,
  session: mongo.ClientSession,
  write: WriteLog,
): Promise<{ readonly outcome: ImportOutcome; readonly detail?: Detail }> {
  const now = world.now();
  const before = slug === undefined ? null : await findCommunity(slug, session);
  if (options.office) refuseOtherOffice(options.office, slug, [before, community?.value]);
  const cycles = slug === undefined ? [] : await findCycles(slug, session);
  const known = (id: string): Known => knownCycle(cycles, id, now);

  const near = phone(rawText(community, 'phone') ?? '') ?? before?.phone ?? IN_CHINA;
  const timezone = (community?.value ?? before)?.timezone ?? 'Asia/Shanghai';
  const residents = files.residents === undefined ? undefined : readResidents('residents.csv', files.residents, near);
  const cycle = files.cycle === undefined ? undefined : readCycle('cycle.yaml', files.cycle, timezone, (id) => countingFrom(known(id)));
  const staff = files.staff === undefined ? undefined : readStaff(files.staff, near);
  const templates = files.templates === undefined ? undefined : readTemplates(files.templates);
  const smsTemplates = templates ? templates.value : before?.smsTemplates;
  const problems = [...unread, ...[community, residents, cycle, staff, templates].flatMap((read) => read?.problems ?? [])];
  const voting = cycles.find((cycle) => isUnsettled(cycle, now))?._id;
  const isVoting = voting !== undefined;
  const isUnread = unread.some(({ file }) => file === TEMPLATES_FILE);
  if (community?.value && !isUnread && (!templates || templates.value)) {
    const missing = neededTemplates({ ...community.value, smsTemplates }, isVoting ? undefined : cycle?.value?.choices);
    if (missing.length > 0) problems.push(community.problemAt(['carriers', 'sms'], `${TEMPLATES_FILE} has no template for ${missing.join(', ')}`));
  }
  if (community?.value) problems.push(...(await numberProblems(community.value, community.problemAt, session)));
  if (cycle?.value && slug !== undefined) {
    const elsewhere = await collection(Cycle).findOne({ _id: cycle.value._id, community: { $ne: slug } }, { session, projection: { _id: 1 } });
    if (elsewhere) problems.push(cycle.problemAt(['id'], 'id is that of another community’s cycle'));
    const wrongs = cycleProblems(cycle.value, known(cycle.value._id));
    problems.push(...wrongs.map(({ path, what }) => cycle.problemAt(path, what)));
  }
  if (isVoting && before && community?.value) problems.push(...rulesKept(before, community.value, community.problemAt));
  let changes: ResidentChanges | undefined;
  if (residents?.isWhole && slug !== undefined) {
    const how = { replace: options.replace === true, voting, isExplained: options.reason !== undefined, now, unsaved: community?.value, session };
    changes = await residentChanges(world, slug, residents, how);
    problems.push(...changes.problems);
  }
  const ours = await ownNumbersAmong(staff?.rows.map((row) => row.phone) ?? [], session, community?.value);
  for (const row of staff?.rows ?? [])
    if (ours.has(row.phone)) problems.push({ file: STAFF_FILE, line: row.line, what: 'phone is a number of the service itself' });
  if (slug !== undefined && options.replace !== true) {
    const given = cycle?.value && {
      ...{ file: cycle.value, here: known(cycle.value._id).before, timezone },
      lineAt: (path: string[]) => cycle.problemAt(path, '').line,
    };
    problems.push(...(await changedHere(world, slug, { residents: changes, staff: staff?.rows, cycle: given })));
  }
  if (problems.length > 0 || !community?.value) return { outcome: { problems: problems.toSorted(byPlace) } };

  const demo = options.demo ?? before?.demo;
  const saved = { ...community.value, ...(smsTemplates && { smsTemplates }) };
  await saveCommunity(world.vault, { ...saved, ...(demo && { demo }) }, session);
  if (cycle?.value) {
    const itsKnown = known(cycle.value._id);
    await saveCycle(world, cycle.value, community.value._id, itsKnown, session);
    await followProjects(
      world,
      options.notify ?? noNotice,
      cycle.value,
      { before: itsKnown.before, community: community.value._id, actor },
      session,
      write,
    );
  }
  const notify = options.notify ?? noNotice;
  if (changes) await applyChanges(world, community.value._id, changes, { actor, reason: options.reason, at: now, notify }, session, options.progress);
  const staffChanges =
    staff && (await changeStaff(world, { community: community.value._id, rows: staff.rows, actor }, options.replace === true, session));
  if (options.office && before) refuseWhatTakesTwo({ isVoting, changes, staffChanges });
  await writePrompts(community.value._id, files.prompts, options.replace === true && files.prompts.length > 0, session);
  const { added, changed, removed, left, ended, keys } = changes ?? { added: [], changed: [], removed: [], left: 0, ended: 0, keys: [] };
  const imported: Imported = {
    community: community.value._id,
    ...(cycle?.value && { cycle: cycle.value._id }),
    residents: {
      added: added.length,
      changed: changed.length,
      removed: removed.length,
      left,
      ...(ended > 0 && { ended }),
      ...(keys.length > 0 && { keys: keys.length }),
    },
    ...(files.prompts.length > 0 && { prompts: files.prompts.length }),
    ...(staffChanges && { staff: count(staffChanges) }),
  };
  const cycleBefore = cycle?.value && known(cycle.value._id).before;
  const settings = changedFields(before, saved);
  const itsCycle = cycle?.value ? changedFields(cycleBefore, cycle.value) : { before: {}, after: {} };
  const detail = {
    before: { community: settings.before, cycle: itsCycle.before },
    after: { community: settings.after, cycle: itsCycle.after, residents: imported.residents, prompts: files.prompts.length, staff: staffChanges },
    reason: options.reason,
  };
  // an office sends its files every night, and what changes nothing fills no log
  const isNothing = [settings.after, itsCycle.after].every((fields) => Object.keys(fields).length === 0) && isNobody(changes, staffChanges);
  return { outcome: { imported }, ...(!(options.office && isNothing && files.prompts.length === 0) && { detail }) };
}

function isNobody(changes: ResidentChanges | undefined, staff: StaffChanges | undefined): boolean {
  return [changes, staff].every((each) => !each || each.added.length + each.changed.length + each.removed.length === 0);
}

/** Where the community's own number is wrong, which tells the country of the others: they are not reported for it, and nothing is imported anyway. */
const IN_CHINA = '+862880000001';

async function noNotice(): Promise<void> {}

/** Keeps proposals and publication true to a ballot as its file has it: the parts of a project that is no longer in it are considered again. */
async function followProjects(
  world: World,
  notify: Notify,
  { _id: cycle, projects }: CycleFile,
  { before, community, actor }: { readonly before: CycleRecord | undefined; readonly community: string; readonly actor: Actor },
  session: mongo.ClientSession,
  write: WriteLog,
): Promise<void> {
  const gone = before?.projects.filter(({ number }) => !projects.some((project) => project.number === number)) ?? [];
  for (const { number } of gone)
    for (const moved of await followBallot(world, notify, { cycle, community, before: number, after: undefined, of: undefined, actor }, session))
      await write({ ...checkRight(actor, setProposalState, community), ...moved });
  await compareBallot(world, cycle, session);
}

function count({ added, changed, removed }: StaffChanges): Required<Imported>['staff'] {
  return { added: added.length, changed: changed.length, removed: removed.length };
}

/** The fields that a file changes, as they were and as they are. */
function changedFields(before: object | null | undefined, after: object): { before: object; after: object } {
  const was = new Map(Object.entries(before ?? {}));
  const changed = Object.entries(after).filter(([field, value]) => !isDeepStrictEqual(was.get(field), value));
  return { before: Object.fromEntries(changed.map(([field]) => [field, was.get(field)])), after: Object.fromEntries(changed) };
}

/** A text of a file that may have other wrong lines, so that problems in the other files are reported at once. */
function rawText(read: YamlRead<unknown> | undefined, key: 'slug' | 'phone'): string | undefined {
  const value = typeof read?.raw === 'object' && read.raw !== null ? new Map(Object.entries(read.raw)).get(key) : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** The moment that `+14d` counts from: this import. Once the vote has opened it is the last import before, because no date up to the close changes then. */
function countingFrom({ now, before, isOpened }: Known): Date {
  return (isOpened && before?.importedAt) || now;
}

/** The problem of each number that another community has already: a message belongs to the community whose number it was sent to. */
async function numberProblems(
  { _id, phone, callback, textNumber, carriers }: CommunityRecord,
  problemAt: (path: string[], what: string) => Problem,
  session: mongo.ClientSession,
): Promise<Problem[]> {
  const numbers = callback === undefined ? [phone] : [phone, callback];
  const others = await collection(Community)
    .find({ _id: { $ne: _id }, $or: [{ phone: { $in: numbers } }, { callback: { $in: numbers } }] }, { session })
    .toArray();
  const taken = others.flatMap((other) => [other.phone, other.callback]);
  const gone = await leftWith({ _id, phone, callback, textNumber, carriers }, session);
  if (gone) return [problemAt(gone._id === _id ? ['slug'] : ['phone'], `${gone._id} has left for ${gone.url} with it`)];
  const sameOver = { _id: { $ne: _id }, 'carriers.sms': carriers?.sms, textNumber };
  const isTexted = textNumber !== undefined && (await collection(Community).findOne(sameOver, { session }));
  return [
    ...(isTexted ? [problemAt(['textNumber'], 'textNumber is another community’s number over the same carrier')] : []),
    ...(taken.includes(phone) ? [problemAt(['phone'], 'phone is another community’s number')] : []),
    ...(callback !== undefined && taken.includes(callback) ? [problemAt(['callback'], 'callback is another community’s number')] : []),
  ];
}

function byPlace(one: Problem, other: Problem): number {
  return one.file.localeCompare(other.file) || one.line - other.line;
}
