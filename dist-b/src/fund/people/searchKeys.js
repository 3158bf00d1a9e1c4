/** Digits of the end of a phone by which its holder is searched. */
const LAST = 4;
/**
 * The keys by which a resident is searched, as names and phones are encrypted: an HMAC of each two neighbouring characters of the name, and one of the
 * phone's last four digits (`phone`: E.164). The HMACs are cut to 12 hex digits: who has the keys may still not be who is meant, so the reader decrypts
 * and compares. Two characters and not one, so that a common family name cannot be told by how often its key occurs.
 */
export function searchKeys(vault, community, { name, phone }) {
    return [...(name === undefined ? [] : nameKeys(vault, community, name)), ...(phone === undefined ? [] : [phoneKey(vault, community, phone)])];
}
/** The keys that a name has which contains this text; none if the text has only one character. */
export function nameKeys(vault, community, text) {
    const characters = [...plainName(text)];
    const pairs = characters.slice(1).map((character, index) => `${characters[index]}${character}`);
    return [...new Set(pairs)].map((pair) => shortHmac(vault, community, `name|${pair}`));
}
/** The key of a phone, whole or only its last digits. */
export function phoneKey(vault, community, phone) {
    return shortHmac(vault, community, `phone|${phone.slice(-LAST)}`);
}
/** A name without blanks, and without the difference of big and small or of wide and narrow letters. */
export function plainName(name) {
    return name.normalize('NFKC').toLowerCase().replaceAll(/[\s·]/g, '');
}
function shortHmac(vault, community, text) {
    return Buffer.from(vault.hmac('rosterSearch', community, text), 'base64url')
        .toString('hex')
        .slice(0, 12);
}
