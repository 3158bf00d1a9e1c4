import { isDeepStrictEqual } from 'node:util';
import { phone } from '../../contacts/phone.js';
import { collection } from '../../store/collection.js';
import { Community, findCommunity, leftWith, neededTemplates, saveCommunity, writePrompts } from '../communities/index.js';
import { Cycle, findCycles, isUnsettled, saveCycle } from '../cycles/index.js';
import { withLog } from '../log/index.js';
import { compareBallot } from '../meetings/index.js';
import { checkRight } from '../people/index.js';
import { followBallot } from '../proposals/index.js';
import { changeStaff } from '../staff/index.js';
import { changedHere } from './changedHere.js';
import { readCommunity } from './readCommunity.js';
import { cycleProblems, knownCycle, readCycle } from './readCycle.js';
import { filesIn } from './readFolder.js';
import { readResidents } from './readResidents.js';
import { readStaff } from './readStaff.js';
import { readTemplates, TEMPLATES_FILE } from './readTemplates.js';
import { applyChanges, residentChanges } from './residentChanges.js';
/**
 * Imports or updates a community from a folder's `community.yaml`, `residents.csv`, `cycle.yaml`, `staff.csv`, `templates.yaml` and `audio/` (docs/contract.md: Files). All but
 * the first may be absent. It is one transaction: all or nothing. Rejects with `no-files` if there is no `community.yaml`.
 */
