/**
 * The arrows of the house: app → demo → web → outreach → carriers → channels → dialog, fund → contacts → store; web uses print,
 * which stands on fund. Of the carriers, outreach knows only src/carriers/sending.ts: how it hands over a message, and what becomes of
 * it. Flows know only src/dialog's vocabulary and types of src/fund; scripts stand on top of src, bench beside them; nothing imports a test.
 *
 * The sources are read with swc, for which a type is an import like any other. That flows take only *types* from
 * src/fund is seen in the compiled flows (dist/flows), where no type is left.
 */
const VOCABULARY = '^src/dialog/(cadreOutcome|command|flow|question)\\.ts$';

/** The rooms of src/fund. Each may use those to its left. */
const ROOMS = [
  'log',
  'communities',
  'people',
  'staff',
  'second',
  'act',
  'misses',
  'pictures',
  'cycles',
  'inquiries',
  'proposals',
  'meetings',
  'roster',
  'projects',
  'ballots',
  'heads',
  'paper',
  'accounts',
  'works',
  'facts',
  'files',
];
/** A room's only door; what is pure inside `ballots` has a door of its own, which brings no database with it. */
const DOORS = '^src/fund/([^/]+|ballots/(tally|pabulib|audit))/index\\.ts$';
/** Pure: every room may use them. */
const PURE = '^src/fund/(ballots/(tally|pabulib)/index|log/chain|communities/languages|people/residentFields)\\.ts$';

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const layer = (name, allowed) =>
  rule(
    `src/${name}`,
    `src/${name} may import ${allowed.length ? allowed.join(', ') : 'nothing'} besides itself.`,
    { path: `^src/${name}/` },
    { path: '^(src|flows|scripts|bench|test)/', pathNot: [name, ...allowed].map((part) => `^src/${part}(/|\\.ts$)`) },
  );

