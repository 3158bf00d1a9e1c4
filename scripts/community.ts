import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { endOfficeToken, makeOfficeToken } from '../src/fund/communities/index.ts';
import { exportCommunity, type Imported, importCommunity } from '../src/fund/files/index.ts';
import { operator } from '../src/fund/people/index.ts';
import { enqueue } from '../src/outreach/outbox/enqueue.ts';
import { CodedError } from '../src/store/codedError.ts';
import { BY, commandOf, does, JSON_HELP } from './support/command.ts';
import { note, printLine } from './support/print.ts';
import { type Progress, progress } from './support/progress.ts';
import { wanted } from './support/wanted.ts';
import { withStore } from './support/withStore.ts';

/** The database takes one in while files of another are read. */
const AT_ONCE = 4;

export const command = commandOf('community', 'A community’s files, and its move to another cell.');

command
  .command('import')
  .description(
    'Imports or updates a community from DIR/community.yaml, residents.csv, cycle.yaml, staff.csv, templates.yaml and audio/LANGUAGE/KEY.mp3: all or nothing. Files that would undo what was changed here since the last import or export are refused with the differences, unless --replace. Exit 1 when a line is wrong.',
  )
  .argument('<DIR>')
  .option('--all', 'each folder in DIR that has a community.yaml, several at a time; one that is wrong keeps no other from being imported')
  .option('--replace', 'residents left out of the file are removed (never while voting is open), and so are staff and recorded prompts')
  .option('--by <NAME>', 'who changes phones and cards while voting is open')
  .option('--reason <TEXT>', 'why; how many change is public')
  .option('--json', JSON_HELP)
  .action(does(imported));

command
  .command('export')
  .description('writes the files as they stand now, for their owner to read; importing them again changes nothing. Cards are in no file')
  .argument('<SLUG>')
  .argument('<DIR>')
  .option('--by <NAME>', BY, 'operator')
  .action(does((slug, dir, { by }) => exported(slug, dir, by)));

command
  .command('token')
  .description(
    'prints the token with which a street office sends the files of its communities (PUT /api/admin/communities/SLUG): those whose community.yaml names it as office. It is kept nowhere and not shown again; the one before ends. --end: it has none any more',
  )
  .requiredOption('--office <NAME>')
  .option('--end', 'ends the office’s token')
  .action(
    does(({ office, end = false }) =>
      withStore(async ({ world }) => {
        const name = office.trim();
        if (!name || name.length > 60) throw new CodedError('usage', '--office is a name of at most 60 characters, as in community.yaml.');
        if (!end) return printLine(await makeOfficeToken(world, name));
        if (await endOfficeToken(name)) return printLine(`${name} has no token any more.`);
        note(`${name} has no token.`);
        return 1;
      }),
    ),
  );

command
  .command('move')
  .description(
    'Carries a community with everything of it into another cell’s database while it is not voting, checks it there, and leaves a signpost. That database: TO_MONGODB_URI, or --to for an address without a password. TO_SECRET: its SECRET, if it is another. Both also as TO_MONGODB_URI_FILE, TO_SECRET_FILE. Whatever stops it, start it again.',
  )
  .argument('<SLUG>')
  .requiredOption('--url <URL>', 'the other cell’s PUBLIC_URL, to which the signpost leads')
  .option('--to <MONGODB_URI>', 'an address without a password')
  .option('--by <NAME>', BY, 'operator')
  .option('--undo', 'takes back what has not arrived')
  .action(does((slug, { url, ...options }) => moved(slug, url, options)));

interface ImportOptions {
  readonly all?: boolean;
  readonly replace?: boolean;
  readonly json?: boolean;
  readonly by?: string;
  readonly reason?: string;
}

