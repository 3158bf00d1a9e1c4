import { randomBytes } from 'node:crypto';
import type { Carriers } from '../carriers/carriers.ts';
import { type CarrierSettings, channelsOf } from '../carriers/settings.ts';
import { firstCommunities } from '../fund/communities/index.ts';
import type { Store } from '../store/openStore.ts';
import type { World } from '../store/world.ts';
import { playedCarriers } from './carriers/playedCarriers.ts';
import { demoClock } from './clock.ts';
import { importDemo, residentLines } from './community.ts';
import { type Simulator, type SimulatorContext, simulator } from './simulator/simulator.ts';

/** What the demo gives to the app. */
export type Demo = (house: SimulatorContext) => {
  /** They take the place of the real ones. */
  readonly carriers: Carriers;
  /** Absent if a command plays the phones. */
  readonly simulator?: Simulator;
};

export interface OpenDemo {
  /** The world with the demo's clock. */
  readonly world: World;
  /** For the service's note: with this token, commands beside the service can play phones, too. */
  readonly note: { readonly authToken: string };
  /** For the app of a service that listens at `url` on this machine. */
  at(url: string): Demo;
  /** Lines for the person who starts the service at `url`. */
  greeting(url: string): readonly string[];
}

/** The service's settings that decide whether it is the demo. */
interface Settings extends CarrierSettings {
  readonly demo?: 'on' | 'off' | undefined;
}

type Opened = Pick<Store, 'embedded' | 'world'>;

/**
 * Opens the demo; undefined if this service is not the demo (docs/contract.md: Settings). Its community is imported into an empty database. Rejects
 * with code `bad-demo` if the community's files are wrong.
 */
export async function openDemo(settings: Settings, store: Opened): Promise<OpenDemo | undefined> {
  if (!(await isDemo(settings, store))) return undefined;
  if ((await firstCommunities(1)).length === 0) await importDemo(store.world);
  const authToken = randomBytes(24).toString('base64url');
  const clock = await demoClock(store.world.now);
  return {
    world: { ...store.world, now: clock.now },
    note: { authToken },
    at: (url) => (house) => {
      const opened = simulator(house, { url, authToken, clock });
      return { carriers: playedCarriers(authToken, opened.arrivals), simulator: opened };
    },
    greeting: (url) => [
      '',
      'A demo: no carrier is set, and phones are played on this machine, in the browser or in another terminal:',
      `  ${url}/simulator`,
      '  npm run chat',
      '',
      'Its residents (npm run chat -- --from PHONE):',
      ...residentLines().map((line) => `  ${line}`),
    ],
  };
}

/**
 * True if the setting asks for it. Without the setting: true if the database is embedded, no carrier is set and no community but the demo's is
 * there.
 */
async function isDemo({ demo, ...carriers }: Settings, { embedded }: Opened): Promise<boolean> {
  if (demo) return demo === 'on';
  if (!embedded || channelsOf(carriers).length > 0) return false;
  return (await firstCommunities(2)).every((community) => community.demo);
}

/** Lines for the person who starts a service that was the demo until another community came: nothing else says so. */
export async function noMoreDemo({ demo, ...carriers }: Settings, { embedded }: Opened): Promise<readonly string[]> {
  const [first, second] = await firstCommunities(2);
  if (demo || !embedded || channelsOf(carriers).length > 0 || !first?.demo || !second || second.demo) return [];
  return [
    '',
    `This is no demo any more, as ${second.name} is there too: no phones are played, and nobody signs in by a button. DEMO=on keeps the demo.`,
  ];
}
