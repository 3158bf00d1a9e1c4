import { model, Schema } from 'mongoose';
import { z } from 'zod';
import { collection } from '../../store/collection.js';
import { isSame } from '../../store/crypto.js';
import { isDuplicate } from '../../store/databaseErrors.js';
import { cleanText } from '../../store/text.js';
import { encryptedAbout, Passkey, passkeyId, passkeysOf } from './passkey.js';
import { beginSession, newToken } from './session.js';
import { rolesOf } from './staff.js';
/** A question is answered within this time, or not at all. */
const VALID_MS = 5 * 60_000;
const MOST = 10;
const LONGEST_NAME = 40;
const schema = new Schema({ _id: { type: String, required: true }, until: { type: Date, required: true } }, { strict: 'throw', versionKey: false, collection: 'passkeychallenges' });
schema.index({ until: 1 });
export const PasskeyChallenge = model('PasskeyChallenge', schema);
/** `publicUrl`: the address of the service, to whose pages alone the passkeys belong. */
export function passkeys(world, publicUrl) {
    const { hostname: rpID, origin } = new URL(publicUrl);
    const ours = { expectedOrigin: origin, expectedRPID: rpID, requireUserVerification: true };
    return {
        addOffer: async ({ phone, browser, holder }) => {
            const { generateRegistrationOptions } = await library();
            const known = await passkeysOf(world, phone);
            return generateRegistrationOptions({
                ...{ rpName: '议声', rpID, userName: holder, userDisplayName: holder, attestationType: 'none', timeout: VALID_MS },
                userID: new Uint8Array(Buffer.from(handleOf(world.vault, phone), 'base64url')),
                challenge: await newChallenge(world, 'add', browser),
                excludeCredentials: known.map(({ credential }) => ({ id: credential })),
                authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
            });
        },
        add: async ({ phone, browser, answer, name }) => {
            const response = read(registration, answer);
            const expectedChallenge = response && (await takenChallenge(world, 'add', browser, response.response.clientDataJSON));
            if (!response || !expectedChallenge)
                return { refused: 'wrong' };
            const { verifyRegistrationResponse } = await library();
            const verified = await right(verifyRegistrationResponse({ response, expectedChallenge, ...ours }));
            if (!verified?.verified)
                return { refused: 'wrong' };
            if ((await collection(Passkey).countDocuments({ phone })) >= MOST)
                return { refused: 'many' };
            const { id: credential, publicKey, counter } = verified.registrationInfo.credential;
            const _id = passkeyId(world.vault, credential);
            const called = [...cleanText(name)].slice(0, LONGEST_NAME).join('');
            const about = encryptedAbout(world.vault, _id, { name: called, credential });
            const passkey = { _id, phone, about, publicKey: Buffer.from(publicKey), counter, at: world.now() };
            try {
                await collection(Passkey).insertOne(passkey);
                return { added: true };
            }
            catch (error) {
                if (isDuplicate(error))
                    return { refused: 'known' };
                throw error;
            }
        },
        enterOffer: async (browser) => {
            const { generateAuthenticationOptions } = await library();
            const challenge = await newChallenge(world, 'enter', browser);
            return generateAuthenticationOptions({ rpID, challenge, userVerification: 'required', timeout: VALID_MS });
        },
        enter: async ({ browser, answer, device }) => {
            const response = read(authentication, answer);
            const expectedChallenge = response && (await takenChallenge(world, 'enter', browser, response.response.clientDataJSON));
            if (!response || !expectedChallenge)
                return null;
            const passkey = await collection(Passkey).findOne({ _id: passkeyId(world.vault, response.id) }, { promoteBuffers: true });
            if (!passkey || !isSame(response.response.userHandle, handleOf(world.vault, passkey.phone)))
                return null;
            const credential = { id: response.id, publicKey: new Uint8Array(passkey.publicKey), counter: passkey.counter };
            const { verifyAuthenticationResponse } = await library();
            const verified = await right(verifyAuthenticationResponse({ response, expectedChallenge, credential, ...ours }));
            if (!verified?.verified || (await rolesOf(world, passkey.phone)).length === 0)
                return null;
            const { matchedCount } = await collection(Passkey).updateOne({ _id: passkey._id, counter: passkey.counter }, { $set: { counter: verified.authenticationInfo.newCounter, usedAt: world.now() } });
            return matchedCount === 1 ? beginSession(world, passkey.phone, device) : null;
        },
    };
}
/** It is large, and most of the time nobody signs in. */
function library() {
    return import('@simplewebauthn/server');
}
/** What the check gives; undefined if the answer is wrong in whatever way. The check reads nothing but the answer, and throws what it has against it. */
async function right(checked) {
    try {
        return await checked;
    }
    catch {
        return undefined;
    }
}
/** A new question, in base64url. */
async function newChallenge(world, purpose, browser) {
    const challenge = newToken(world);
    const until = new Date(world.now().getTime() + VALID_MS);
    await collection(PasskeyChallenge).insertOne({ _id: challengeId(world.vault, purpose, browser, challenge), until });
    return new Uint8Array(Buffer.from(challenge, 'base64url'));
}
/** The question that an answer is to, which nobody can answer again; undefined if it was not asked here, or too long ago. */
async function takenChallenge({ vault, now }, purpose, browser, clientDataJSON) {
    const challenge = read(clientData, Buffer.from(clientDataJSON, 'base64url').toString())?.challenge;
    if (challenge === undefined)
        return undefined;
    const asked = { _id: challengeId(vault, purpose, browser, challenge), until: { $gt: now() } };
    return (await collection(PasskeyChallenge).deleteOne(asked)).deletedCount === 1 ? challenge : undefined;
}
function challengeId(vault, purpose, browser, challenge) {
    return vault.hmac('passkeyChallenge', purpose, browser, challenge);
}
/** The name under which a device keeps the passkeys of a phone (`staffPhone`): it says nothing to anybody else. */
function handleOf(vault, phone) {
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
function read(shape, json) {
    try {
        return shape.safeParse(JSON.parse(json)).data;
    }
    catch (error) {
        if (error instanceof SyntaxError)
            return undefined;
        throw error;
    }
}
/** Removes questions that nobody answered in time. */
export async function forgetChallenges(now) {
    await collection(PasskeyChallenge).deleteMany({ until: { $lte: now } });
}
