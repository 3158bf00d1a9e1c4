import type { Request, RequestHandler, Response } from 'express';
import type { i18n } from 'i18next';
import { z } from 'zod';
import { communityForReaders } from '../../../fund/communities/index.ts';
import { endSession, isSessionToken, openTablet, type Tablet } from '../../../fund/staff/index.ts';
import type { World } from '../../../store/world.ts';
import { browserFiles } from '../../public/browserFiles.ts';
import { pageLanguage, pageText } from '../../public/pageText.ts';
import { type ReaderLimit, readerLimit, STAFF, whoShows } from '../../readerLimit.ts';
import type { Cookies } from '../cookies.ts';
import type { Aloud, KioskFrame } from './kioskPages.ts';

export interface TabletVisitsDeps {
  readonly catalogue: i18n;
  readonly cookies: Cookies;
  /** For those who show no tablet's token: a crowd at the console's door takes no place of a tablet. */
  readonly readers: ReaderLimit;
  readonly aloud: Aloud;
  /** One browser plays everybody, as with personas: a person who is signed in beside the tablet stays signed in. */
  readonly mayStaySignedIn: boolean;
}

/** A request from a hall's tablet. */
export interface TabletVisit extends KioskFrame {
  readonly request: Request;
  readonly response: Response;
  readonly tablet: Tablet;
  readonly at: Date;
}

/** Who asks is a hall's tablet, by its cookie; a browser that is none is led to where one is opened. */
export function tabletVisits(world: World, { catalogue, cookies, readers, aloud, mayStaySignedIn }: TabletVisitsDeps) {
  const tablets = readerLimit(STAFF);
  const communityOf = communityForReaders(world);
  return { ofTablet, tabletIn };

  function ofTablet(handle: (visit: TabletVisit) => Promise<void>): RequestHandler {
    const taken = async (request: Request, response: Response) => {
      const slug = String(request.params.slug);
      const [tablet, community] = await Promise.all([tabletIn(request, slug), communityOf(slug)]);
      if (!tablet || !community) {
        cookies.set(response, 'kiosk', undefined);
        return response.redirect(303, `/console/${encodeURIComponent(slug)}/kiosk`);
      }
      const staff = cookies.get(request, 'staff');
      if (staff !== undefined && !mayStaySignedIn) {
        await endSession(world, staff);
        cookies.set(response, 'staff', undefined);
      }
      const at = world.now();
      const { language, byLink } = pageLanguage(request, community.language);
      const text = pageText('kiosk', catalogue, { language, byLink }, at, community);
      const [heard, assets] = await Promise.all([aloud(language, community), browserFiles()]);
      await handle({ request, response, tablet, community, at, text, heard, assets, own: `/console/${slug}/kiosk` });
    };
    return whoShows((request) => isSessionToken(world, tokenIn(request) ?? ''), tablets.handler(taken), readers.handler(taken));
  }

  function tokenIn(request: Request, slug = String(request.params.slug)): string | undefined {
    const [of, token] = cookies.get(request, 'kiosk')?.split('.') ?? [];
    return of === slug ? token : undefined;
  }

  async function tabletIn(request: Request, slug: string): Promise<Tablet | null> {
    const token = tokenIn(request, slug);
    return token === undefined ? null : openTablet(world, slug, token);
  }
}

/** The person who votes on a tablet, and the key under which their ballot counts once. */
export interface KioskVoter {
  /** `_id` of the resident whose card was shown. */
  readonly resident: string;
  readonly key: string;
  /** Their turn at the tablet. */
  readonly turn: number;
}

/** How long one step may take. A person who goes away leaves nothing behind that works later. Milliseconds. */
const STEP_MS = 3 * 60_000;

const shape = z.strictObject({ resident: z.string(), key: z.string(), turn: z.number(), until: z.number() });

/** Carries who votes from step to step in the pages' forms, encrypted for one tablet. */
export function kioskVoters({ vault, randomBytes }: World) {
  return {
    newTry: (): string => randomBytes(16).toString('base64url'),
    encrypt: ({ tablet }: Tablet, voter: KioskVoter, at: Date): string =>
      vault.encrypt('kioskVoter', tablet, JSON.stringify({ ...voter, until: at.getTime() + STEP_MS })).toString('base64url'),
    /** Undefined if it was encrypted for another tablet, or too long ago. */
    decrypt: ({ tablet }: Tablet, encrypted: string, at: Date): KioskVoter | undefined => {
      const { until, ...voter } = opened(() => vault.decrypt('kioskVoter', tablet, Buffer.from(encrypted, 'base64url'))) ?? { until: 0 };
      return 'resident' in voter && until >= at.getTime() ? voter : undefined;
    },
  };
}

function opened(decrypt: () => string): z.output<typeof shape> | undefined {
  try {
    return shape.parse(JSON.parse(decrypt()));
  } catch {
    return undefined; // another tablet's, or of another SECRET: the person begins anew
  }
}
