import { z } from 'zod';
import { VERSION } from '../../store/version.ts';
import { errorAnswer } from './answers.ts';
import type { Declared } from './declared.ts';

/** The OpenAPI 3.1 document of what is declared. */
export function openApi(all: readonly Declared[]): object {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Yisheng',
      version: VERSION,
      description:
        'What the whole world may read of communities, cycles, ledgers and results. An error is `{"error": "one sentence"}`, with a `code` where a program sends something.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths: Object.fromEntries(all.map((one) => [one.path, { [one.takes?.method ?? 'get']: operation(one) }])),
    components: { schemas: { Error: jsonSchema(errorAnswer) }, securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  };
}

function operation({ path, says, query, takes, gives, refuses = {} }: Declared): object {
  const ids = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  const asked = Object.entries(query.shape).map(([name, schema]) => {
    const { description, ...of } = jsonSchema(schema);
    return {
      name,
      in: 'query',
      required: !z.safeParse(schema, undefined).success,
      ...(typeof description === 'string' && { description }),
      schema: of,
    };
  });
  const wrong = asked.length > 0 ? { 400: 'What is asked is malformed.' } : {};
  const refused = Object.entries({ ...wrong, ...refuses, 503: 'Too many are reading just now, or the database is away; try again.' });
  return {
    summary: says,
    ...(ids.length + asked.length > 0 && { parameters: [...ids, ...asked] }),
    ...(takes && {
      description: `With ${takes.token} as bearer token.`,
      security: [{ token: [] }],
      requestBody: { required: true, description: takes.says, content: { [takes.type]: {} } },
    }),
    responses: {
      200: { description: 'OK', content: { [('type' in gives && gives.type) || 'application/json']: content(gives) } },
      ...Object.fromEntries(refused.map(([status, description]) => [status, { description, content: { 'application/json': ERROR } }])),
    },
  };
}

const ERROR = { schema: { $ref: '#/components/schemas/Error' } };

/** Of text in lines the schema is that of a line. */
function content(gives: Declared['gives']): object {
  if (!gives.json) return { schema: { type: 'string' } };
  const schema = jsonSchema(gives.json);
  return 'type' in gives
    ? { schema: { type: 'string', description: 'One JSON value a line, each as `x-line` says.' }, 'x-line': schema }
    : { schema };
}

/** OpenAPI 3.1 has JSON Schema's own dialect. */
function jsonSchema(schema: z.core.$ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema);
  return rest;
}
