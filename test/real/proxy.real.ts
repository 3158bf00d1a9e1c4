import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { parse } from 'yaml';
import { z } from 'zod';
import { freePort } from '../../src/store/embedded/access.ts';
import { root } from '../../src/store/files.ts';
import { useDatabase } from '../support/database.ts';
import { SECRET } from '../support/secret.ts';
import { type ServiceProcess, serviceProcess, TOKEN } from '../support/serviceProcess.ts';
import { town, votingNow } from '../support/town.ts';

/** `npm run carriers:test`: TLS before the service, by the command that deploy/compose.yaml has, with a certificate that Caddy makes for localhost. */
const isThere = process.getuid?.() === 0 && spawnSync('caddy', ['version']).status === 0;
if (!isThere) process.stdout.write('LEFT OUT: TLS before the service: not root, or there is no caddy (apt install caddy)\n');
/** As nobody, because it would put its certificate among this machine's; port 80 is its own, too. */
const AS_NOBODY = '--reuid=65534 --regid=65534 --clear-groups --inh-caps=+net_bind_service --ambient-caps=+net_bind_service'.split(' ');

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

(isThere ? describe : describe.skip)('behind TLS, as deploy/compose.yaml has it', function () {
  this.timeout(120_000);
  const { world, uri } = useDatabase('proxied');
  const home = mkdtempSync(join(tmpdir(), 'yisheng-proxied-'));
  let service: ServiceProcess | undefined;
  let caddy: ChildProcess | undefined;
  after(async () => {
    caddy?.kill();
    if (caddy && caddy.exitCode === null) await once(caddy, 'exit');
    await service?.kill();
    rmSync(home, { recursive: true });
  });

  it('takes a text that is signed for PUBLIC_URL and no other, and shows itself to nobody else', async () => {
    const here = await town(world, { residents: 1, cycle: votingNow(world) });
    const [port, own] = [await freePort(), await freePort()];
    chmodSync(home, 0o777);
    const publicUrl = `https://localhost:${port}`;
    service = await serviceProcess({ MONGODB_URI: uri(), SECRET, DATA_DIR: home, PUBLIC_URL: publicUrl }, own);
    const command = webCommand(`localhost:${port}`, `127.0.0.1:${own}`);
    caddy = spawn('setpriv', [...AS_NOBODY, ...command], { env: { PATH: process.env.PATH, HOME: home }, stdio: 'ignore' });
    const certificate = () => readFileSync(join(home, '.local/share/caddy/pki/authorities/local/root.crt'));
    const asked = (path: string, { headers = {}, body }: { headers?: Record<string, string>; body?: string } = {}): Promise<Answer> =>
      new Promise((resolve, reject) => {
        const sent = request(publicUrl + path, { method: body === undefined ? 'GET' : 'POST', headers, ca: certificate() }, (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (piece) => {
            text += piece;
          });
          answer.once('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
        });
        sent.once('error', reject).end(body);
      });
    const ready = async () => (await asked('/readyz').catch(() => undefined))?.status === 200;
    for (let tries = 0; tries < 200 && !(await ready()); tries += 1) await sleep(100);
    expect(await ready(), 'Caddy answers').to.equal(true);
    const text = (sid: string, signedFor: string) => {
      const fields = { MessageSid: sid, AccountSid: 'AC1', From: here.phones[0] ?? '', To: here.phone, Body: '投 1', NumMedia: '0' };
      const signature = getExpectedTwilioSignature(TOKEN, `${signedFor}/twilio/sms`, fields);
      const headers = { 'content-type': 'application/x-www-form-urlencoded', 'X-Twilio-Signature': signature };
      return asked('/twilio/sms', { headers, body: new URLSearchParams(fields).toString() });
    };
    const taken = await text('SM1', publicUrl);
    expect([taken.status, /凭证 \d{3} \d{3} \d{4}/.test(taken.text)], taken.text).to.deep.equal([200, true]);
    expect((await text('SM2', `http://127.0.0.1:${own}`)).status).to.equal(403);
    expect(
      (await asked('/twilio/sms', { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'x'.repeat(70_000) })).status,
    ).to.equal(413);
    expect((await asked('/metrics')).status, 'metrics are for this machine alone').to.equal(403);
    const page = await asked(`/c/${here.community}`);
    expect([page.status, page.headers['content-security-policy'] !== undefined]).to.deep.equal([200, true]);
  });
});

/** The command of the web server in deploy/compose.yaml, for a name and an address of this machine. */
function webCommand(from: string, to: string): string[] {
  const { services } = z
    .object({ services: z.object({ web: z.object({ command: z.array(z.string()) }) }) })
    .parse(parse(readFileSync(join(root, 'deploy/compose.yaml'), 'utf8'), { merge: true }));
  const words = services.web.command.map((word) => word.replace(/^\$\{HOST_NAME:-localhost\}$/, from).replace(/^service:3000$/, to));
  expect(words).to.include(from).and.to.include(to);
  return words;
}
