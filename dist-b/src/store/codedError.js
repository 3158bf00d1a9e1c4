/** An error with a code for programs and a sentence for people; the sentence says what to do. */
export class CodedError extends Error {
    code;
    constructor(code, sentence, options) {
        super(sentence, options);
        this.name = 'CodedError';
        this.code = code;
    }
}
/** What was thrown, as an error. */
export function asError(thrown) {
    return thrown instanceof Error ? thrown : new Error('something was thrown that is no error', { cause: thrown });
}
