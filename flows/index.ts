import type { Catalogue } from '../src/dialog/flow.ts';
import { addProgress } from './addProgress.ts';
import { ask } from './ask.ts';
import { cadre } from './cadre.ts';
import { digits } from './digits.ts';
import { disownBallot } from './disownBallot.ts';
import { eraseMe } from './eraseMe.ts';
import { help } from './help.ts';
import { identify } from './identify.ts';
import { language } from './language.ts';
import { menu } from './menu.ts';
import { nearMiss } from './nearMiss.ts';
import { object } from './object.ts';
import { person } from './person.ts';
import { progress } from './progress.ts';
import { projects } from './projects.ts';
import { propose } from './propose.ts';
import { question } from './question.ts';
import { rate } from './rate.ts';
import { receipt } from './receipt.ts';
import { requestMembership } from './requestMembership.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';
import { subscribe } from './subscribe.ts';
import { support } from './support.ts';
import { vote } from './vote.ts';
import { welcome } from './welcome.ts';

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
  ask: { machine: ask, role: 'ask', commands: ['ask', 'complain', 'report'] },
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
} satisfies Catalogue;
