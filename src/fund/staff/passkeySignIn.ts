import type { mongo } from 'mongoose';
import { z } from 'zod';
import type { Notify } from '../../contacts/notify.ts';
import { collection } from '../../store/collection.ts';
import { isDuplicate } from '../../store/databaseErrors.ts';
import { index, records } from '../../store/records.ts';
import { cleanText } from '../../store/text.ts';
import { isSame, type Vault } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { encryptedAbout, Passkey, type PasskeyRecord, passkeyId, passkeysOf } from './passkey.ts';
import { reachStaff } from './reachStaff.ts';
import { beginSession, hasJustBegun, newToken } from './session.ts';
import { rolesOf } from './staff.ts';

/** A question is answered within this time, or not at all. */
const VALID_MS = 5 * 60_000;
const MAX_PASSKEYS = 10;
const LONGEST_NAME = 40;

/** A question that a passkey has answered rightly: it is not taken again. What is only asked is kept nowhere (`newChallenge`), however often somebody asks. */
export const PasskeyChallenge = records(
  'passkeychallenges',
  {
    /** An HMAC of the question. */
    _id: String,
    until: Date,
  },
  [index({ until: 1 })],
);

export type PasskeyAdded =
  | { readonly added: true }
  /**
   * `wrong`: the answer is forged, late, or was given before. `known`: this passkey is there already. `many`: ten are. `old`: the session did not begin just
   * now (`hasJustBegun`).
   */
  | { readonly refused: 'wrong' | 'known' | 'many' | 'old' };

/**
 * Adding a passkey and signing in by one. What is handed to the browser (`…Offer`) is for WebAuthn there, in its JSON form, and so is what comes back
 * (`answer`). `browser`: a secret that only this browser knows.
 *
 * A passkey takes the place of everything else. So only who has just signed in adds one, not who finds a session or takes it; and the staff phone is told.
 */
export interface Passkeys {
  addOffer(whose: Whose): Promise<unknown>;
  add(whose: Whose & { readonly answer: string; readonly name: string }): Promise<PasskeyAdded>;
  enterOffer(browser: string): Promise<unknown>;
  /** Begins a session; gives its token, or null if the answer is forged, late or of a passkey that is not known (any more). */
  enter(given: { readonly browser: string; readonly answer: string; readonly device: string }): Promise<string | null>;
}

interface Whose {
  /** `staffPhone(…)`. */
  readonly phone: string;
  /** The id of the session, which only this browser knows. */
  readonly session: string;
  /** What the device is to call its holder. */
  readonly holder: string;
}

