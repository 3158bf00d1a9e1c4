export { type Block, type Printed, TICK } from './printed.ts';
export { printPdf } from './printPdf.ts';
