/** What the council decides under everybody's eyes: its meetings and their minutes, the list as it is published before the vote, and the objections to it with their answers. */

export {
  changeMeeting,
  dropMeetingPicture,
  keepMeetingPicture,
  planMeeting,
  writeMinutes,
} from './holdMeeting.ts';
export { attendanceOf, LONGEST_ADDENDUM, LONGEST_NOTES, Meeting, type MeetingItem, meetingSubject, signedHash } from './meeting.ts';
export { countObjectionsCome, forgetObjections, forgetObjectors, Objection, objectionsDue } from './objection.ts';
export {
  dropBoardPicture,
  keepBoardPicture,
  type PublicObjection,
  type PublicPicture,
  type PublicPublication,
  type PublishedItem,
  publicationOf,
  publicPublication,
  publishedSince,
  publishedWith,
} from './publication.ts';
export { type PublicStep, publicSteps, stepsTaken } from './publicSteps.ts';
export { checkPublication, compareBallot, holdVotes, listMark, publish } from './publish.ts';
export {
  type ListedMeeting,
  type MeetingRead,
  nextMeeting,
  type PublicMeeting,
  publicMeetings,
  readMeeting,
  readMeetings,
  waitingMinutes,
} from './readMeetings.ts';
export {
  type InboxObjection,
  isTimeForObjections,
  type ListedObjection,
  type PublicationRead,
  readObjections,
  readPublication,
  waitingPublication,
} from './readPublication.ts';
export { answerObjection, enterObjection, type Objected, recordObjection } from './recordObjection.ts';
export { addAddendum, signMinutes } from './signMinutes.ts';