/** `publicUrl`: the address of the service, to whose pages alone the passkeys belong. */
export function passkeys(world: World, publicUrl: string, notify: Notify): Passkeys {
  const { hostname: rpID, origin } = new URL(publicUrl);
  const ours = { expectedOrigin: origin, expectedRPID: rpID, requireUserVerification: true };

  return {
    addOffer: async ({ phone, session, holder }) => {
      const { generateRegistrationOptions } = await library();
      const known = await passkeysOf(world, phone);
      return generateRegistrationOptions({
        ...{ rpName: '议声', rpID, userName: holder, userDisplayName: holder, attestationType: 'none', timeout: VALID_MS },
        userID: new Uint8Array(Buffer.from(handleOf(world.vault, phone), 'base64url')),
        challenge: newChallenge(world, 'add', session),
        excludeCredentials: known.map(({ credential }) => ({ id: credential })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      });
    },

    add: async ({ phone, session, answer, name }) => {
      if (!(await hasJustBegun(world, { phone, session }))) return { refused: 'old' };
      const response = read(registration, answer);
      const expectedChallenge = response && answeredChallenge(world, 'add', session, response.response.clientDataJSON);
      if (!response || !expectedChallenge) return { refused: 'wrong' };
      const { verifyRegistrationResponse } = await library();
      const verified = await right(verifyRegistrationResponse({ response, expectedChallenge, ...ours }));
      if (!verified?.verified || !(await isFirst(world, expectedChallenge))) return { refused: 'wrong' };
      if ((await collection(Passkey).countDocuments({ phone })) >= MAX_PASSKEYS) return { refused: 'many' };
      const { id: credential, publicKey, counter } = verified.registrationInfo.credential;
      const _id = passkeyId(world.vault, credential);
      const called = [...cleanText(name)].slice(0, LONGEST_NAME).join('');
      const about = encryptedAbout(world.vault, _id, { name: called, credential });
      const passkey: PasskeyRecord = { _id, phone, about, publicKey: Buffer.from(publicKey), counter, at: world.now() };
      try {
        await Passkey.db.withSession((session) =>
          session.withTransaction(async () => {
            await collection(Passkey).insertOne(passkey, { session });
            await tellAdded(passkey, session);
          }),
        );
        return { added: true };
      } catch (error) {
        if (isDuplicate(error)) return { refused: 'known' };
        throw error;
      }
    },

    enterOffer: async (browser) => {
      const { generateAuthenticationOptions } = await library();
      const challenge = newChallenge(world, 'enter', browser);
      return generateAuthenticationOptions({ rpID, challenge, userVerification: 'required', timeout: VALID_MS });
    },

    enter: async ({ browser, answer, device }) => {
      const response = read(authentication, answer);
      const expectedChallenge = response && answeredChallenge(world, 'enter', browser, response.response.clientDataJSON);
      if (!response || !expectedChallenge) return null;
      const passkey = await collection(Passkey).findOne({ _id: passkeyId(world.vault, response.id) }, { promoteBuffers: true });
      if (!passkey || !isSame(response.response.userHandle, handleOf(world.vault, passkey.phone))) return null;
      const credential = { id: response.id, publicKey: new Uint8Array(passkey.publicKey), counter: passkey.counter };
      const { verifyAuthenticationResponse } = await library();
      const verified = await right(verifyAuthenticationResponse({ response, expectedChallenge, credential, ...ours }));
      if (!verified?.verified || !(await isFirst(world, expectedChallenge))) return null;
      if ((await rolesOf(world, passkey.phone)).length === 0) return null;
      const { matchedCount } = await collection(Passkey).updateOne(
        { _id: passkey._id, counter: passkey.counter },
        { $set: { counter: verified.authenticationInfo.newCounter, usedAt: world.now() } },
      );
      return matchedCount === 1 ? beginSession(world, passkey.phone, device) : null;
    },
  };

  async function tellAdded({ _id, phone, at }: PasskeyRecord, session: mongo.ClientSession): Promise<void> {
    const [role] = await rolesOf(world, phone);
    const reach = role && (await reachStaff(world, role));
    const said = { key: 'notice.passkeyAdded', params: { at: at.toISOString() } };
    if (reach) await notify({ ...reach, occasion: `passkey|${_id}|${at.toISOString()}`, kind: 'alarm', said }, session);
  }
}

/** It is large, and most of the time nobody signs in. */
function library(): Promise<typeof import('@simplewebauthn/server')> {
  return import('@simplewebauthn/server');
}

/** What the check gives; undefined if the answer is wrong in whatever way. The check reads nothing but the answer, and throws what it has against it. */
async function right<Verified>(checked: Promise<Verified>): Promise<Verified | undefined> {
  try {
    return await checked;
  } catch {
    return undefined;
  }
}

type Purpose = 'add' | 'enter';

/**
 * A new question: until when it may be answered, what nobody can guess, and an HMAC of both with what it is for and the browser that asked. So nobody else
 * can answer it, and whoever asks without end fills nothing.
 */
function newChallenge(world: World, purpose: Purpose, browser: string): Uint8Array<ArrayBuffer> {
  const beginning = `${world.now().getTime() + VALID_MS}.${newToken(world)}`;
  return challengeOf(world.vault, purpose, browser, beginning);
}

/** The question that an answer is to, in base64url; undefined if it was not asked here, of this browser and for this, or too long ago. */
function answeredChallenge({ vault, now }: World, purpose: Purpose, browser: string, clientDataJSON: string): string | undefined {
  const challenge = read(clientData, Buffer.from(clientDataJSON, 'base64url').toString())?.challenge ?? '';
  const [until = '', random = ''] = Buffer.from(challenge, 'base64url').toString().split('.');
  const ours = challengeOf(vault, purpose, browser, `${until}.${random}`);
  return isSame(challenge, Buffer.from(ours).toString('base64url')) && now().getTime() < Number(until) ? challenge : undefined;
}

/** Whether nobody has answered a question before. From now on somebody has. */
async function isFirst({ vault, now }: World, challenge: string): Promise<boolean> {
  try {
    const until = new Date(now().getTime() + VALID_MS);
    await collection(PasskeyChallenge).insertOne({ _id: vault.hmac('passkeyChallenge', 'answered', challenge), until });
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

function challengeOf(vault: Vault, purpose: Purpose, browser: string, beginning: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(`${beginning}.${vault.hmac('passkeyChallenge', 'asked', purpose, browser, beginning)}`));
}

/** The name under which a device keeps the passkeys of a phone (`staffPhone`): it says nothing to anybody else. */
function handleOf(vault: Vault, phone: string): string {
  return vault.hmac('passkey', 'holder', phone);
}

const clientData = z.object({ challenge: z.string() });
const answered = { id: z.string().max(1_500), rawId: z.string(), type: z.literal('public-key'), clientExtensionResults: z.object({}) };
const registration = z.object({ ...answered, response: z.object({ clientDataJSON: z.string(), attestationObject: z.string() }) });
const authentication = z.object({
  ...answered,
  response: z.object({ clientDataJSON: z.string(), authenticatorData: z.string(), signature: z.string(), userHandle: z.string() }),
});

/** JSON of this shape; undefined if it is anything else. */
function read<Shape extends z.ZodType>(shape: Shape, json: string): z.infer<Shape> | undefined {
  try {
    return shape.safeParse(JSON.parse(json)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Removes answered questions whose time is over: nobody can answer them any more. */
export async function forgetChallenges(now: Date): Promise<void> {
  await collection(PasskeyChallenge).deleteMany({ until: { $lte: now } });
}