export function importCommunity(world) {
    return async (dir, actor, options = {}) => {
        const { files, problems: unread } = await filesIn(dir);
        const community = files.community === undefined ? undefined : readCommunity('community.yaml', files.community);
        const slug = community?.value?._id ?? rawText(community, 'slug');
        const acting = slug === undefined ? undefined : checkRight(actor, 'importCommunity', slug);
        return withLog(world)(slug ?? '', async (session, write) => {
            const { outcome, detail } = await importFiles(world, files, { unread, community, slug, actor }, options, session, write);
            if (acting && detail)
                await write({ ...acting, subject: acting.community, detail });
            return outcome;
        });
    };
}
/** Gives the outcome and, if anything was imported, what the log says of it. */
async function importFiles(world, files, { unread, community, slug, actor }, options, session, write) {
    const now = world.now();
    const before = slug === undefined ? null : await findCommunity(slug, session);
    const cycles = slug === undefined ? [] : await findCycles(slug, session);
    const known = (id) => knownCycle(cycles, id, now);
    const near = phone(rawText(community, 'phone') ?? '') ?? before?.phone ?? IN_CHINA;
    const timezone = (community?.value ?? before)?.timezone ?? 'Asia/Shanghai';
    const residents = files.residents === undefined ? undefined : readResidents('residents.csv', files.residents, near);
    const cycle = files.cycle === undefined ? undefined : readCycle('cycle.yaml', files.cycle, timezone, (id) => countingFrom(known(id)));
    const staff = files.staff === undefined ? undefined : readStaff(files.staff, near);
    const templates = files.templates === undefined ? undefined : readTemplates(files.templates);
    const smsTemplates = templates ? templates.value : before?.smsTemplates;
    const problems = [...unread, ...[community, residents, cycle, staff, templates].flatMap((read) => read?.problems ?? [])];
    const isVoting = cycles.some((cycle) => isUnsettled(cycle, now));
    const isUnread = unread.some(({ file }) => file === TEMPLATES_FILE);
    if (community?.value && !isUnread && (!templates || templates.value)) {
        const missing = neededTemplates({ ...community.value, smsTemplates }, isVoting ? undefined : cycle?.value?.choices);
        if (missing.length > 0)
            problems.push(community.problemAt(['carriers', 'sms'], `${TEMPLATES_FILE} has no template for ${missing.join(', ')}`));
    }
    if (community?.value)
        problems.push(...(await numberProblems(community.value, community.problemAt, session)));
    if (cycle?.value && slug !== undefined) {
        const elsewhere = await collection(Cycle).findOne({ _id: cycle.value._id, community: { $ne: slug } }, { session, projection: { _id: 1 } });
        if (elsewhere)
            problems.push(cycle.problemAt(['id'], 'id is that of another community’s cycle'));
        const wrongs = cycleProblems(cycle.value, known(cycle.value._id));
        problems.push(...wrongs.map(({ path, what }) => cycle.problemAt(path, what)));
    }
    if (isVoting && before && community?.value)
        problems.push(...rulesKept(before, community.value, community.problemAt));
    let changes;
    if (residents?.isWhole && slug !== undefined) {
        const how = { replace: options.replace === true, isVoting, isExplained: options.reason !== undefined, now, session };
        changes = await residentChanges(world, slug, residents, how);
        problems.push(...changes.problems);
    }
    if (slug !== undefined && options.replace !== true) {
        const given = cycle?.value && {
            ...{ file: cycle.value, here: known(cycle.value._id).before, timezone },
            lineAt: (path) => cycle.problemAt(path, '').line,
        };
        problems.push(...(await changedHere(world, slug, { residents: changes, staff: staff?.rows, cycle: given })));
    }
    if (problems.length > 0 || !community?.value)
        return { outcome: { problems: problems.toSorted(byPlace) } };
    const demo = options.demo ?? before?.demo;
    const saved = { ...community.value, ...(smsTemplates && { smsTemplates }) };
    await saveCommunity({ ...saved, ...(demo && { demo }) }, session);
    if (cycle?.value) {
        const itsKnown = known(cycle.value._id);
        await saveCycle(cycle.value, community.value._id, itsKnown, session);
        await followProjects(world, options.notify ?? noNotice, cycle.value, { before: itsKnown.before, community: community.value._id, actor }, session, write);
    }
    if (changes)
        await applyChanges(world, community.value._id, changes, { actor, reason: options.reason, at: now }, session, options.progress);
    const staffChanges = staff && (await changeStaff(world, { community: community.value._id, rows: staff.rows, actor }, options.replace === true, session));
    await writePrompts(community.value._id, files.prompts, options.replace === true && files.prompts.length > 0, session);
    const { added, changed, removed, left, ended, keys } = changes ?? { added: [], changed: [], removed: [], left: 0, ended: 0, keys: [] };
    const imported = {
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
    return { outcome: { imported }, detail };
}
/** Where the community's own number is wrong, which tells the country of the others: they are not reported for it, and nothing is imported anyway. */
const IN_CHINA = '+862880000001';
async function noNotice() { }
/** Keeps proposals and publication true to a ballot as its file has it: the parts of a project that is no longer in it are considered again. */
async function followProjects(world, notify, { _id: cycle, projects }, { before, community, actor }, session, write) {
    const gone = before?.projects.filter(({ number }) => !projects.some((project) => project.number === number)) ?? [];
    for (const { number } of gone)
        await followBallot(world, notify, { cycle, community, before: number, after: undefined, of: undefined, actor }, session, write);
    await compareBallot(world, cycle, projects, session);
}
function count({ added, changed, removed }) {
    return { added: added.length, changed: changed.length, removed: removed.length };
}
/** The fields that a file changes, as they were and as they are. */
function changedFields(before, after) {
    const was = new Map(Object.entries(before ?? {}));
    const changed = Object.entries(after).filter(([field, value]) => !isDeepStrictEqual(was.get(field), value));
    return { before: Object.fromEntries(changed.map(([field]) => [field, was.get(field)])), after: Object.fromEntries(changed) };
}
const KEPT = ['timezone', 'phone', 'callback', 'textNumber', 'verify', 'ballots'];
/** While voting is open, these stay as they are: who may vote, to which number, until when, and who may read the ballots. */
function rulesKept(before, file, problemAt) {
    return KEPT.flatMap((field) => file[field] === before[field] ? [] : [problemAt([field], `${field} is ${before[field] ?? 'not given'}, and while voting is open it stays`)]);
}
/** A text of a file that may have other wrong lines, so that problems in the other files are reported at once. */
function rawText(read, key) {
    const value = typeof read?.raw === 'object' && read.raw !== null ? new Map(Object.entries(read.raw)).get(key) : undefined;
    return typeof value === 'string' ? value : undefined;
}
/** The moment that `+14d` counts from: this import. Once the vote has opened it is the last import before, because no date up to the close changes then. */
function countingFrom({ now, before, isOpened }) {
    return (isOpened && before?.importedAt) || now;
}
/** The problem of each number that another community has already: a message belongs to the community whose number it was sent to. */
async function numberProblems({ _id, phone, callback, textNumber, carriers }, problemAt, session) {
    const numbers = callback === undefined ? [phone] : [phone, callback];
    const others = await collection(Community)
        .find({ _id: { $ne: _id }, $or: [{ phone: { $in: numbers } }, { callback: { $in: numbers } }] }, { session })
        .toArray();
    const taken = others.flatMap((other) => [other.phone, other.callback]);
    const gone = await leftWith({ _id, phone, callback, textNumber, carriers }, session);
    if (gone)
        return [problemAt(gone._id === _id ? ['slug'] : ['phone'], `${gone._id} has left for ${gone.url} with it`)];
    const sameOver = { _id: { $ne: _id }, 'carriers.sms': carriers?.sms, textNumber };
    const isTexted = textNumber !== undefined && (await collection(Community).findOne(sameOver, { session }));
    return [
        ...(isTexted ? [problemAt(['textNumber'], 'textNumber is another community’s number over the same carrier')] : []),
        ...(taken.includes(phone) ? [problemAt(['phone'], 'phone is another community’s number')] : []),
        ...(callback !== undefined && taken.includes(callback) ? [problemAt(['callback'], 'callback is another community’s number')] : []),
    ];
}
function byPlace(one, other) {
    return one.file.localeCompare(other.file) || one.line - other.line;
}
