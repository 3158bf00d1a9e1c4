const HOURS = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/;
const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
/** What cannot be understood is quiet, and looked at again after so long. */
const AGAIN_MS = 15 * MINUTE_MS;

/**
 * Until when nothing that we start is sent: the end of the quiet hours (`21:00-08:00`, by the clocks on the walls of the zone) that a moment falls
 * into, undefined outside them. From and to at the same time means none. Hours or a zone that cannot be read are quiet.
 */
export function quietUntil({ quiet, timezone }: { quiet: string; timezone: string }, now: Date): Date | undefined {
  const hours = HOURS.exec(quiet);
  const wall = hours && wallOf(now, timezone);
  if (!hours || !wall) return new Date(now.getTime() + AGAIN_MS);
  const [fromHour = 0, fromMinute = 0, hour = 0, minute = 0] = hours.slice(1).map(Number);
  const from = fromHour * 60 + fromMinute;
  const to = hour * 60 + minute;
  const at = wall.hour * 60 + wall.minute;
  const isQuiet = from < to ? from <= at && at < to : from > to && (at >= from || at < to);
  if (!isQuiet) return undefined;
  const minutes = (to - at + DAY_MINUTES) % DAY_MINUTES;
  const end = new Date(now.getTime() - (now.getTime() % MINUTE_MS) + minutes * MINUTE_MS);
  const there = wallOf(end, timezone);
  if (!there || (there.hour === hour && there.minute === minute)) return end;
  // clocks were changed in between
  const off = ((to - there.hour * 60 - there.minute + DAY_MINUTES / 2 + DAY_MINUTES) % DAY_MINUTES) - DAY_MINUTES / 2;
  const shown = new Date(end.getTime() + off * MINUTE_MS);
  const wallThere = wallOf(shown, timezone);
  return shown > now && wallThere?.hour === hour && wallThere.minute === minute ? shown : end;
}

interface Wall {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clocks of a zone show; undefined where there is no such zone. */
function wallOf(at: Date, timezone: string): Wall | undefined {
  const format = formats.get(timezone) ?? formatOf(timezone);
  if (!format) return undefined;
  formats.set(timezone, format);
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts;
  return { year, month, day, hour, minute };
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
