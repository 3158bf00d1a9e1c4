import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import sharp from 'sharp';
import { operator, STAFF_ROLES, type StaffRole } from '../../../src/fund/people/index.ts';
import { Picture } from '../../../src/fund/pictures/picture.ts';
import { endSessions, staffPhone } from '../../../src/fund/staff/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { publish } from '../../support/meetings.ts';
import { addStaff } from '../../support/staff.ts';
import { type Town, town } from '../../support/town.ts';
import { until } from '../../support/until.ts';
import { actsIn, browse, cookieOf, phoneOf, staffAll, useOffice } from './office.ts';

const isRole = (who: string): who is StaffRole => STAFF_ROLES.some((role) => role === who);
const red = (size = 400) => sharp({ create: { width: size, height: size / 2, channels: 3, background: 'red' } });

describe('pictures of the notice board', () => {
  const { world } = useDatabase('consolepictures');
  let here: Town;
  const web = useOffice(world);
  beforeEach(async () => {
    here = await town(world);
    await staffAll(world, here.community);
    await publish(world)({ cycle: here.cycle, seen: 0, actor: operator('Li') });
  });
  const board = () => `/console/${here.community}/publication/${here.cycle}/1`;
  const send = async (who: StaffRole | `+${string}`, files: readonly Uint8Array[], caption = '') => {
    const form = new FormData();
    for (const bytes of files) form.append('picture', new Blob([new Uint8Array(bytes)]), 'picture.jpg');
    form.set('caption', caption);
    const headers = { cookie: await cookieOf(world, isRole(who) ? phoneOf(who) : who), 'Sec-Fetch-Site': 'same-origin' };
    return fetch(`${web.url}${board()}/keep`, { method: 'POST', body: form, headers, redirect: 'manual' });
  };
  const kept = () => collection(Picture).find({ community: here.community }).toArray();
  const page = async (path: string, role?: StaffRole) => {
    const { get } = browse(() => web, role && (await cookieOf(world, phoneOf(role))));
    return get(path);
  };

  it('are kept once, with what they show, and anybody may look at them, as pictures and as nothing else', async () => {
    const bytes = await red().jpeg().toBuffer();
    for (let times = 0; times < 2; times += 1) expect((await send('cadre', [bytes], '三号院的公告栏 13800001234')).status).to.equal(303);
    const [picture, ...others] = await kept();
    expect(others).to.deep.equal([]);
    const open = await (await page(`/c/${here.community}`)).text();
    expect(open).to.include(`/c/${here.community}/pictures/${picture?._id}/small.jpg`).and.to.include('三号院的公告栏 138********');
    const answer = await page(`/c/${here.community}/pictures/${picture?._id}/large.jpg`);
    expect(answer.headers.get('content-type')).to.equal('image/jpeg');
    expect(answer.headers.get('x-content-type-options')).to.equal('nosniff');
    expect(answer.headers.get('content-security-policy')).to.include("default-src 'none'");
    expect((await sharp(Buffer.from(await answer.arrayBuffer())).metadata()).format).to.equal('jpeg');
    const api = await web.json<{ pictures: { address: string }[] }>(`/api/cycles/${here.cycle}/publication`);
    expect((await page(api.pictures[0]?.address ?? '')).status).to.equal(200);
    for (const path of [`/c/${here.community}/pictures/none/large.jpg`, `/c/${here.community}/pictures/${picture?._id}/huge.jpg`])
      expect((await page(path)).status).to.equal(404);
    expect((await page(`/console/${here.community}/pictures/${picture?._id}/small.jpg`, 'supervisor')).status).to.equal(200);
    expect((await page(`/console/${here.community}/pictures/${picture?._id}/small.jpg`, 'helper')).status).to.equal(404);
    const sized = async (size: string) => Buffer.from(await (await page(`/c/${here.community}/pictures/${picture?._id}/${size}.jpg`)).arrayBuffer());
    expect(await sized('medium')).to.not.deep.equal(await sized('large'));
    await collection(Picture).updateOne({ _id: picture?._id ?? '' }, { $unset: { medium: 1 } });
    expect(await sized('medium'), 'of a picture from before there was this size').to.deep.equal(await sized('large'));
  });

  it('are taken away with a reason, and then nobody sees them', async () => {
    await send('cadre', [await red().png().toBuffer()]);
    const [picture] = await kept();
    const { post } = await web.as('cadre');
    const drop = `${board()}/pictures/${picture?._id}/drop`;
    expect((await post(drop)).status).to.equal(422);
    expect((await post(drop, { reason: '拍到了孩子' })).status).to.equal(303);
    expect((await page(`/c/${here.community}/pictures/${picture?._id}/large.jpg`)).status).to.equal(404);
    expect((await actsIn(here.community, 'cadre')).slice(-2)).to.deep.equal(['picture.keep', 'picture.drop']);
  });

  it('are refused with a sentence where they are too large, no pictures, too many, or somebody else’s to send', async () => {
    const said = async (sent: Response) => [sent.status, /class="mistake" id="keep-pictures-mistake">([^<]*)/.exec(await sent.text())?.[1]];
    const bytes = await red().jpeg().toBuffer();
    expect(await said(await send('cadre', [Buffer.alloc(20_100_000)]))).to.deep.equal([413, '照片太大，一次最多20 MB。请选小一点的，或者分几次传。']);
    const script = Buffer.from('<script>alert(1)</script>');
    expect(await (await send('cadre', [script], '三号院"')).text(), 'what was typed').to.include('name="caption" value="三号院&quot;"');
    expect(await said(await send('cadre', [bytes, script]))).to.deep.equal([422, '第2张：这不是照片。请选JPEG、PNG或WebP。']);
    expect(await said(await send('cadre', []))).to.deep.equal([422, '请选一张照片。']);
    await send('cadre', [bytes]);
    const [one] = await kept();
    const others = Array.from({ length: 10 }, (_, n) => ({ ...(one ?? expect.fail()), _id: `${n}`, original: `${n}` }));
    await collection(Picture).insertMany(others);
    const two = [await red(20).png().toBuffer(), await red(22).png().toBuffer()];
    expect(await said(await send('cadre', two)), 'eleven are there').to.deep.equal([422, '最多放12张，请先撤下几张。']);
    expect(await kept(), 'none of the two').to.have.length(11);
    for (const role of ['council', 'supervisor', 'helper', 'implementer', 'office'] as const)
      expect((await send(role, [bytes])).status, role).to.equal(403);
    const { post } = await web.as('cadre');
    const packed = {
      method: 'POST',
      body: gzipSync(
        Buffer.concat([Buffer.from('--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'), Buffer.alloc(1_000_000)]),
      ),
      headers: {
        cookie: await cookieOf(world, phoneOf('cadre')),
        'Sec-Fetch-Site': 'same-origin',
        'content-type': 'multipart/form-data; boundary=x',
        'content-encoding': 'gzip',
      },
    };
    for (const path of [`${board()}/keep`, `/console/${here.community}/people/import`])
      expect((await fetch(web.url + path, packed)).status, `${path}, as long as nobody knows`).to.equal(415);
    for (const type of ['multipart/form-data; boundary=x', 'multipart/form-data', 'text/plain'])
      expect((await post(`${board()}/keep`, {}, { 'Sec-Fetch-Site': 'same-origin', 'content-type': type })).status, type).to.equal(422);
  });

  it('of somebody whose session has ended are not made, and what was written beside them is kept, to be sent again', async () => {
    const cookie = await cookieOf(world, phoneOf('cadre'));
    await endSessions(staffPhone(world.vault, phoneOf('cadre')));
    const form = new FormData();
    form.append('picture', new Blob([new Uint8Array(await red().jpeg().toBuffer())]), 'picture.jpg');
    form.set('caption', '三号院');
    const headers = { cookie, 'Sec-Fetch-Site': 'same-origin' };
    const answer = await fetch(`${web.url}${board()}/keep`, { method: 'POST', body: form, headers });
    const text = await answer.text();
    expect([answer.status, text.includes('name="caption" value="三号院"'), text.includes('照片和文件要再选一次')]).to.deep.equal([403, true, true]);
    const again = await (await web.as('cadre')).post(`${board()}/keep`, { caption: '三号院' });
    expect([again.status, (await again.text()).includes('name="caption" value="三号院"')]).to.deep.equal([422, true]);
    expect(await kept()).to.deep.equal([]);
  });

  it('come twenty at once, and none is lost', async () => {
    const towns = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        red(40 + 2 * n)
          .jpeg()
          .toBuffer(),
      ),
    );
    for (let number = 2; number <= 5; number += 1) await publish(world)({ cycle: here.cycle, seen: number - 1, actor: operator('Li') });
    const cookie = await cookieOf(world, phoneOf('cadre'));
    const sent = await Promise.all(
      towns.map(async (bytes, n) => {
        const path = `/console/${here.community}/publication/${here.cycle}/${1 + (n % 5)}/keep`;
        const headers = { cookie, 'Sec-Fetch-Site': 'same-origin' };
        for (;;) {
          const form = new FormData();
          form.append('picture', new Blob([new Uint8Array(bytes)]), 'picture.jpg');
          const answer = await fetch(web.url + path, { method: 'POST', body: form, headers, redirect: 'manual' });
          const text = await answer.text();
          if (answer.status !== 503) return answer.status === 303 ? 303 : text; // 503: no room yet, come again
        }
      }),
    );
    expect(sent).to.deep.equal(sent.map(() => 303));
    expect((await kept()).length).to.equal(20);
  }).timeout(180_000); // twenty processes, and each compiles what it needs

  it('wait for room, and are asked to come again, while two of the same person are on their way over a slow line; those of others come in', async () => {
    const cookie = await cookieOf(world, phoneOf('cadre'));
    const head = `POST ${board()}/keep HTTP/1.1\r\nHost: x\r\nCookie: ${cookie}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: multipart/form-data; boundary=x\r\n`;
    const slow: Socket[] = [];
    for (let n = 0; n < 3; n += 1) {
      const socket = connect(Number(new URL(web.url).port), '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(`${head}Content-Length: 20000000\r\n\r\n--x\r\n`);
      slow.push(socket);
    }
    const isFull = async () => (await send('cadre', [Buffer.from('no picture')])).status === 503;
    await until('an end of the room', isFull);
    const large = await sharp(Buffer.alloc(1_200_000 * 4), { raw: { width: 1_200, height: 1_000, channels: 4 } })
      .png({ compressionLevel: 0 })
      .toBuffer();
    const answer = await send('cadre', [large]);
    expect([answer.status, (await answer.text()).includes('现在上传照片的人太多')]).to.deep.equal([503, true]);
    const phone = '+8613800000178';
    await addStaff(world)(here.community, { name: '赵敏', phone, role: 'cadre' }, operator('Li'));
    expect((await send(phone, [large])).status, 'of another cadre').to.equal(303);
    for (const socket of slow) socket.destroy();
    await until('room', async () => !(await isFull()));
    expect((await send('cadre', [await red().jpeg().toBuffer()])).status).to.equal(303);
    expect(web.lines.filter((line) => line.includes('request failed'))).to.deep.equal([]); // a line that breaks is no fault of ours
  });
});
