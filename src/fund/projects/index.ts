/** The projects that are on the ballot and get built. */

export {
  type BallotItem,
  ballotItem,
  ballotPictures,
  dropProjectPicture,
  keepProjectPicture,
  moveProjectPicture,
  type ProjectPictures,
  type ProjectsRead,
  type ProjectTold,
  projectPictures,
  projectTold,
  readProjects,
  renumberPictures,
} from './projects.ts';
