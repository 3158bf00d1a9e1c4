/**
 * The demo: it stands in for the world outside, so that the service can be tried on one machine. It has carriers that are played, phones in the
 * browser (`/simulator`), a clock that can be moved ahead, and a community that is voting (`community/`). The app puts it in at one place, and
 * nothing else in the service knows whether it is there.
 */
export { type Demo, noMoreDemo, openDemo } from './openDemo.ts';
