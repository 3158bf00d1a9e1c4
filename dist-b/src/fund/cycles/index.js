/** A cycle from its announcement to its end: the calendar, the stages, and what is frozen as voting opens. */
export { CALENDAR_FIELDS, calendarMark, heldVote, isOpen, isUnsettled, isVoting, keyingUntil, LONGEST_KEYING_MS, periods, slipsClose, spokenStage, stageAt, voteOf, voteUnderWay, } from './calendar.js';
export { allCycles, begunCycles, currentCycle, currentCycleForReaders, currentCyclesAmong, cycleBefore, cycleById, cycleForReaders, findCycle, findCycles, liveCycles, readCalendar, sealedSince, } from './currentCycle.js';
export { Cycle, isFrozen, STAGES, saveCycle, } from './cycle.js';
export { freeze } from './freeze.js';
export { holdVote, unopenedCycles } from './holdVote.js';
export { destroyKey, EXTENDS, extendCycle, HEARD_MS, moveCycle, noteSealed, openAllTheSame } from './moveCycle.js';
export { releaseResult } from './releaseResult.js';
