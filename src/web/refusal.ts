/** What a request is refused with: the status, and one sentence that says what to do. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: 400 | 401 | 403 | 404 | 405 | 409 | 503, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'Refusal';
    this.status = status;
  }
}
