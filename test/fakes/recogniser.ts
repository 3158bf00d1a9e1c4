import { onLoopback } from '../../scripts/fakes/onLoopback.ts';
import type { RecogniserSettings } from '../../src/carriers/hearing/recogniser.ts';

/** What was asked of the fake, as far as it can be told from the request. */
export interface Asked {
  readonly fields: Readonly<Record<string, string>>;
  readonly fileName: string;
  readonly file: Buffer;
  readonly authorization: string | undefined;
  /** All that came, headers included. */
  readonly whole: string;
}

/** What goes wrong with an answer. */
export type Fault = 'hangs' | 'cuts' | 'lies' | 'redirects' | 'fails' | 'nonsense' | 'endless';

export interface FakeRecogniser {
  readonly settings: RecogniserSettings;
  readonly asked: Asked[];
  /** What comes back: the text of each sound, or a whole answer. */
  says: (asked: Asked) => string | object;
  fault: Fault | undefined;
  /** How many are being answered, and were at once at most. */
  readonly under: { now: number; most: number };
  /** Answers that wait until this resolves. */
  until: Promise<unknown>;
  stop(): Promise<void>;
}

const KEY = 'speech-key-1';

/** A server of the form that OpenAI's API gives to speech, on a loopback port of its own. */
export async function fakeRecogniser(): Promise<FakeRecogniser> {
  const { url, stop } = await onLoopback(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': request.headers['content-type'] ?? '' } }).formData();
    const file = form.get('file');
    if (request.url !== '/v1/audio/transcriptions' || !(file instanceof File)) return void response.writeHead(404).end();
    const asked: Asked = {
      fields: Object.fromEntries([...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))),
      fileName: file.name,
      file: Buffer.from(await file.arrayBuffer()),
      authorization: request.headers.authorization,
      whole: JSON.stringify(request.headers) + body.toString('latin1'),
    };
    fake.asked.push(asked);
    fake.under.now += 1;
    fake.under.most = Math.max(fake.under.most, fake.under.now);
    response.on('close', () => {
      fake.under.now -= 1;
    });
    await fake.until;
    switch (fake.fault) {
      case 'hangs':
        return;
      case 'cuts':
        return void request.socket.destroy();
      case 'lies':
        return void response.end(JSON.stringify({ text: '投'.repeat(10 * 1024 * 1024) }));
      case 'redirects':
        return void response.writeHead(307, { location: `${fake.settings.url}/elsewhere` }).end();
      case 'fails':
        return void response.writeHead(503).end();
      case 'nonsense':
        return void response.end('<html>not here</html>');
      case 'endless':
        return void (async () => {
          response.writeHead(200);
          while (!response.destroyed && response.write(' '.repeat(16_384))) await new Promise((resolve) => setImmediate(resolve));
        })();
      default: {
        const said = fake.says(asked);
        response.setHeader('content-type', 'application/json').end(JSON.stringify(typeof said === 'string' ? { text: said } : said));
      }
    }
  });
  const fake: FakeRecogniser = {
    settings: { url: `${url}/v1`, model: 'small', key: KEY },
    asked: [],
    says: () => '',
    fault: undefined,
    under: { now: 0, most: 0 },
    until: Promise.resolve(),
    stop,
  };
  return fake;
}
