/** The projects that are on the ballot and get built. */

export { type BallotItem, ballotItem, type ProjectsRead, type ProjectTold, projectTold, readProjects } from './projects.ts';
