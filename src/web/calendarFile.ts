import type { Period, Stage } from '../fund/cycles/index.ts';

/** A cycle as a calendar's file has it. */
interface CalendarCycle {
  readonly id: string;
  readonly title: string;
  readonly periods: readonly Period[];
}

/**
 * A community's calendar as iCalendar (RFC 5545): an event for each stage, times in UTC. The last stage has no end. `host` makes the events' ids
 * those of this service alone.
 */
export function calendarFile(
  cycles: readonly CalendarCycle[],
  { host, name, now, nameOf }: { readonly host: string; readonly name: string; readonly now: Date; readonly nameOf: (stage: Stage) => string },
): string {
  const events = cycles.flatMap(({ id, title, periods }) =>
    periods.flatMap(({ stage, from, to }) => [
      'BEGIN:VEVENT',
      `UID:${id}-${stage}-${utc(from)}@${host}`,
      `DTSTAMP:${utc(now)}`,
      `DTSTART:${utc(from)}`,
      ...(to ? [`DTEND:${utc(to)}`] : []),
      `SUMMARY:${escaped(`${name} ${nameOf(stage)}`)}`,
      `DESCRIPTION:${escaped(title)}`,
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
    ]),
  );
  const lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Yisheng//EN', 'CALSCALE:GREGORIAN', `X-WR-CALNAME:${escaped(name)}`];
  return [...lines, ...events, 'END:VCALENDAR'].map((line) => `${folded(line)}\r\n`).join('');
}

/** `20261201T000000Z`. */
function utc(moment: Date): string {
  return `${moment.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** A text as a value: what separates values is escaped, and so are line ends. */
function escaped(text: string): string {
  return text.replaceAll(/[\\;,]/g, (character) => `\\${character}`).replaceAll(/\r\n|\r|\n/g, '\\n');
}

/** Octets of a line, its end not counted. */
const MAX_OCTETS = 75;

/** Breaks a line that is too long; each further part begins with a blank. No character is cut in two. */
function folded(line: string): string {
  const parts: string[] = [];
  let part = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > MAX_OCTETS) {
      parts.push(part);
      part = ' ';
      octets = 1;
    }
    part += character;
    octets += size;
  }
  return [...parts, part].join('\r\n');
}
