/** The projects that are on the ballot and get built. */
export { ballotItem, ballotPictures, dropProjectPicture, keepProjectPicture, moveProjectPicture, projectPictures, projectTold, readProjects, } from './projects.js';
