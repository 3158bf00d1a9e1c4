import { loadVocabulary } from '../../../src/dialog/loadCatalogue.ts';

/** The vocabulary of the catalogues as they are shipped. */
export const words = loadVocabulary();
