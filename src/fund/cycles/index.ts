/** A cycle from its announcement to its end: the calendar, the stages, and what is frozen as voting opens. */

export { cyclesWithKey, destroyKey, noteSealed, releaseResult, someKeyDestroyed } from './afterSeal.ts';
export { announceTable, areAnnounced, MOST_ANNOUNCED, type TableAhead, tablesAhead, withdrawTable, wrongTable } from './announcedTables.ts';
export { ballotMark } from './ballotMark.ts';
export {
  boxesOpen,
  CALENDAR_FIELDS,
  type Calendar,
  calendarMark,
  daysOf,
  heldVote,
  isFrozen,
  isOpen,
  isUnsettled,
  isVoting,
  keyingUntil,
  LONGEST_KEYING_MS,
  type Period,
  periods,
  slipsClose,
  spokenStage,
  stageAt,
  voteOf,
  voteUnderWay,
  votingIn,
} from './calendar.ts';
export {
  allCycles,
  begunCycles,
  type CycleAtAGlance,
  comingCycle,
  currentCycle,
  currentCycleForReaders,
  currentCyclesAmong,
  cycleAfter,
  cycleBefore,
  cycleById,
  cycleForReaders,
  cyclesAmong,
  cyclesIn,
  cycleView,
  findCycle,
  findCycles,
  frozenCycles,
  liveCycles,
  readCalendar,
  readPrinted,
  sealedSince,
  type VoteTimes,
  voteTimes,
} from './currentCycle.ts';
export {
  type AnnouncedTable,
  Cycle,
  type CycleFile,
  type CycleRecord,
  type Frozen,
  type FrozenCycle,
  type Move,
  type Project,
  STAGES,
  type Stage,
} from './cycle.ts';
export { checkGenuine, cycleMark, isGenuine, isSealed } from './cycleMark.ts';
export { cycleAt } from './cycleSubject.ts';
export { isOpenByDay } from './daytime.ts';
export { calendar, EXTENDS, type Extends, extendCycle, HEARD_MS, openAllTheSame } from './extendCycle.ts';
export { type FrozenBallot, freeze, holdVote, readFrozen, unopenedCycles } from './opening.ts';
export { recordMove, takeBackMove } from './recordMove.ts';
export { type KnownCycle, saveCycle } from './saveCycle.ts';
export { signCycle } from './signCycle.ts';
