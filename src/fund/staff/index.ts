/** The staff: those who run a cycle or watch it, their roles, how they sign in, and the sessions of their devices. */

export { addStaff, changeStaff, removeStaff, type StaffChanges } from './changeStaff.ts';
export { countOffices, type OfficeCounts } from './countOffices.ts';
export { forgetSessions } from './session.ts';
export { forgetSignIns, linkStaff } from './signIn.ts';
export { ALL, type StaffGiven, staffOf } from './staff.ts';
