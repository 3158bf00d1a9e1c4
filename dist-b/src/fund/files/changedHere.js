import { isDeepStrictEqual } from 'node:util';
import { addressHmac, phoneContact } from '../../contacts/contact.js';
import { STAGES } from '../cycles/index.js';
import { actsSince } from '../log/index.js';
import { RIGHTS } from '../people/index.js';
import { staffOf } from '../staff/index.js';
import { dateText } from './exportCommunity.js';
import { STAFF_FILE } from './readStaff.js';
const ROSTER = [RIGHTS.acceptRequest.entry, RIGHTS.addResident.entry, RIGHTS.changeResident.entry];
const STAFF = [RIGHTS.addStaff.entry, RIGHTS.removeStaff.entry];
const BASES = [RIGHTS.importCommunity.entry, RIGHTS.exportCommunity.entry];
/**
 * The lines of a community's files that would undo what was done here since the last import or export: the files are older than that. The log says what
 * was done, and to whom.
 */
export async function changedHere(world, community, { residents, staff, cycle }) {
    const done = await actsSince(world, community, BASES);
    const problems = [];
    const people = namesIn(done, ROSTER);
    const isImported = done.some(({ act }) => act === RIGHTS.importResidents.entry); // it names nobody, and may have changed anybody
    for (const { _id, row, differing } of residents?.changed ?? [])
        if ((isImported || people.has(_id)) && differing.length > 0)
            problems.push({ file: 'residents.csv', line: row.line, what: differences(differing) });
    const members = namesIn(done, STAFF);
    if (staff && members.size > 0) {
        const now = await staffOf(world, community);
        for (const { line, name, phone, role } of staff) {
            const isTouched = done.some(({ act, subject, names }) => STAFF.includes(act) && subject === `staff/${role}` && names.includes(addressHmac(world.vault, { community, ...phoneContact(phone) })));
            const here = now.find((member) => member.phone === phone && member.role === role)?.name;
            if (isTouched && here !== name)
                problems.push({ file: STAFF_FILE, line, what: differences([{ field: 'name', here, file: name }]) });
        }
    }
    if (cycle)
        problems.push(...cycleChanged(cycle, done));
    return problems;
}
/** What of a cycle was set in the console, on the ballot's page or in the calendar, and is another in its file. */
function cycleChanged({ file, here, timezone, lineAt }, done) {
    const isDone = (entry) => done.some(({ act, subject }) => act === entry && subject === file._id);
    if (!here)
        return [];
    const problems = [];
    const isPlanned = isDone(RIGHTS.planCycle.entry);
    const fields = new Set([...(isDone(RIGHTS.setBallot.entry) ? BALLOT : []), ...(isPlanned ? PLANNED : [])]);
    for (const field of here.frozen ? [] : fields)
        if (!isDeepStrictEqual(plain(here[field]), plain(file[field])))
            problems.push({ file: CYCLE_FILE, line: lineAt([field]), what: `${field} differs: ${CHANGED}` });
    if (!isPlanned)
        return problems;
    const dated = (at) => at && dateText(at, timezone);
    const dates = [
        ...STAGES.map((stage) => ({ path: ['stages', stage], here: fromOf(here, stage), file: fromOf(file, stage) })),
        { path: ['paper', 'until'], here: here.paper?.until, file: file.paper?.until },
    ];
    for (const { path, here: kept, file: given } of dates)
        if (kept?.getTime() !== given?.getTime())
            problems.push({ file: CYCLE_FILE, line: lineAt(path), what: differences([{ field: path.join('.'), here: dated(kept), file: dated(given) }]) });
    return problems;
}
function fromOf({ stages }, stage) {
    return stages.find((each) => each.stage === stage)?.from;
}
/** What is set on the ballot's page. */
const BALLOT = ['budget', 'rule', 'threshold', 'choices', 'projects', 'lot'];
/** What is given besides the dates where a cycle is made in the calendar. */
const PLANNED = ['title', 'currency', 'budget', 'rule', 'choices'];
const CYCLE_FILE = 'cycle.yaml';
const CHANGED = 'changed here since the last import or export; export first, or import with --replace';
/** Without undefined keys and without an order of keys. */
function plain(value) {
    return value === undefined ? value : JSON.parse(JSON.stringify(value));
}
function namesIn(done, acts) {
    return new Set(done.filter(({ act }) => acts.includes(act)).flatMap(({ names }) => names));
}
function differences(differing) {
    const each = differing.map(({ field, here, file }) => `${field} is ${here ?? 'nothing'} here and ${file ?? 'nothing'} in the file`);
    return `${each.join(', ')}: ${CHANGED}`;
}
