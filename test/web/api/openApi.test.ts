import { Validator } from '@seriousme/openapi-schema-validator';
import { expect } from 'chai';
import { zipSync } from 'fflate';
import { z } from 'zod';
import { Entry, sealDue } from '../../../src/fund/ballots/index.ts';
import { Community, makeOfficeToken } from '../../../src/fund/communities/index.ts';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { enterRest } from '../../../src/fund/paper/index.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import { useDatabase } from '../../support/database.ts';
import { LOG } from '../../support/headsTown.ts';
import { CLOSES, OPENS, wholeTown } from '../console/wholeTown.ts';
import { useServed } from '../serve.ts';

type Schema = Parameters<typeof z.fromJSONSchema>[0];
interface Content {
  readonly schema: Schema;
  readonly 'x-line'?: Schema;
}
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean; readonly schema: Schema }[];
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, Content>> }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: { readonly Error: Schema } };
}

describe('the API’s own description', function () {
  this.timeout(240_000);
  const { world: real } = useDatabase('openapi');
  let now = OPENS;
  const world: World = { ...real, now: () => now };
  const web = useServed(world, { signer: LOG });
  let document: Document;
  let token = '';
  let zipped = Buffer.alloc(0);
  let values: Readonly<Record<string, readonly string[]>>;
  /** Of each address, the statuses that were seen. */
  const seen = new Map<string, Set<number>>();

  before(async () => {
    const { here, before } = await wholeTown(
      world,
      (moment) => {
        now = moment;
      },
      [[[1], 12]],
    );
    document = await web.json('/api/openapi.json');
    token = await makeOfficeToken(world, '玉林街道办');
    const { phone, name } = await Community.findById(here.community).orFail().lean();
    zipped = Buffer.from(
      zipSync({ 'community.yaml': Buffer.from(`slug: ${here.community}\nname: ${name}\nphone: "${phone}"\noffice: 玉林街道办\n`) }),
    );
    const receipt = (await collection(Entry).findOne({ '_id.cycle': here.cycle, receipt: { $exists: true } }))?.receipt ?? '';
    values = {
      id: [here.cycle, before, 'none'],
      code: [receipt, '0000000000'],
      slug: [here.community],
      community: [here.community, 'none', ''],
      before: ['1000', '0'],
      after: ['0', 'x'],
    };
  });

  it('is OpenAPI 3.1, and lists every address that there is and no other', async () => {
    const checked = await new Validator().validate(structuredClone({ ...document }));
    expect(checked.valid, JSON.stringify(checked.valid ? '' : checked.errors)).to.equal(true);
    const routes = routesOf(web.app.router)
      .filter((route) => route.startsWith('/api/') && route !== '/api/openapi.json')
      .map((route) => route.replace(/:(\w+)/g, '{$1}'));
    expect(routes).to.have.length.greaterThan(15);
    expect(Object.keys(document.paths)).to.have.members(routes);
  });

  it('is what every address answers, while the vote is open and after the seal', async () => {
    await askEverything();
    now = new Date(CLOSES.getTime() + 30 * 24 * 60 * 60 * 1_000);
    await sealDue(world, enterRest(world))(now);
    expect(await collection(Cycle).countDocuments({ sealedAt: { $exists: true } })).to.be.greaterThan(0);
    await askEverything();
    for (const path of Object.keys(document.paths)) if (!/\/proof$|\/admin\//.test(path)) expect([...(seen.get(path) ?? [])], path).to.include(200);
  });

  async function askEverything(): Promise<void> {
    for (const [path, operations] of Object.entries(document.paths))
      for (const [method, operation] of Object.entries(operations))
        for (const address of addressesOf(path, operation)) for (const init of requestsBy(method)) await check(path, address, operation, init);
  }

  /** What is read is asked; what is sent comes without a token, as no ZIP, and as an empty one. */
  function requestsBy(method: string): RequestInit[] {
    if (method === 'get') return [{}];
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/zip' };
    const sent = [
      {},
      { headers: { ...headers, 'Content-Type': 'text/plain' }, body: 'x' },
      { headers, body: 'x' },
      { headers, body: Buffer.from(zipSync({})) },
    ];
    return [...sent, { headers, body: zipped }].map((one) => ({ method: method.toUpperCase(), ...one }));
  }

  /** An address with each value of what stands in its path, and of each thing that may be asked. */
  function addressesOf(path: string, { parameters = [] }: Operation): string[] {
    const [id] = parameters.filter((one) => one.in === 'path');
    const asked = parameters.filter((one) => one.in === 'query');
    const filled = id ? (values[id.name] ?? []).map((value) => path.replace(`{${id.name}}`, encodeURIComponent(value))) : [path];
    return filled.flatMap((address) => [
      ...(asked.every(({ required }) => !required) ? [address] : []),
      ...asked.flatMap(({ name }) => (values[name] ?? []).map((value) => `${address}?${name}=${encodeURIComponent(value)}`)),
    ]);
  }

  async function check(path: string, address: string, { responses }: Operation, init: RequestInit): Promise<void> {
    const response = await web.get(address, init);
    const said = responses[response.status];
    seen.set(path, (seen.get(path) ?? new Set()).add(response.status));
    expect(said, `${address} answers ${response.status}`).not.to.equal(undefined);
    const type = response.headers.get('content-type')?.split(';')[0] ?? '';
    const content = said?.content[type];
    expect(content, `${address} answers ${type}`).not.to.equal(undefined);
    const text = await response.text();
    const line = content?.['x-line'];
    const schema = content?.schema;
    if (line) for (const one of text.split('\n').filter(Boolean)) fits(line, one, address);
    else if (type === 'application/json' && schema) fits('$ref' in Object(schema) ? document.components.schemas.Error : schema, text, address);
  }
});

function fits(schema: Schema, text: string, address: string): void {
  const read = z.fromJSONSchema(schema).safeParse(JSON.parse(text));
  expect(read.success, `${address}: ${read.error?.message} ${text.slice(0, 300)}`).to.equal(true);
}

/** Every address that a router has a handler for, routers within it included. */
function routesOf(router: unknown): string[] {
  return stackOf(router).flatMap((each) => {
    const { route, handle } = layer.parse(each);
    return route ? [route.path].flat().map(String) : routesOf(handle);
  });
}

const layer = z.object({ route: z.object({ path: z.unknown() }).optional(), handle: z.unknown() });

function stackOf(router: unknown): readonly unknown[] {
  return typeof router === 'function' && 'stack' in router && Array.isArray(router.stack) ? router.stack : [];
}
