/**
 * The works: what becomes of each winner of a vote, from the result to the rating, and who does it (docs/contract.md: Works). `beginWorks` makes them once a
 * result is there; `steps.ts` has every step that they may take. A work is named by its cycle and its project's number.
 *
 * What tells of a work reads `workByNumber`, `worksOfCycle` and `newsOfWork` (pictures by `picturesOf` and `readPicture` of the room `pictures`, kind
 * `work`; their address is `/c/SLUG/pictures/ID/SIZE.jpg`); who adds news calls `addProgress` with an actor: a cadre or implementer who signed in, or a
 * resident with the role of a cadre who writes from their own phone or chat. `moveWork` takes the step from `paid` to `rated`.
 */
export { beginWorks } from './beginWorks.js';
export { isPayable, payWork, signContract } from './contract.js';
export { documentsOf, documentsOfCycle, dropDocument, hasDocument, keepDocument, LONGEST_TITLE, makeDocument, readDocument, } from './documents.js';
export { fetchSentPictures } from './fetchSentPictures.js';
export { addImplementer, changeImplementer, decidesHere, IMPLEMENTER_KINDS, isStaffHere, organisationsOf, readImplementers, } from './implementers.js';
export { acceptWork, mendWork, moveWork } from './moveWork.js';
export { askImplementer, chooseImplementer, recordOffer } from './offers.js';
export { addProgress, dropNews, LONGEST_NEWS, newsOfWork } from './progress.js';
export { isAccepted, publishRatings, RATED_FOR_MS, rateWork, readRatable, unratedWorks, } from './ratings.js';
export { readWorks, workByNumber, worksOfCycle, worksOfMany } from './readWorks.js';
export { movesFrom, stepBy, WORK_STATES } from './steps.js';
export { forgetSentProgress, tellProgress } from './tellProgress.js';
export { papersMissing, WORK_WARNINGS, waitingWorks, warningsAmong, warningsOf } from './warnings.js';
export { DOCUMENT_KINDS, Work } from './work.js';
export { publicWorks, publishedWorks, workSteps, workStory, } from './workStory.js';
