import { randomBytes } from 'node:crypto';
import { channelsOf } from '../carriers/carriers.js';
import { firstCommunities } from '../fund/communities/index.js';
import { playedCarriers } from './carriers/playedCarriers.js';
import { demoClock } from './clock.js';
import { importDemo, residentLines } from './community.js';
import { simulator } from './simulator/simulator.js';
/**
 * Opens the demo; undefined if this service is not the demo (docs/contract.md: Settings). Its community is imported into an empty database. Rejects
 * with code `bad-demo` if the community's files are wrong.
 */
export async function openDemo(settings, store) {
    if (!(await isDemo(settings, store)))
        return undefined;
    if ((await firstCommunities(1)).length === 0)
        await importDemo(store.world);
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
async function isDemo({ demo, ...carriers }, { embedded }) {
    if (demo)
        return demo === 'on';
    if (!embedded || channelsOf(carriers).length > 0)
        return false;
    return (await firstCommunities(2)).every((community) => community.demo);
}
