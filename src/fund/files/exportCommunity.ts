import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify as csv } from 'csv-stringify/sync';
import { stringify as yaml } from 'yaml';
import { collection } from '../../store/collection.ts';
import { localTimeOf, readTime } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { type CommunityRecord, findCommunity, Prompt } from '../communities/index.ts';
import { Cycle, type CycleRecord, isOpen, stageAt } from '../cycles/index.ts';
import { logHead, withLog } from '../log/index.ts';
import { type Actor, checkRight, FIELD_NAMES, fieldsOf, ON_THE_SERVER, personOf, Resident, type Right } from '../people/index.ts';
import { staffOf } from '../staff/index.ts';
import { STAFF_COLUMNS, STAFF_FILE } from './readStaff.ts';
import { TEMPLATES_FILE, templatesYaml } from './readTemplates.ts';

export const EXPORTING = { name: 'community.export', may: ON_THE_SERVER } as const satisfies Right;

export type Exported =
  /** The files' names, by their path in the folder. */
  { readonly files: readonly string[] } | { readonly refused: 'noCommunity' };

/**
 * Writes a community's files as they stand now into a folder (docs/contract.md: Files): importing them again changes nothing. `cycle.yaml` is of the
 * current cycle: the one that votes, else the newest that has begun; before any has begun, of the newest. Cards are in no file, because only their HMACs are kept. Files that are there already are replaced; only their
 * owner may read them. Rejects with `not-allowed` (`checkRight`).
 */
export async function exportCommunity(world: World, slug: string, dir: string, actor: Actor): Promise<Exported> {
  const acting = checkRight(actor, EXPORTING, slug);
  return withLog(world, slug, async (_, write): Promise<Exported> => {
    const { seq: upTo } = await logHead(slug);
    const files = await filesOf(world, slug);
    if (!files) return { refused: 'noCommunity' };
    for (const [name, content] of files) await replaceFile(join(dir, name), content);
    const names = [...files.keys()];
    await write({ ...acting, subject: slug, detail: { after: { files: names.length, upTo } } });
    return { files: names };
  });
}

async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await rm(path, { force: true }); // a file that exists already would keep its rights
  await writeFile(path, content, { mode: 0o600 });
}

async function filesOf(world: World, slug: string): Promise<Map<string, string | Uint8Array> | null> {
  const community = await findCommunity(slug);
  if (!community) return null;
  const cycle = await cycleToExport(slug, world.now());
  const staff = (await staffOf(world, slug)).filter(({ role }) => role !== 'office');
  const files = new Map<string, string | Uint8Array>([
    ['community.yaml', communityYaml(community)],
    ['residents.csv', await residentsCsv(world, slug)],
  ]);
  if (cycle) files.set('cycle.yaml', cycleYaml(cycle, community.timezone));
  if (staff.length > 0) files.set(STAFF_FILE, csv(staff, { header: true, columns: [...STAFF_COLUMNS] }));
  if (community.smsTemplates) files.set(TEMPLATES_FILE, templatesYaml(community.smsTemplates));
  for await (const { language, key, sound } of collection(Prompt).find({ community: slug }, { promoteBuffers: true }))
    files.set(`audio/${language}/${key}.mp3`, sound);
  return files;
}

async function cycleToExport(community: string, now: Date): Promise<CycleRecord | undefined> {
  const cycles = await collection(Cycle)
    .find({ community }, { sort: { 'stages.0.from': -1 }, projection: { 'frozen.ballot': 0 } })
    .toArray();
  const hasBegun = (cycle: CycleRecord) => stageAt(cycle, now) !== undefined;
  return cycles.find((cycle) => isOpen(cycle, now)) ?? cycles.find(hasBegun) ?? cycles[0];
}

function communityYaml({ _id: slug, demo: _, smsTemplates: __, mark: ___, ...fields }: CommunityRecord): string {
  return yaml({ slug, ...fields });
}

function cycleYaml(
  { _id: id, title, budget, currency, rule, threshold, choices, stages, projects, lot, paper, tables }: CycleRecord,
  timezone: string,
): string {
  const dates = Object.fromEntries(stages.map(({ stage, from }) => [stage, dateText(from, timezone)]));
  const until = paper && { paper: { until: dateText(paper.until, timezone), ...(paper.key && { key: paper.key }) } };
  const announced = tables?.map(({ place, from, to }) => ({ place, from: dateText(from, timezone), to: dateText(to, timezone) }));
  return yaml({
    id,
    title,
    budget,
    currency,
    rule,
    threshold,
    choices,
    stages: dates,
    ...until,
    ...(announced && { tables: announced }),
    projects,
    ...(lot && { lot }),
  });
}

/** A moment as files give it: in the community's zone if that says it exactly. */
export function dateText(moment: Date, timezone: string): string {
  const { year, month, day, hour, minute } = localTimeOf(moment, timezone);
  const [mm, dd, hh, min] = [month, day, hour, minute].map((part) => String(part).padStart(2, '0'));
  const wall = `${year}-${mm}-${dd}T${hh}:${min}`;
  return readTime(wall, timezone, moment)?.getTime() === moment.getTime() ? wall : moment.toISOString();
}

const RESIDENT_COLUMNS = ['id', ...FIELD_NAMES] as const;

async function residentsCsv({ vault }: World, community: string): Promise<string> {
  const rows: object[] = [];
  const residents = collection(Resident).find({ community, erasedAt: { $exists: false } }, { promoteBuffers: true, batchSize: 5_000 });
  for await (const resident of residents) {
    const { rosterId: id, ...sealed } = personOf(vault, resident);
    rows.push({ id, ...fieldsOf({ ...resident, ...sealed }) });
  }
  return csv(rows, { header: true, columns: [...RESIDENT_COLUMNS] });
}
