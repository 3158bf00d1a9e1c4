/** Whether the carrier's machine detection (`AnsweredBy`) heard a machine; what it is not sure of is a person. */
export function isMachine(answeredBy: string | undefined): boolean {
  return answeredBy !== undefined && /^(machine|fax)/.test(answeredBy);
}
