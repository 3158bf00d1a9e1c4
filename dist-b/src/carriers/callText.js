/** The longest text that is spoken in under two minutes, in characters. Encrypted it has some 2,000; Twilio and Asterisk take 4,000. */
export const LONGEST_SPOKEN = 450;
/** For how long after it was placed a call may still be answered. */
const LASTS_MS = 60 * 60 * 1_000;
/**
 * The text of a call that speaks a message, as it travels with the call itself, and until when it is spoken: it is kept nowhere else, and only we can
 * read it. `ref` names the message; the encrypted text is valid for this message alone.
 */
export function encryptedText({ vault, now }, ref, text) {
    const until = now().getTime() + LASTS_MS;
    return vault.encrypt('callText', ref, JSON.stringify({ until, text })).toString('base64url');
}
/** The text again; `late` after its time; undefined if it was not encrypted here as the text of this message. */
export function decryptedText({ vault, now }, ref, encrypted) {
    const written = opened(() => vault.decrypt('callText', ref, Buffer.from(encrypted, 'base64url')));
    if (written === undefined)
        return undefined;
    const { until, text } = JSON.parse(written);
    return now().getTime() < until ? text : { late: true };
}
/** What comes back may be anything. */
function opened(decrypt) {
    try {
        return decrypt();
    }
    catch {
        return undefined;
    }
}