async function imported(folder: string, { all = false, replace = false, json = false, by, reason }: ImportOptions): Promise<number> {
  const folders = all ? foldersIn(folder) : [folder];
  if (!all && !existsSync(join(folder, 'community.yaml'))) throw new CodedError('usage', `There is no community.yaml in ${folder}.`);
  if (folders.length === 0) throw new CodedError('usage', `No folder in ${folder} has a community.yaml.`);
  const isSaid = by !== undefined || reason !== undefined;
  const actor = operator(isSaid ? wanted(by, '--by') : 'operator');
  const explained = isSaid && { reason: wanted(reason, '--reason') };
  return withStore(async ({ world }) => {
    const waiting = [...folders];
    let wrong = 0;
    await Promise.all(Array.from({ length: AT_ONCE }, importSome));
    if (all) note(`${folders.length - wrong} imported, ${wrong} wrong.`);
    return wrong > 0 ? 1 : 0;

    async function importSome(): Promise<void> {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) if (!(await importOne(next))) wrong += 1;
    }

    async function importOne(from: string): Promise<boolean> {
      const bar = residentsBar();
      const progress = all ? {} : { progress: bar.show };
      const outcome = await importCommunity(world, from, actor, { replace, ...progress, notify: enqueue(world), ...explained });
      bar.stop();
      const place = all ? `${from}/` : '';
      if ('problems' in outcome) {
        for (const { file, line, what } of outcome.problems) note(`${place}${file}:${line}: ${what}`);
        note(`Nothing was imported${all ? ` from ${from}` : ''}: ${outcome.problems.length} wrong.`);
        return false;
      }
      say(outcome.imported, json);
      return true;
    }
  });
}

function foldersIn(folder: string): string[] {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => existsSync(join(path, 'community.yaml')));
}

function say({ community, cycle, residents, prompts, ...more }: Imported, asJson: boolean): void {
  if (asJson) printLine(JSON.stringify({ community, cycle, residents, prompts, ...more }));
  else
    printLine(
      `${community}: ${residents.added} residents added, ${residents.changed} changed, ${residents.removed} removed${cycle ? `; cycle ${cycle}` : ''}${prompts ? `; ${prompts} recorded prompts` : ''}`,
    );
  if (residents.left > 0) note(`${residents.left} in the file asked to be deleted and stay so; they come back with: residents accept … --as ID`);
  if (residents.ended) note(`${residents.ended} have a card in the file that was replaced here since; the new one stays. Empty its cell.`);
}

function exported(slug: string, dir: string, by: string): Promise<number> {
  return withStore(async ({ world }) => {
    const outcome = await exportCommunity(world, slug, dir, operator(by));
    if ('refused' in outcome) {
      note(`There is no community ${slug}.`);
      return 1;
    }
    printLine(`${outcome.files.length} files are in ${dir}; they hold names and phones.`);
    return 0;
  });
}

interface MoveOptions {
  readonly to?: string;
  readonly by: string;
  readonly undo?: true;
}

async function moved(slug: string, url: string, { to: said, by, undo }: MoveOptions): Promise<number> {
  const [{ config }, { move, moveBack }] = await Promise.all([
    import('../src/app/config.ts'),
    import('../src/operation/index.ts'),
    import('../src/app/server.ts'), // for every model
  ]);
  if (said !== undefined) refuseIfUnfit(said);
  const settings = config();
  const to = wanted(said ?? settings.toMongodbUri, 'TO_MONGODB_URI (or --to)');
  if (!/^https?:\/\/[^/]+/.test(url)) throw new CodedError('usage', "--url is the other cell's PUBLIC_URL: https://…");
  const moving = {
    slug,
    to: { mongodbUri: to, ...(settings.toSecret && { secret: settings.toSecret }) },
    ...{ fromUrl: settings.publicUrl, toUrl: url.replace(/\/+$/, ''), actor: operator(by) },
    onStep: (said: string) => note(said),
  };
  if (undo) {
    await moveBack(settings, moving);
    printLine(`${slug} is served here again.`);
    return 0;
  }
  const { documents, log, ledgers } = await move(settings, moving);
  for (const { cycle, seq, hash } of ledgers) printLine(`ledger ${cycle} ${seq}:${hash}`);
  printLine(`log ${slug} ${log.seq}:${log.hash}`);
  printLine(
    documents === undefined
      ? `${slug} is served at ${url}.`
      : `${documents} documents; ${slug} is served at ${url} from now on. Let its numbers lead there; then back up both cells, and destroy the older backups of this one.`,
  );
  return 0;
}

function refuseIfUnfit(to: string): void {
  if (!/^mongodb(\+srv)?:\/\//.test(to)) throw new CodedError('usage', '--to is the address of a replica set: mongodb://…');
  if (/\/\/[^@]*:[^@]*@|[?&][^=&]*(password|token|properties)=/i.test(to))
    throw new CodedError(
      'usage',
      '--to has a password, which everybody on this machine can see in the list of processes: change it, and give the whole address in TO_MONGODB_URI, or in a file that TO_MONGODB_URI_FILE names, without --to.',
    );
}

function residentsBar() {
  let bar: Progress | undefined;
  let before = 0;
  return {
    show: (done: number, total: number) => {
      bar ??= progress('residents', total);
      bar.increment(done - before);
      before = done;
    },
    stop: () => bar?.stop(),
  };
}
