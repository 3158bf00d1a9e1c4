import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { parse } from 'yaml';
import { z } from 'zod';
import { metrics } from '../../src/app/metrics.ts';
import { CARRIER_NAMES } from '../../src/contacts/channel.ts';
import { asMetrics } from '../../src/operation/index.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { freePort } from '../../src/store/embedded/access.ts';
import { root } from '../../src/store/files.ts';
import { useDatabase } from '../support/database.ts';
import { useFolders } from '../support/folder.ts';
import { startService, type TestService } from '../support/service.ts';

const file = (name: string) => readFileSync(join(root, 'deploy', name), 'utf8');
const rules = z.object({ groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })) });
const dashboard = z.object({ panels: z.array(z.object({ targets: z.array(z.object({ expr: z.string() })) })) });
const member = z.object({ entrypoint: z.array(z.string()), environment: z.record(z.string(), z.string()).optional() });
/** The line that makes a copy which is the database's user's own. */
const installed = (path: string) => new RegExp(`install -o mongodb .* ${path}$`, 'm');
const isThere = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
for (const program of ['promtool', 'prometheus', 'systemd-analyze'])
  if (!isThere(program)) process.stdout.write(`LEFT OUT: there is no ${program} on this machine\n`);

describe('what is shipped to run it', () => {
  const alerts = rules.parse(parse(file('alerts.yaml'))).groups.flatMap((group) => group.rules);
  const queries = [
    ...alerts.map(({ expr }) => expr),
    ...dashboard.parse(JSON.parse(file('dashboard.json'))).panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ];

  it('asks for metrics that the service has, and no others', async () => {
    const watchers = [{ name: 'paper', refuses: true, last: new Date() }];
    const measured = metrics({
      outbox: async () => new Map([['pending', 1]]),
      watching: async () => ({ watchers }),
      numbers: {
        yisheng_outbox_oldest_seconds: async () => 1,
        yisheng_ledgers_unsealed: async () => 1,
        yisheng_backup_behind_seconds: async () => 1,
        yisheng_backup_followed: async () => 1,
      },
    });
    measured.tickFailed('seal');
    measured.turn('sms', 'answered', 0.1);
    measured.http('GET', '/', 200, 0.1);
    measured.parked({ carrier: 'kannel', channel: 'sms' }, true);
    measured.synthesised('zh-CN', 'menu.title');
    const shown = `${await measured.registry.metrics()}\n${asMetrics([{ about: 'move', isRight: false, said: '' }], new Date())}`;
    const named = new Set(queries.flatMap((query) => query.match(/yisheng_\w+/g) ?? []));
    expect(named.size).to.be.above(8);
    expect([...named].filter((name) => !shown.includes(`\n${name}{`) && !shown.includes(`\n${name} `))).to.deep.equal([]);
  });

  it('has rules that promtool takes, and that fire when they should', function () {
    if (!isThere('promtool')) this.skip();
    const cwd = join(root, 'deploy');
    expect(execFileSync('promtool', ['check', 'rules', 'alerts.yaml'], { cwd, encoding: 'utf8' })).to.include(`${alerts.length} rules found`);
    expect(execFileSync('promtool', ['test', 'rules', 'alerts.test.yaml'], { cwd, encoding: 'utf8' })).to.include('SUCCESS');
  });

  describe('in front of a Prometheus', () => {
    const { world } = useDatabase('prometheus');
    const folder = useFolders();
    let service: TestService | undefined;
    let prometheus: ChildProcess | undefined;
    afterEach(async () => {
      prometheus?.kill();
      if (prometheus) await once(prometheus, 'exit');
      await service?.stop();
    });

    it('has a dashboard whose every query has an answer, and rules that can be evaluated', async function () {
      if (!isThere('prometheus')) this.skip();
      service = await startService(world);
      const address = new URL(service.url).host;
      const config = {
        global: { scrape_interval: '500ms', evaluation_interval: '500ms' },
        rule_files: [join(root, 'deploy/alerts.yaml')],
        scrape_configs: [{ job_name: 'yisheng', static_configs: [{ targets: [address] }] }],
      };
      const data = folder({ 'prometheus.yml': JSON.stringify(config) });
      const port = await freePort();
      const flags = [
        '--config.file',
        join(data, 'prometheus.yml'),
        '--storage.tsdb.path',
        join(data, 'data'),
        '--web.listen-address',
        `127.0.0.1:${port}`,
      ];
      prometheus = spawn('prometheus', flags, { stdio: 'ignore' });
      const asked = async (path: string) => {
        const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`).catch(() => undefined);
        return answer?.ok ? JSON.parse(await answer.text()).data : undefined;
      };
      const answers = async (query: string) => (await asked(`query?query=${encodeURIComponent(query)}`))?.result.length > 0;
      await mongoose.connection
        .collection(Message.collection.name)
        .insertOne({ channel: 'sms', state: 'pending', dueAt: new Date(Date.now() + 3_600_000) }, { bypassDocumentValidation: true });
      const answered = (query: string) => until(() => answers(query), query);
      await answered('up');
      for (let times = 0; times < 2; times += 1) {
        await service.twilio.deliver({ from: '+8613800000001', to: service.community.phone, body: '帮助' });
        await (await service.twilio.dial({ from: '+8613800000001', to: service.community.phone })).hangUp();
        await answered('yisheng_turns_total');
      }
      const shown = dashboard.parse(JSON.parse(file('dashboard.json'))).panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
      for (const query of shown) await answered(query);
      const { groups } = await asked('rules');
      const rated = groups.flatMap(({ rules }: { rules: { name: string; health: string }[] }) =>
        rules.map(({ name, health }) => `${name} ${health}`),
      );
      expect(rated).to.deep.equal(alerts.map(({ alert }) => `${alert} ok`));
    });
  });

  it('has a unit that systemd takes, and that may do little', function () {
    if (!isThere('systemd-analyze')) this.skip();
    const unit = join(root, 'deploy/yisheng.service');
    const said = execFileSync('systemd-analyze', ['security', '--offline=true', '--threshold=25', unit], { encoding: 'utf8' });
    expect(said).to.match(/Overall exposure level .*: [12]\.\d/);
    const [, command = ''] = /^#\s+(systemd-run .*)$/m.exec(file('yisheng.service')) ?? [];
    const [, settings = ''] = /^EnvironmentFile=(.*)$/m.exec(file('yisheng.service')) ?? [];
    expect(command).to.include(`-p EnvironmentFile=${settings} `);
    expect(readFileSync(join(root, 'docs/operation.md'), 'utf8'), 'how a command gets the settings').to.include(`\n${command}\n`);
  });

  it('is a container in which every command is there, with all that it imports', () => {
    const copied = [...file('Containerfile').matchAll(/^COPY (\w\S*) \1$/gm)].map(([, folder]) => `${folder}/`);
    const needed = new Set(['scripts/yisheng.ts']);
    expect(copied).to.include('bin/');
    for (const path of needed)
      for (const [, imported = ''] of readFileSync(join(root, path), 'utf8').matchAll(/(?:from|import\(|^import) ?'(\.[^']+)'/gm))
        needed.add(join(dirname(path), imported));
    expect([...needed].filter((path) => !copied.some((folder) => path.startsWith(folder)))).to.deep.equal([]);
  });

  it('is a container of nobody’s: not root, only read, asked how it is', () => {
    const container = file('Containerfile');
    expect(container)
      .to.match(/^USER 10001:10001$/m)
      .and.match(/^HEALTHCHECK /m);
    const start = /& node (.*)"/.exec(readFileSync(join(root, 'package.json'), 'utf8'))?.[1]?.split(' ') ?? [];
    expect(container).to.include(`CMD ${JSON.stringify(start).replaceAll(',', ', ')}`);
    const { services } = z
      .object({ services: z.record(z.string(), z.record(z.string(), z.unknown())) })
      .parse(parse(file('compose.yaml'), { merge: true }));
    expect(services.service).to.include({ read_only: true, stop_grace_period: '30s' });
    const [, health = ''] = /^HEALTHCHECK .*\n\s+CMD (.*)$/m.exec(container) ?? [];
    expect(services.service?.healthcheck).to.deep.include({ test: ['CMD', ...JSON.parse(health)] });
    const members = Object.entries(services).flatMap(([name, service]) => (name.startsWith('mongo') ? [member.parse(service)] : []));
    expect(members).to.have.length(3);
    for (const { entrypoint, environment = {} } of members)
      for (const [name, path] of Object.entries(environment))
        if (name.endsWith('_FILE')) expect(entrypoint.join('\n'), `${name}: the image reads it as its own user`).to.match(installed(path));
  });

  it('leads each carrier to the process that takes turns, where pages are in another', () => {
    const { services } = z
      .object({ services: z.record(z.string(), z.looseObject({ environment: z.record(z.string(), z.string()).default({}) })) })
      .parse(parse(file('compose.roles.yaml')));
    const caddy = file('Caddyfile');
    const [, paths = ''] = /@turns path (.*)/.exec(caddy) ?? [];
    expect(paths.split(' ')).to.have.members([...[...CARRIER_NAMES, 'accounts', 'audio'].map((name) => `/${name}/*`), '/wechat']);
    for (const [role, name] of [
      ['turns', /reverse_proxy @turns (\w+):3000/.exec(caddy)?.[1] ?? ''],
      ['pages', /reverse_proxy (\w+):3000/.exec(caddy)?.[1] ?? ''],
    ] as const)
      expect(services[name]?.environment.ROLE).to.equal(role);
  });

  it('gives the service a user of its own, who is not the database’s administrator, and no password on a command line', () => {
    const compose = file('compose.yaml');
    const { services } = z
      .object({
        services: z.record(z.string(), z.looseObject({ secrets: z.array(z.string()).default([]), entrypoint: z.array(z.string()).default([]) })),
      })
      .parse(parse(compose, { merge: true }));
    const root = /MONGO_INITDB_ROOT_PASSWORD_FILE: \/tmp\/([\w-]+)/.exec(compose)?.[1] ?? '';
    const made = services.set?.entrypoint.join('\n') ?? '';
    const own = /createUser\(\{user: "yisheng", pwd: secret\("([\w-]+)"\), roles: \[\{role: "readWrite", db: "yisheng"\}\]\}\)/.exec(made)?.[1] ?? '';
    expect([root, own].filter(Boolean)).to.have.length(2);
    expect(own).not.to.equal(root);
    const [, settings = ''] = /^# {3}printf '(.*?)> service\.env$/ms.exec(compose) ?? [];
    expect(settings).to.include(`readFileSync("${own}"`).and.not.include(root);
    for (const [name, { secrets }] of Object.entries(services)) {
      if (name.startsWith('mongo')) expect(secrets, name).not.to.include(own);
      if (name === 'service') expect(secrets, name).to.deep.equal([]);
    }
    expect(made).not.to.match(/--password|\$\$\(cat/);
  });
});

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await isSo()) return;
    await sleep(100);
  }
  expect.fail(`${what} has no answer`);
}
