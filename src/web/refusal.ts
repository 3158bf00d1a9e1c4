/** What a request is refused with: the status, and one sentence that says what to do. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: 400 | 401 | 403 | 404 | 405 | 409 | 503, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'Refusal';
    this.status = status;
  }
}

/** Too many ask at once: nothing is wrong here, and a log of it would be as long as the crowd. */
export class Crowded extends Refusal {
  constructor() {
    super(503, 'Too many are reading just now; try again in a few seconds.');
    this.name = 'Crowded';
  }
}
