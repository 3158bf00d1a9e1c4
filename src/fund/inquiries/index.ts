/** The inquiries that a person has to answer: questions, complaints, people to call, and what was recorded on the phone. */

export { answerInquiry, closeInquiry, leaveInquiry, markDone, notifyAuthor, reopenInquiry, takeInquiry } from './answerInquiry.ts';
export { mp3Seconds } from './audio.ts';
export { draftOf, draftRecordings, forgetDraft, readDraft, type WriteDraft } from './drafts.ts';
export {
  type Answered,
  answersGiven,
  countInquiries,
  type InboxItem,
  inbox,
  inquiriesAmong,
  lettersToTell,
  MOST_SEARCHED,
  readInbox,
  readInquiry,
  readSound,
  type Sound,
  searchInbox,
  type WholeInquiry,
  type Writer,
  waitingInquiries,
} from './inbox.ts';
export {
  authorOf,
  dueAt,
  findInquiry,
  forgetAnswered,
  forgetInquiries,
  INQUIRY_KINDS,
  Inquiry,
  type InquiryKind,
  type InquiryRecord,
  inquiryAddress,
  inquiryLost,
  inquiryText,
  inquiryWrittenDown,
} from './inquiry.ts';
export {
  awaitRecording,
  endRecordings,
  type Lost,
  Recording,
  type RecordingRecord,
  type RecordingSource,
  recordingFiles,
  refuseRecording,
  type Spoken,
  spoken,
  workRecordings,
} from './recording.ts';
export { afterDial, writeInquiry } from './writeInquiry.ts';
