import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { z } from 'zod';
import { metrics } from '../../src/app/metrics.ts';
import { root } from '../../src/store/files.ts';

const file = (name: string) => readFileSync(join(root, 'deploy', name), 'utf8');
const rules = z.object({ groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })) });
const dashboard = z.object({ panels: z.array(z.object({ targets: z.array(z.object({ expr: z.string() })) })) });
const isThere = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

describe('what is shipped to run it', () => {
  const alerts = rules.parse(parse(file('alerts.yaml'))).groups.flatMap((group) => group.rules);
  const queries = [
    ...alerts.map(({ expr }) => expr),
    ...dashboard.parse(JSON.parse(file('dashboard.json'))).panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ];

  it('asks for metrics that the service has, and no others', async () => {
    const measured = metrics(async () => new Map([['pending', 1]]));
    measured.turn('sms', 'answered', 0.1);
    measured.http('GET', '/', 200, 0.1);
    measured.parked('kannel', true);
    measured.synthesised('zh-CN', 'menu.title');
    const shown = await measured.registry.metrics();
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

  it('has a unit that systemd takes, and that may do little', function () {
    if (!isThere('systemd-analyze')) this.skip();
    const unit = join(root, 'deploy/yisheng.service');
    const said = execFileSync('systemd-analyze', ['security', '--offline=true', '--threshold=25', unit], { encoding: 'utf8' });
    expect(said).to.match(/Overall exposure level .*: [12]\.\d/);
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
    expect(Object.keys(services).filter((name) => name.startsWith('mongo'))).to.have.length(3);
  });
});
