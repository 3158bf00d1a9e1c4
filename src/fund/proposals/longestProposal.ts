/** Characters, as people count them. */
export const LONGEST_PROPOSAL = 300;
