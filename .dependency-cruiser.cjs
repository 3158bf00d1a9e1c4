/**
 * The arrows of the house: main → app → demo → web, carriers → channels → outreach → dialog, fund → store. Flows know only src/dialog's
 * vocabulary and types of src/fund; scripts stand on top of src; nothing imports a test.
 *
 * The sources are read with swc, for which a type is an import like any other. That flows take only *types* from
 * src/fund is seen in the compiled flows (dist/flows), where no type is left.
 */
const VOCABULARY = '^src/dialog/(cadreOutcome|command|flow|flowEntry|question)\\.ts$';

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const layer = (name, allowed) =>
  rule(
    `src/${name}`,
    `src/${name} may import ${allowed.length ? allowed.join(', ') : 'nothing'} besides itself.`,
    { path: `^src/${name}/` },
    { path: '^(src|flows|scripts|test)/', pathNot: [name, ...allowed].map((part) => `^src/${part}(/|\\.ts$)`) },
  );

module.exports = {
  forbidden: [
    rule('no cycles', 'What imports each other belongs into one file.', {}, { circular: true }),
    rule('everything resolves', 'An import that leads nowhere.', {}, { couldNotResolve: true }),
    rule(
      'flows know words only',
      'A flow imports flows, the vocabulary of src/dialog and types of src/fund.',
      { path: '^flows/' },
      { path: '^(src|scripts|test)/', pathNot: [VOCABULARY, '^src/fund/'] },
    ),
    rule(
      'flows take types only from fund',
      'Write `import type`: a flow names services, the app provides them.',
      { path: '^dist/flows/' },
      { path: '^dist/src/', pathNot: VOCABULARY.replace('^src', '^dist/src').replace('ts$', 'js$') },
    ),
    rule(
      'flows use xstate only',
      'Text, database and carriers are others’ business.',
      { path: '^flows/' },
      { dependencyTypesNot: ['local'], pathNot: '(^|/)node_modules/xstate/' },
    ),
    layer('store', []),
    layer('fund', ['store']),
    layer('dialog', ['store', 'fund/act', 'fund/records']),
    layer('outreach', ['store', 'fund', 'dialog', 'logger', 'metrics']),
    layer('channels', ['store', 'fund', 'dialog', 'outreach', 'logger', 'metrics']),
    layer('carriers', ['store', 'fund', 'outreach', 'channels', 'logger']),
    layer('web', ['store', 'fund', 'dialog', 'outreach', 'logger', 'metrics']),
    layer('demo', ['store', 'fund', 'dialog', 'outreach', 'channels', 'carriers', 'web', 'config', 'logger']),
    rule(
      'only the app puts the demo in',
      'Nothing else in the service knows whether it is the demo.',
      { path: '^(flows|src)/', pathNot: '^src/(demo/|(app|service)\\.ts$)' },
      { path: '^src/demo/' },
    ),
    rule(
      'the demo has one door',
      'The app takes what the index gives.',
      { path: '^src/[^/]+$' },
      { path: '^src/demo/', pathNot: '^src/demo/index\\.ts$' },
    ),
    rule(
      'channels do not know each other',
      'What two channels share belongs to src/dialog.',
      { path: '^src/channels/([^/]+)/' },
      { path: '^src/channels/[^/]+/', pathNot: '^src/channels/$1/' },
    ),
    rule(
      'the puppet stands alone',
      'It is a package of its own, for every user of Wechaty.',
      { path: '^src/channels/wechat/puppet/' },
      { path: '^(src|flows|scripts|test)/', pathNot: '^src/channels/wechat/puppet/' },
    ),
    rule(
      'who does not use WeChat does not load Wechaty',
      'Only the bot imports it, and the bot is imported when it is needed.',
      { pathNot: '^(test/|scripts/wechat|src/channels/wechat/(bot\\.ts|puppet/))' },
      { path: ['(^|/)node_modules/(wechaty|file-box)', '^src/channels/wechat/puppet/(index|src/puppetOfficialAccount)\\.ts$'] },
    ),
    rule(
      'only the app puts parts together',
      'Settings, logger and metrics import no part of the house.',
      { path: '^src/(config|logger|metrics)\\.ts$' },
      { path: '^(src|flows|scripts|test)/', pathNot: '^src/(store/codedError|store/secretBytes|config|fund/act|fund/ledger/ledgerBatches)\\.ts$' },
    ),
    rule('main starts the app', 'Nothing imports the process.', {}, { path: '^src/main\\.ts$' }),
    rule(
      'the app is on top',
      'Only the service, scripts and tests start the app, only main and scripts the service.',
      { path: '^(flows|src)/', pathNot: '^src/(main|service)\\.ts$' },
      { path: '^src/app\\.ts$' },
    ),
    rule('scripts are on top', 'What a script shares belongs to src.', { pathNot: '^(scripts|test)/' }, { path: '^scripts/' }),
    rule('nothing imports a test', 'Fakes and fixtures stay in test.', { pathNot: '^test/' }, { path: '^test/' }),
    rule(
      'what runs is a dependency',
      'A package that src, flows or scripts import belongs to dependencies.',
      { path: '^(src|flows|scripts)/', pathNot: '^(scripts/(bench|lint)|src/channels/wechat/puppet/test/)' },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    ),
  ],
  options: {
    parser: 'swc',
    preserveSymlinks: true, // node_modules may be a link
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/(?!flows|src)|/puppet/dist/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
