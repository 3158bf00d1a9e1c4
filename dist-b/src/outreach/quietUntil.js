import { localTimeOf } from '../store/wallTime.js';
const HOURS = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/;
const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
/** Hours or a zone that cannot be read count as quiet, and are read again after so long. */
const AGAIN_MS = 15 * MINUTE_MS;
/**
 * Until when we start no message: the end of the quiet hours (`21:00-08:00`, in the zone's wall time) that a moment falls
 * into; undefined outside them. If they begin and end at the same time, there are none. Hours or a zone that cannot be read count as quiet.
 */
export function quietUntil({ quiet, timezone }, now) {
    const hours = HOURS.exec(quiet);
    const wall = hours && wallIn(now, timezone);
    if (!hours || !wall)
        return new Date(now.getTime() + AGAIN_MS);
    const [fromHour = 0, fromMinute = 0, hour = 0, minute = 0] = hours.slice(1).map(Number);
    const from = fromHour * 60 + fromMinute;
    const to = hour * 60 + minute;
    const at = wall.hour * 60 + wall.minute;
    const isQuiet = from < to ? from <= at && at < to : from > to && (at >= from || at < to);
    if (!isQuiet)
        return undefined;
    const minutes = (to - at + DAY_MINUTES) % DAY_MINUTES;
    const end = new Date(now.getTime() - (now.getTime() % MINUTE_MS) + minutes * MINUTE_MS);
    const there = wallIn(end, timezone);
    if (!there || (there.hour === hour && there.minute === minute))
        return end;
    // because clocks were changed in between
    const off = ((to - there.hour * 60 - there.minute + DAY_MINUTES / 2 + DAY_MINUTES) % DAY_MINUTES) - DAY_MINUTES / 2;
    const shown = new Date(end.getTime() + off * MINUTE_MS);
    const wallThere = wallIn(shown, timezone);
    return shown > now && wallThere?.hour === hour && wallThere.minute === minute ? shown : end;
}
/** Undefined if there is no such zone. */
function wallIn(at, timezone) {
    try {
        return localTimeOf(at, timezone);
    }
    catch (error) {
        if (error instanceof RangeError)
            return undefined;
        throw error;
    }
}
