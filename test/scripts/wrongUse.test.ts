import { expect } from 'chai';
import { mongo } from 'mongoose';
import { commandOf, run } from '../../scripts/support/command.ts';
import { runScript } from '../support/runScript.ts';

const NOWHERE = 'mongodb://127.0.0.1:1/none?replicaSet=none';
const REAL = 'test/elections/Poland_Gdynia_2022_Babie_Doly__small.pb.gz';

/** Errors that are reported before any database is looked for. */
const CASES: [line: string, told: RegExp][] = [
  ['community import test/elections', /no community\.yaml in test\/elections/],
  ['community move qingsong --to mongodb://li:word@mongo1,mongo2/east --url https://east.example.org', /--to has a password.*TO_MONGODB_URI_FILE/],
  ['community move qingsong --to mongodb://mongo1/east?tlsCertificateKeyFilePassword=word --url https://east.example.org', /--to has a password/],
  ['community move qingsong --url https://east.example.org', /TO_MONGODB_URI .*missing/],
  ['cycle stop c-1', /unknown command 'stop'/],
  ['cycle move c-1 vote --by Li --json', /unknown option '--json'/],
  ['inbox', /list .*\n *answer /],
  ['inbox list qingsong 1', /too many arguments for 'list'/],
  ['audit c-1', /'--out <DIR>' not specified/],
  ['verify nowhere', /no folder nowhere/],
  ['verify test --head 3:abc', /SEQ:HASH/],
  ['replay nowhere.pb --channel sms', /no file nowhere\.pb/],
  [`replay ${REAL} --channel fax`, /no fax channel/],
  [`replay ${REAL} --channel sms --lot 1,1,2`, /--lot has every number/],
  ['replay test/elections/Poland_Krakow_2019_Bienczyce.pb.gz --channel sms --json', /vote type/],
  ['chat --channel fax', /no fax channel/],
  ['tally c-1 --jsno', /unknown option '--jsno'/],
];

describe('a command whose database user may do nothing', () => {
  it('says which right is missing', async () => {
    const { write } = process.stderr;
    const said: unknown[] = [];
    process.stderr.write = (text: unknown) => said.push(text) > 0;
    try {
      const forbidden = new mongo.MongoServerError({ code: 13, message: 'not authorized on yisheng' });
      await run(
        commandOf('list', '').action(() => Promise.reject(forbidden)),
        [],
      );
    } finally {
      process.stderr.write = write;
    }
    expect([process.exitCode, said.join('')]).to.satisfy(([status, text]: [number, string]) => status === 1 && text.includes('the role readWrite'));
    process.exitCode = 0;
  });
});

describe('wrong use of a command', function () {
  this.timeout(120_000); // the first one is made ready to run
  for (const [line, told] of CASES) {
    it(`is exit 2, the reason on standard error, nothing elsewhere: ${line}`, async () => {
      const [script = '', ...args] = line.split(' ');
      const { status, out, err } = await runScript(NOWHERE, script, ...args);
      expect([status, out]).to.deep.equal([2, '']);
      expect(err).to.match(told);
    });
  }

  it('is not a question for help: the usage, and exit 0, where no database answers', async () => {
    const { status, out, err } = await runScript(NOWHERE, 'cycle', 'move', 'c-1', '--help');
    expect([status, err]).to.deep.equal([0, '']);
    expect(out).to.contain('yisheng cycle move');
  });
});
