const { relative } = require('node:path');
const { reporters, Runner } = require('mocha');

/** mocha's spec; then each file in which something failed, `failed in FILE: N passed`; and as the very last line what it counted: `N passed, N failed`. */
module.exports = class Counted extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const { EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_RUN_END } = Runner.constants;
    const passed = new Map();
    const failed = new Set();
    let line = '';
    runner.on(EVENT_TEST_PASS, ({ file }) => passed.set(file, (passed.get(file) ?? 0) + 1));
    runner.on(EVENT_TEST_FAIL, ({ file }) => file && failed.add(file));
    runner.once(EVENT_RUN_END, () => {
      line = `${this.stats.passes} passed, ${this.stats.failures} failed`;
    });
    process.once('exit', () => {
      for (const file of failed) console.log(`failed in ${sourceOf(relative('.', file))}: ${passed.get(file) ?? 0} passed`);
      console.log(line || '0 passed, 1 failed');
    });
  }
};

/** `npm test` runs what is compiled. */
function sourceOf(path) {
  return path.replace(/^\.data\/built\/(.*)\.js$/, '$1.ts');
}
