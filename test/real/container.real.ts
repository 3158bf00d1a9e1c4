import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { kept } from '../../bench/kept.ts';
import { freePort } from '../../src/store/embedded/access.ts';
import { root } from '../../src/store/files.ts';
import { useDatabase } from '../support/database.ts';
import { SECRET } from '../support/secret.ts';

/** `npm run container:test`: the Containerfile built and started by buildah, on a base that test/real/fetchBase.sh made of this machine's own programs. */
const BASE = kept('base');
const STORAGE = ['--storage-driver', 'vfs', '--root', join(BASE, 'images'), '--runroot', join(BASE, 'run')];

const buildah = (...args: string[]) =>
  execFileSync('buildah', [...STORAGE, ...args], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

describe('the container', function () {
  this.timeout(900_000); // npm and the compiler, on a machine that may have other work
  const data = mkdtempSync(join(tmpdir(), 'yisheng-container-'));
  let container = '';
  let service: ChildProcess | undefined;
  /** The process in it. */
  let inside: number | undefined;

  before(() => {
    const asHere = ['-v', `${homedir()}:${homedir()}`, '-v', '/etc/ssl/certs:/etc/ssl/certs:ro'].concat('--build-arg', 'BASE=localhost/base'); // npm's settings and cache
    // no layers: each of them would be a copy of the whole image
    const how = ['--layers=false', '--isolation', 'chroot', '--format', 'docker', ...asHere];
    buildah('bud', ...how, '-f', 'deploy/Containerfile', '-t', 'localhost/yisheng', '.');
    container = buildah('from', 'localhost/yisheng');
  });
  // after the build: whoever breaks that off leaves no database behind
  const { uri } = useDatabase('container');
  after(async () => {
    if (inside) process.kill(inside, 'SIGTERM'); // buildah would end and leave it behind
    if (service && service.exitCode === null) await once(service, 'exit');
    if (container) {
      buildah('rm', container);
      buildah('rmi', 'localhost/yisheng');
    }
    rmSync(data, { recursive: true, force: true });
  });

  it('is nobody’s, has its list of parts, and starts, ready by its own health check', async () => {
    const run = (...words: string[]) => [...STORAGE, 'run', '--isolation', 'chroot', '-v', `${data}:/data`, container, '--', ...words];
    const { OCIv1, Docker } = JSON.parse(buildah('inspect', 'localhost/yisheng'));
    const { User, Entrypoint, Cmd, Env } = OCIv1.config;
    const [, ...health]: string[] = Docker.config.Healthcheck.Test;
    expect(User).to.equal('10001:10001');
    expect(Env).to.include.members(['NODE_ENV=production', 'DATA_DIR=/data']);
    expect(execFileSync('buildah', run('id', '-u'), { encoding: 'utf8' }).trim()).to.equal('10001');
    expect(spawnSync('buildah', run('touch', '/app/x')).status, 'nothing of it is its own').not.to.equal(0);
    expect(execFileSync('buildah', run('head', '-c', '200', '/app/sbom.cdx.json'), { encoding: 'utf8' })).to.include('cyclonedx');
    const port = await freePort();
    const settings = [`MONGODB_URI=${uri()}`, `SECRET=${SECRET}`, `PORT=${port}`, 'LOG_LEVEL=warn', 'DEMO=off'];
    const noted = ['sh', '-c', 'echo $$; exec "$0" "$@"'];
    service = spawn('buildah', run(...noted, 'env', ...settings, ...Entrypoint, ...Cmd), { stdio: ['ignore', 'pipe', 'ignore'] });
    service.stdout?.once('data', (pid) => {
      inside = Number(String(pid).split('\n')[0]);
    });
    const isHealthy = () =>
      spawnSync(
        health[0] ?? '',
        health.slice(1).map((word) => word.replace('3000', String(port))),
      ).status === 0;
    for (let tries = 0; tries < 120 && !isHealthy(); tries += 1) await sleep(500);
    expect(isHealthy()).to.equal(true);
  });
});
