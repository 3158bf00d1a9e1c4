import { z } from 'zod';
import { communityForReaders } from '../../../fund/communities/index.js';
import { endSession, isSessionToken, openTablet } from '../../../fund/staff/index.js';
import { browserFiles } from '../../public/browserFiles.js';
import { pageLanguage, pageText } from '../../public/pageText.js';
import { readerLimit, STAFF } from '../../readerLimit.js';
import { whoShows } from '../visits.js';
/** Who asks is a hall's tablet, by its cookie; a browser that is none is led to where one is opened. */
export function tabletVisits(world, { catalogue, cookies, readers, aloud, mayStaySignedIn }) {
    const tablets = readerLimit(STAFF);
    const endTheir = endSession(world);
    const tabletOf = openTablet(world);
    const communityOf = communityForReaders(world);
    return { ofTablet, tabletIn };
    function ofTablet(handle) {
        const taken = async (request, response) => {
            const slug = String(request.params.slug);
            const [tablet, community] = await Promise.all([tabletIn(request, slug), communityOf(slug)]);
            if (!tablet || !community) {
                cookies.set(response, 'kiosk', undefined);
                return response.redirect(303, `/console/${encodeURIComponent(slug)}/kiosk`);
            }
            const staff = cookies.get(request, 'staff');
            if (staff !== undefined && !mayStaySignedIn) {
                await endTheir(staff);
                cookies.set(response, 'staff', undefined);
            }
            const at = world.now();
            const { language, byLink } = pageLanguage(request, community.language);
            const text = pageText(catalogue, { language, byLink }, at, community, 'kiosk');
            const [heard, assets] = await Promise.all([aloud(language, community), browserFiles()]);
            await handle({ request, response, tablet, community, at, text, heard, assets, own: `/console/${slug}/kiosk` });
        };
        return whoShows((request) => isSessionToken(world, tokenIn(request) ?? ''), tablets.handler(taken), readers.handler(taken));
    }
    function tokenIn(request, slug = String(request.params.slug)) {
        const [of, token] = cookies.get(request, 'kiosk')?.split('.') ?? [];
        return of === slug ? token : undefined;
    }
    async function tabletIn(request, slug) {
        const token = tokenIn(request, slug);
        return token === undefined ? null : tabletOf(slug, token);
    }
}
/** How long one step may take. A person who goes away leaves nothing behind that works later. Milliseconds. */
const STEP_MS = 3 * 60_000;
const shape = z.strictObject({ resident: z.string(), key: z.string(), turn: z.number(), until: z.number() });
/** Carries who votes from step to step in the pages' forms, encrypted for one tablet. */
export function kioskVoters({ vault, randomBytes }) {
    return {
        newTry: () => randomBytes(16).toString('base64url'),
        encrypt: ({ tablet }, voter, at) => vault.encrypt('kioskVoter', tablet, JSON.stringify({ ...voter, until: at.getTime() + STEP_MS })).toString('base64url'),
        /** Undefined if it was encrypted for another tablet, or too long ago. */
        decrypt: ({ tablet }, encrypted, at) => {
            const { until, ...voter } = opened(() => vault.decrypt('kioskVoter', tablet, Buffer.from(encrypted, 'base64url'))) ?? { until: 0 };
            return 'resident' in voter && until >= at.getTime() ? voter : undefined;
        },
    };
}
function opened(decrypt) {
    try {
        return shape.parse(JSON.parse(decrypt()));
    }
    catch {
        return undefined; // another tablet's, or of another SECRET: the person begins anew
    }
}
