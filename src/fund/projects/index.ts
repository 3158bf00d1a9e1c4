/** What is on the ballot and gets built. */

export { type BallotItem, ballotItem, type ProjectsRead, type ProjectTold, projectTold, readProjects } from './projects.ts';
