import { z } from 'zod';
/** `besides` are optional. `shaped` gives the settings as the carrier's code takes them. */
export function settingsGroup(together, besides, shaped) {
    const names = Object.keys(together);
    const [needed, others] = [z.object(together), z.object(besides)];
    return {
        together: names,
        problems: (given) => {
            const read = z.object({ ...z.object(together).partial().shape, ...besides }).safeParse(given);
            return [...(read.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`), ...halfGiven(given, names)];
        },
        read: (given) => {
            const read = needed.safeParse(given);
            return read.success ? shaped(read.data, others.parse(given)) : undefined;
        },
    };
}
/** A problem for each that is missing, if not all are. */
export function halfGiven(given, names) {
    const missing = names.filter((name) => !given[name]);
    if (missing.length === names.length)
        return [];
    return missing.map((name) => `${name}: is missing; ${names.join(', ')} go together`);
}
export const setting = {
    matching: (pattern, what) => z.string().regex(pattern, `must be ${what}`),
    word: () => z.string().regex(/^\S+$/, 'must be without blanks'),
    /** No slash at the end. */
    address: () => z
        .url({ protocol: /^https?$/, error: 'must be a whole address that begins with http:// or https://' })
        .transform((address) => address.replace(/\/+$/, '')),
    /** Stands in the address of a door whose carrier signs nothing. */
    pathSecret: () => z.string().regex(/^[0-9A-Za-z_-]{22,128}$/, 'must be 22 letters, digits, - or _ at least; make one with: openssl rand -hex 24'),
};
