export { type Block, type Printed, TICK } from './printed.ts';
export { MissingCharacters, printPdf } from './printPdf.ts';
