import { z } from 'zod';

/** The settings of one carrier: some turn it on, all together or none; others go besides. */
export interface SettingsGroup<Settings> {
  /** The names of those that turn it on. */
  readonly together: readonly string[];
  /** The names of the others. */
  readonly besides: readonly string[];
  /** What is wrong with what is given, one line each, which begins with a name and shows no value. */
  readonly problems: (given: Given) => string[];
  /** The carrier's settings; undefined if it is not turned on. What is given has no problems. */
  readonly read: (given: Given) => Settings | undefined;
}

type Given = Readonly<Record<string, string>>;

/** `besides` are optional. `shaped` gives the settings as the carrier's code takes them. */
export function settingsGroup<Together extends z.ZodRawShape, Besides extends z.ZodRawShape, Settings>(
  together: Together,
  besides: Besides,
  shaped: (read: z.output<z.ZodObject<Together>>, more: z.output<z.ZodObject<Besides>>) => Settings,
): SettingsGroup<Settings> {
  const names = Object.keys(together);
  const [needed, others] = [z.object(together), z.object(besides)];
  return {
    together: names,
    besides: Object.keys(besides),
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
export function halfGiven(given: Given, names: readonly string[]): string[] {
  const missing = names.filter((name) => !given[name]);
  if (missing.length === names.length) return [];
  return missing.map((name) => `${name}: is missing; ${names.join(', ')} go together`);
}

export const setting = {
  matching: (pattern: RegExp, what: string) => z.string().regex(pattern, `must be ${what}`),
  word: () => z.string().regex(/^\S+$/, 'must be without blanks'),
  /** No slash at the end. */
  address: () =>
    z
      .url({ protocol: /^https?$/, error: 'must be a whole address that begins with http:// or https://' })
      .transform((address) => address.replace(/\/+$/, '')),
  /** Stands in the address of a door whose carrier signs nothing. */
  pathSecret: () => z.string().regex(/^[0-9A-Za-z_-]{22,128}$/, 'must be 22 letters, digits, - or _ at least; make one with: openssl rand -hex 24'),
};
