/**
 * The works: what becomes of each winner of a vote, from the result to the rating, and who does it (docs/contract.md: Works). `beginWorks` makes them once a
 * result is there; `work.ts` has every step that they may take. A work is named by its cycle and its project's number.
 *
 * What tells of a work reads `workByNumber`, `worksOfCycle` and `newsOfWork` (pictures by `picturesOf` and `readPicture` of the room `pictures`, kind
 * `work`; their address is `/c/SLUG/pictures/ID/SIZE.jpg`); who adds news calls `addProgress` with an actor: a cadre or implementer who signed in, or
 * one who writes from their own chat, or by text and repeats the digits that were sent to their phone. `moveWork` takes the step from `paid` to `rated`.
 */

export { beginWorks } from './beginWorks.ts';
export { signContract } from './contract.ts';
export { correctEntry } from './correctEntry.ts';
export {
  type DocumentRead,
  documentsOf,
  documentsOfCycle,
  dropDocument,
  keepDocument,
  publicDocument,
  readDocument,
  WorkDocument,
} from './documents.ts';
export { fetchSentPictures, type PictureSource } from './fetchSentPictures.ts';
export { followMoney } from './followMoney.ts';
export { addExtra, addOwn, changeGrant } from './grants.ts';
export {
  addImplementer,
  changeImplementer,
  IMPLEMENTER_KINDS,
  Implementer,
  type ImplementerRead,
  isStaffHere,
  organisationsOf,
  readImplementers,
} from './implementers.ts';
export { acceptWork, mendWork, moveWork } from './moveWork.ts';
export { askImplementer, chooseImplementer, recordOffer } from './offers.ts';
export { isMuchAlone, isPayable, lookAtPayment, type PaymentRefusal, payoutRefusal, payWork } from './payWork.ts';
export { addProgress, dropNews, newsOfWork, WorkNews, type WorkNewsRead } from './progress.ts';
export { type ProgressProved, proveProgress } from './proveProgress.ts';
export {
  isAccepted,
  publishRatings,
  RATED_FOR_MS,
  type RatableRead,
  Rating,
  type RatingTold,
  rateWork,
  readRatable,
  unratedWorks,
} from './ratings.ts';
export { readWorks, workByNumber, worksOfCycle, worksOfMany } from './readWorks.ts';
export { forgetSentProgress, type HeldNews, heldNews } from './sentProgress.ts';
export { type ProgressTold, tellProgress } from './tellProgress.ts';
export { papersMissing, type WarningCounts, WORK_WARNINGS, type WorkWarning, waitingWorks, warningsAmong, warningsOf } from './warnings.ts';
export { DOCUMENT_KINDS, findWork, movesFrom, stepBy, WORK_STATES, Work, type WorkRecord, type WorkState } from './work.ts';
export {
  type PublicWork,
  type PublicWorkStep,
  publicWorks,
  publishedWorks,
  type WorkStepNews,
  type WorkStory,
  workSteps,
  workStory,
} from './workStory.ts';
