import { type Request, type Response, raw } from 'express';
import { officeOfToken } from '../../fund/communities/index.ts';
import { type Imported, importCommunity, zipped } from '../../fund/files/index.ts';
import { operator } from '../../fund/people/index.ts';
import { enqueue } from '../../outreach/outbox/enqueue.ts';
import { CodedError } from '../../store/codedError.ts';
import type { World } from '../../store/world.ts';
import { Refusal } from '../errors.ts';
import { IMPORTS, readerLimit } from '../readerLimit.ts';
import { importedAnswer } from './answers.ts';
import { type Declared, declared, type Ids } from './declared.ts';

/** A roster of 30,000 has some two million bytes, an hour of recorded prompts fifteen. */
const LARGEST = 16_000_000;
const ZIP = 'application/zip';
const zipBody = raw({ type: ZIP, limit: LARGEST, inflate: false });

/** What a street office does for its communities with its token (docs/contract.md: API). */
export function adminApi(world: World): Declared[] {
  const paced = readerLimit(IMPORTS);
  return [
    declared({
      path: '/api/admin/communities/{slug}',
      says: 'Makes a community of the office, or brings it to what its files say: all of it or nothing. The same files again change nothing.',
      query: {},
      takes: {
        method: 'put',
        type: ZIP,
        says: `community.yaml and what else a community's folder has, at the top of a ZIP of at most ${LARGEST / 1_000_000} MB. What is left out stays.`,
        token: 'the token of the office that community.yaml names',
      },
      gives: { json: importedAnswer },
      refuses: {
        400: 'There is no whole ZIP (`not-zip`), or no community.yaml in it (`no-files`).',
        401: 'The token is nobody’s (`bad-token`).',
        403: 'The community is not one of this office (`other-office`).',
        409: 'The files are another community’s (`other-slug`), change what takes two persons (`takes-two`), or come while the community moves to another cell (`community-left`).',
        413: 'The body, or what it unpacks to, is too large (`too-large`).',
        415: 'The body is not application/zip, or packed once more (`not-zip`).',
        422: 'Lines of the files are wrong (`wrong-files`, with `problems`); nothing was imported.',
      },
      answer: async ({ slug }, response, request) => {
        const office = await officeOf(request);
        response.json(await paced.enter(async () => imported(office, slug, await bodyOf(request, response))));
      },
    }),
  ];

  async function officeOf(request: Request<Ids>): Promise<string> {
    const [, token = ''] = /^Bearer (\S{1,500})$/.exec(request.get('Authorization') ?? '') ?? [];
    const office = await officeOfToken(world, token);
    if (office === undefined) {
      request.res?.set('WWW-Authenticate', 'Bearer');
      throw new Refusal(
        401,
        'Send the office’s token as the bearer token; whoever runs the service makes it: yisheng community token --office NAME.',
        {
          more: { code: 'bad-token' },
        },
      );
    }
    return office;
  }

  async function imported(office: string, slug: string, body: Buffer): Promise<Imported> {
    const by = { office: { name: office, slug }, notify: enqueue(world) };
    const outcome = await importAll().catch(asRefusal);
    if ('imported' in outcome) return outcome.imported;
    throw new Refusal(422, 'Lines of the files are wrong; nothing was imported.', {
      more: { code: 'wrong-files', problems: outcome.problems.map(({ file, line, what }) => ({ file, line, what })) },
    });

    async function importAll() {
      return importCommunity(world, zipped(body), operator(office), by);
    }
  }
}

/** The body, no byte more than may be. It is read only once the token is known and there is a place. */
function bodyOf(request: Request<Ids>, response: Response): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const tooLarge = () => new Refusal(413, `The body has more than ${LARGEST / 1_000_000} MB.`, { more: { code: 'too-large' } });
    const notZip = () => new Refusal(415, `Send a ZIP as ${ZIP}, not packed once more.`, { more: { code: 'not-zip' } });
    if (!request.is(ZIP)) return reject(notZip());
    zipBody(request, response, (error: unknown) => {
      if (!error) return resolve(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
      const status = error instanceof Error && 'status' in error ? error.status : undefined;
      reject(status === 413 ? tooLarge() : status === 415 ? notZip() : error);
    });
  });
}

const STATUS = {
  'not-zip': 400,
  'no-files': 400,
  'other-office': 403,
  'other-slug': 409,
  'takes-two': 409,
  'community-left': 409,
  'too-large': 413,
} as const;

function asRefusal(error: unknown): never {
  if (error instanceof CodedError)
    for (const [code, status] of Object.entries(STATUS))
      if (error.code === code) throw new Refusal(status, error.message, { more: { code }, cause: error });
  throw error;
}
