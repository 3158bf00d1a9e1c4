/** What the council decides under everybody's eyes: its meetings and their minutes, the list as it is published before the vote, and the objections to it with their answers. */
export { answerObjection, enterObjection } from './answerObjection.js';
export { changeMeeting, dropMeetingPicture, keepMeetingPicture, planMeeting, writeMinutes, } from './holdMeeting.js';
export { compareBallot, holdVotes } from './holdVotes.js';
export { LONGEST_ADDENDUM, LONGEST_NOTES } from './meeting.js';
export { forgetObjections, forgetObjectors } from './objection.js';
export { dropBoardPicture, keepBoardPicture, publicPublication, publishedWith, } from './publicPublication.js';
export { publicSteps, stepsTaken } from './publicSteps.js';
export { checkPublication, publish } from './publish.js';
export { publicMeetings, readMeeting, readMeetings, waitingMinutes, } from './readMeetings.js';
export { isTimeForObjections, readObjections, readPublication, waitingPublication, } from './readPublication.js';
export { recordObjection } from './recordObjection.js';
export { addAddendum, signMinutes } from './signMinutes.js';
