const { reporters, Runner } = require('mocha');

/** mocha's spec, and as the very last line what it counted: `N passed, N failed`. */
module.exports = class Counted extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    let line = '';
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      line = `${this.stats.passes} passed, ${this.stats.failures} failed`;
    });
    process.once('exit', () => console.log(line || '0 passed, 1 failed'));
  }
};
