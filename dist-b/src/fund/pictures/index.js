/**
 * Pictures that staff upload: made anew from what was uploaded, upright, without place and device, in three sizes. A thing that has pictures has a kind
 * (`PICTURE_KINDS`), which says who may keep and see them.
 */
export { dropPicture, keepPicture, MOST as MOST_PICTURES, movePictures, picturesAmong, picturesOf, putPicture, readPicture, } from './keepPicture.js';
export { LARGEST_PICTURE, makePicture } from './makePicture.js';
export { LONGEST_CAPTION, PICTURE_SIZES } from './picture.js';
