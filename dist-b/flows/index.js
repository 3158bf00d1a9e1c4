import { addProgress } from './addProgress.js';
import { ask } from './ask.js';
import { cadre } from './cadre.js';
import { digits } from './digits.js';
import { disownBallot } from './disownBallot.js';
import { eraseMe } from './eraseMe.js';
import { help } from './help.js';
import { identify } from './identify.js';
import { language } from './language.js';
import { menu } from './menu.js';
import { nearMiss } from './nearMiss.js';
import { object } from './object.js';
import { person } from './person.js';
import { progress } from './progress.js';
import { projects } from './projects.js';
import { propose } from './propose.js';
import { question } from './question.js';
import { rate } from './rate.js';
import { receipt } from './receipt.js';
import { requestMembership } from './requestMembership.js';
import { start } from './start.js';
import { stop } from './stop.js';
import { subscribe } from './subscribe.js';
import { support } from './support.js';
import { vote } from './vote.js';
import { welcome } from './welcome.js';
/**
 * The catalogue: every flow, its role if the dialog needs it for one, the commands that start it, and who must be known first. The dialog
 * reads it as `Catalogue`. A flow whose states or context change gets a new `version`. Its file exports the step from the version before,
 * and `migrations` lists it here.
 */
export const flows = {
    welcome: { machine: welcome, requires: 'resident', commands: ['follow'] },
    menu: { machine: menu, role: 'menu', commands: ['menu'], migrations: [{ from: '1', to: '2', migrate: (before) => before }] },
    vote: { machine: vote, role: 'vote', requires: 'ballot', commands: ['vote'], migrations: [{ from: '1', to: '2', migrate: (before) => before }] },
    propose: { machine: propose, role: 'propose', commands: ['propose'], migrations: [{ from: '1', to: '2', migrate: (before) => before }] },
    support: { machine: support, commands: ['support'] },
    object: { machine: object, commands: ['object'] },
    rate: { machine: rate, requires: 'resident', commands: ['rate'] },
    addProgress: { machine: addProgress, role: 'pictures', commands: ['addProgress'], aside: true },
    projects: { machine: projects, commands: ['projects'], aside: true },
    progress: { machine: progress, commands: ['progress'], aside: true },
    receipt: { machine: receipt, requires: 'resident', commands: ['receipt'], aside: true },
    disownBallot: { machine: disownBallot, commands: ['disownBallot'] },
    identify: { machine: identify, role: 'identify', commands: ['identify'], migrations: [{ from: '1', to: '2', migrate: (before) => before }] },
    requestMembership: { machine: requestMembership, commands: ['requestMembership'] },
    ask: { machine: ask, role: 'ask', commands: ['ask', 'complain'] },
    person: { machine: person, role: 'person', commands: ['person'] },
    language: { machine: language, commands: ['mandarin', 'sichuan', 'english'], aside: true },
    stop: { machine: stop, commands: ['stop'] },
    start: { machine: start, commands: ['start'], aside: true },
    subscribe: { machine: subscribe, commands: ['subscribe'], aside: true },
    eraseMe: { machine: eraseMe, commands: ['delete'] },
    help: { machine: help, commands: ['help'], aside: true },
    cadre: { machine: cadre, commands: ['broadcast', 'nudge', 'situation'] },
    question: { machine: question, role: 'question', commands: [], aside: true },
    digits: { machine: digits, role: 'prove', commands: [] },
    nearMiss: { machine: nearMiss, role: 'confirm', commands: [] },
};
