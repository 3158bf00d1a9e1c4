/** The projects that are on the ballot and get built. */

export {
  ballotPictures,
  dropProjectPicture,
  keepProjectPicture,
  moveProjectPicture,
  type ProjectPictures,
  projectPictures,
} from './projectPictures.ts';
export { type BallotItem, ballotItem, type ProjectsRead, type ProjectTold, projectTold, readProjects } from './projects.ts';
