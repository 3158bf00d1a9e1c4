import type { mongo } from 'mongoose';
import type { Act } from '../../contacts/act.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { subject } from '../act/index.ts';
import { Cycle, type CycleRecord, currentCycle, type Project, type Stage, stageAt } from '../cycles/index.ts';
import { dropsPictures, type KeptPicture, keepsPictures, movePictures, type PictureOf, picturesAmong } from '../pictures/index.ts';

export type ProjectsRead =
  | { readonly projects: readonly BallotItem[]; readonly budget: number; readonly currency: string; readonly stage: Stage }
  | { readonly project: ProjectTold; readonly currency: string }
  | { readonly unknown: number }
  | { readonly none: true };

/** The projects of the current cycle; with a number, only that project. */
export async function readProjects(world: World, { number }: { number?: number }, act: Act): Promise<ProjectsRead> {
  const current = currentCycle(world);
  const cycle = await current(act.community, act.at);
  const stage = cycle ? stageAt(cycle, act.at) : undefined;
  if (!cycle || !stage) return { none: true };
  const { projects, budget, currency } = cycle;
  if (number === undefined) return { projects: projects.map(ballotItem), budget, currency, stage };
  const project = projects.find((project) => project.number === number);
  return project ? { project: projectTold(project), currency } : { unknown: number };
}

/** A project as a ballot names it; it is an `Option` of a dialog. */
export interface BallotItem {
  readonly number: number;
  readonly label: string;
  /** Its title in English, if it has one. */
  readonly labelEn?: string;
  /** In whole units of the cycle's currency. */
  readonly cost: number;
  /** Only where a whole ballot is read out. */
  readonly detail?: string;
}

const LABEL_LENGTH = 12;

/** A project as SMS and voice name it: its `short`, else its title, cut to 12 characters with "…". */
export function ballotItem({ number, title, short, titles, cost }: Project): BallotItem {
  const characters = [...title];
  const cut = characters.length > LABEL_LENGTH ? `${characters.slice(0, LABEL_LENGTH - 1).join('')}…` : title;
  return { number, label: short ?? cut, ...(titles?.en && { labelEn: titles.en }), cost };
}

/** A project for a resident who asks about this one. `cost` is in whole units of the cycle's currency. */
export type ProjectTold = Readonly<Omit<Project, 'short' | 'titles' | 'also'>> & { readonly titleEn?: string };

/** Takes from a project what a resident who asks about it gets. */
export function projectTold({ number, title, titles, category, cost, detail }: Project): ProjectTold {
  return { number, title, ...(titles?.en && { titleEn: titles.en }), ...(category && { category }), cost, ...(detail && { detail }) };
}

/** A project as its picture belongs to it: one, kept until the ballot is frozen and taken away at any time. */
const pictured = {
  on: subject({
    path: '/ballot/:cycle/:number',
    find: async (_, community, { cycle: _id = '', number }, session) => {
      const cycle = await collection(Cycle).findOne({ _id, community }, { ...(session && { session }) });
      return cycle?.projects.some((each) => each.number === Number(number)) ? { cycle, number: Number(number) } : null;
    },
    name: ({ cycle }: OnBallot) => cycle._id,
  }),
  of: ({ cycle: { _id, community }, number }: OnBallot) => ({ community, ...ofProject(_id, number) }),
};
export const keepProjectPicture = keepsPictures({ ...pictured, isOne: true, isOpen: ({ cycle }) => cycle.frozen === undefined });
export const dropProjectPicture = dropsPictures(pictured);

interface OnBallot {
  readonly cycle: CycleRecord;
  readonly number: number;
}

/** The pictures of a cycle's projects, by the project's number. */
export async function projectPictures(
  { _id, community }: Pick<CycleRecord, '_id' | 'community'>,
  numbers: readonly number[],
): Promise<ProjectPictures> {
  const ids = new Map(numbers.map((number) => [ofProject(_id, number).id, number]));
  const found = await picturesAmong(community, 'project', [...ids.keys()]);
  return new Map(found.map(({ of, picture }) => [ids.get(of) ?? 0, picture]));
}

/** The pictures where a ballot is shown: only if every project has one, so that none stands out. */
export async function ballotPictures(cycle: Pick<CycleRecord, '_id' | 'community'>, numbers: readonly number[]): Promise<ProjectPictures> {
  const pictures = await projectPictures(cycle, numbers);
  return pictures.size === numbers.length ? pictures : new Map();
}

export type ProjectPictures = ReadonlyMap<number, KeptPicture>;

/** A project's picture goes with its number, or with the project, in the session of a change of the ballot. */
export function moveProjectPicture(
  { _id, community }: Pick<CycleRecord, '_id' | 'community'>,
  before: number,
  after: number | undefined,
  session: mongo.ClientSession,
): Promise<void> {
  return movePictures(community, ofProject(_id, before), after === undefined ? undefined : ofProject(_id, after), session);
}

/** Each picture goes with its project, as all get other numbers at once. */
export async function renumberPictures(
  cycle: Pick<CycleRecord, '_id' | 'community'>,
  numbers: ReadonlyMap<number, number>,
  session: mongo.ClientSession,
): Promise<void> {
  const changed = [...numbers].filter(([before, after]) => before !== after);
  for (const [before] of changed) await moveProjectPicture(cycle, before, before + ON_THE_WAY, session);
  for (const [before, after] of changed) await moveProjectPicture(cycle, before + ON_THE_WAY, after, session);
}

/** Larger than any project's number. */
const ON_THE_WAY = 1_000_000;

function ofProject(cycle: string, number: number): PictureOf {
  return { kind: 'project', id: `${cycle}/${number}` };
}
