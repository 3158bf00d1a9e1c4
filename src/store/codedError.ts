/** An error that a program can tell by its code and a person by its sentence, which says what to do. */
export class CodedError extends Error {
  readonly code: string;

  constructor(code: string, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'CodedError';
    this.code = code;
  }
}