module.exports = {
  forbidden: [
    rule('no cycles', 'What imports each other belongs into one file.', {}, { circular: true }),
    rule('everything resolves', 'An import that leads nowhere.', {}, { couldNotResolve: true }),
    rule(
      'flows know words only',
      'A flow imports flows, the vocabulary of src/dialog and types of src/fund.',
      { path: '^flows/' },
      { path: '^(src|scripts|bench|test)/', pathNot: [VOCABULARY, '^src/fund/'] },
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
    layer('transparency', []),
    layer('contacts', ['store']),
    layer('fund', ['store', 'contacts', 'transparency']),
    layer('witness', ['store', 'transparency', 'web/html']),
    layer('dialog', ['store', 'contacts', 'fund/communities/index']),
    layer('channels', ['store', 'contacts', 'fund', 'dialog']),
    layer('carriers', ['store', 'contacts', 'fund', 'dialog', 'channels']),
    layer('outreach', ['store', 'contacts', 'fund', 'dialog', 'carriers/sending']),
    layer('print', ['store', 'contacts', 'fund']),
    layer('operation', ['store', 'transparency', 'fund', 'outreach']),
    layer('web', ['store', 'contacts', 'transparency', 'fund', 'dialog', 'outreach', 'print']),
    layer('demo', ['store', 'contacts', 'fund', 'dialog', 'outreach', 'channels', 'carriers', 'web']),
    rule(
      'only the app puts the demo in',
      'Nothing else in the service knows whether it is the demo.',
      { path: '^(flows|src)/', pathNot: '^src/(demo/|app/(app|server)\\.ts$)' },
      { path: '^src/demo/' },
    ),
    rule(
      'the demo has one door',
      'The app takes what the index gives.',
      { path: '^src/app/' },
      { path: '^src/demo/', pathNot: '^src/demo/index\\.ts$' },
    ),
    rule(
      'who does not print does not load the typeface',
      'Pages are drawn in a thread, which printPdf starts.',
      { path: '^(flows|src|scripts|bench)/', pathNot: '^src/print/pages/' },
      { path: ['(^|/)node_modules/(pdfkit|fontkit|@embedpdf)', '^src/print/pages/(pen|pdfOf|writePdf|lay)\\.ts$'] },
    ),
    rule(
      'a room has one door',
      'From outside take it from the room’s index.ts. Only what is bundled for browsers takes a single file: a door would bring the database.',
      { path: '^(flows|scripts|bench|src)/', pathNot: '^src/(fund/|web/(public|console)/browser/)' },
      { path: '^src/fund/', pathNot: DOORS },
    ),
    ...ROOMS.map((room, index) => {
      const before = ROOMS.slice(0, index);
      return rule(
        `src/fund/${room}`,
        `src/fund/${room} may import ${before.length ? `the doors of ${before.join(', ')}` : 'no other room'}.`,
        { path: `^src/fund/${room}/` },
        { path: '^src/fund/', pathNot: [`^src/fund/${room}/`, PURE, ...before.map((other) => `^src/fund/${other}/(index|audit/index)\\.ts$`)] },
      );
    }),
    rule(
      'the transparency log is pure',
      'A tree of hashes and its notes know nothing but node:crypto.',
      { path: '^src/transparency/' },
      { path: '.', pathNot: '^src/transparency/', dependencyTypesNot: ['core'] },
    ),
    rule(
      'channels do not know each other',
      'What two channels share belongs to src/dialog.',
      { path: '^src/channels/([^/]+)/' },
      { path: '^src/channels/[^/]+/', pathNot: '^src/channels/$1/' },
    ),
    rule(
      'carriers do not know each other',
      'What two carriers share belongs beside them, as sending.ts and port.ts, or to src/dialog.',
      { path: '^src/carriers/([^/]+)/' },
      { path: '^src/carriers/[^/]+/', pathNot: '^src/carriers/$1/' },
    ),
    rule(
      'only carriers know a carrier',
      'Its library is for src/carriers, and for what plays the carrier in the demo.',
      { path: '^(flows|src)/', pathNot: '^src/(carriers|demo)/' },
      { path: '(^|/)node_modules/(twilio|wechaty|file-box)' },
    ),
    rule(
      'the puppet stands alone',
      'It is a package of its own, for every user of Wechaty.',
      { path: '^src/carriers/wechat/puppet/' },
      { path: '^(src|flows|scripts|bench|test)/', pathNot: '^src/carriers/wechat/puppet/' },
    ),
    rule(
      'who does not use WeChat does not load Wechaty',
      'Only the bot and what draws a code import it, when they are needed.',
      { pathNot: '^(test/|src/carriers/wechat/((bot|posterCode)\\.ts|puppet/))' },
      { path: ['(^|/)node_modules/(wechaty|file-box)', '^src/carriers/wechat/puppet/(index|src/puppetOfficialAccount)\\.ts$'] },
    ),
    rule(
      'only the app puts parts together',
      'Settings, logger and metrics import no part of the house; which settings a carrier has, they say themselves.',
      { path: '^src/app/(config|logger|metrics)\\.ts$' },
      {
        path: '^(src|flows|scripts|bench|test)/',
        pathNot:
          '^src/(store/codedError|store/log|store/vault|store/version|transparency/note|app/config|carriers/(settings(Group)?|networks)|contacts/channel|fund/ballots/index)\\.ts$',
      },
    ),
    rule(
      'what runs apart starts light',
      'Each file that somebody sends starts a process: it must not load the database first.',
      { path: '^src/store/(apart(Thread)?|helperThread)\\.ts$' },
      { path: '.', pathNot: '^src/store/(apart|codedError|helperThread)\\.ts$', dependencyTypesNot: ['core'] },
    ),
    rule(
      'main starts the app',
      'Nothing imports the process but yisheng start.',
      { pathNot: '^scripts/start\\.ts$' },
      { path: '^src/app/main\\.ts$' },
    ),
    rule(
      'the app is on top',
      'Only the server, scripts and tests start the app, only main and scripts the server.',
      { path: '^(flows|src)/', pathNot: '^src/app/(main|server)\\.ts$' },
      { path: '^src/app/app\\.ts$' },
    ),
    rule('scripts are on top', 'What a script shares belongs to src.', { pathNot: '^(scripts|bench|test)/' }, { path: '^scripts/' }),
    rule('the bench is beside the house', 'It is not in the package: only tests take from it.', { pathNot: '^(bench|test)/' }, { path: '^bench/' }),
    rule('nothing imports a test', 'Fakes and fixtures stay in test.', { pathNot: '^test/' }, { path: '^test/' }),
    rule(
      'what runs is a dependency',
      'A package that src, flows or scripts import belongs to dependencies.',
      { path: '^(src|flows|scripts)/', pathNot: '^(src/web/public/bundleFiles\\.ts|src/carriers/wechat/puppet/test/)' },
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
