/** Every test, unless the command line names files. */
const named = process.argv.slice(2).some((argument) => argument.endsWith('.test.ts'));

module.exports = {
  ...(!named && { spec: ['test/**/*.test.ts'] }),
  require: ['test/support/hooks.ts'],
  reporter: 'test/support/reporter.cjs',
  timeout: 20_000,
  exit: false,
};
