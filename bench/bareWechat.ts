import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import express from 'express';
import { XMLParser } from 'fast-xml-parser';
import mongoose from 'mongoose';

/**
 * WeChat's baseline: a bare Express server that checks the signature, decrypts, writes one `findOneAndUpdate` a turn, majority and journalled, and
 * encrypts its answer. Started as a process of its own with BENCH_URI, BENCH_TOKEN, BENCH_APP_ID, BENCH_AES_KEY and BENCH_PORT.
 */
const { BENCH_URI = '', BENCH_TOKEN = '', BENCH_APP_ID = '', BENCH_AES_KEY = '', BENCH_PORT = '0' } = process.env;
const key = Buffer.from(`${BENCH_AES_KEY}=`, 'base64');
const iv = key.subarray(0, 16);
const parser = new XMLParser({ parseTagValue: false, processEntities: false });

await mongoose.connect(BENCH_URI, { maxPoolSize: 50, autoIndex: false });
const turns = mongoose.connection.getClient().db().collection<{ _id: string; turns: number; at: Date; said: string }>('bare');
const app = express().disable('x-powered-by');
app.post('/wechat', express.text({ type: '*/*' }), async (request, response) => {
  const { timestamp, nonce, msg_signature } = request.query;
  const encrypted = parser.parse(request.body).xml.Encrypt;
  if (sign(String(timestamp), String(nonce), encrypted) !== msg_signature) return void response.status(403).end();
  const { FromUserName, ToUserName, Content } = parser.parse(decrypt(encrypted)).xml;
  await turns.findOneAndUpdate(
    { _id: `wechat|${FromUserName}|${ToUserName}` },
    { $inc: { turns: 1 }, $set: { at: new Date(), said: Content } },
    { upsert: true, returnDocument: 'after', writeConcern: { w: 'majority', journal: true } },
  );
  const time = String(Math.floor(Date.now() / 1_000));
  const encryptedReply = encrypt(
    `<xml><ToUserName><![CDATA[${FromUserName}]]></ToUserName><FromUserName><![CDATA[${ToUserName}]]></FromUserName><CreateTime>${time}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[ok]]></Content></xml>`,
  );
  const once = String(randomBytes(4).readUInt32BE());
  response
    .type('text/xml')
    .send(
      `<xml><Encrypt><![CDATA[${encryptedReply}]]></Encrypt><MsgSignature><![CDATA[${sign(time, once, encryptedReply)}]]></MsgSignature><TimeStamp>${time}</TimeStamp><Nonce><![CDATA[${once}]]></Nonce></xml>`,
    );
});
app.listen(Number(BENCH_PORT), '127.0.0.1', () => process.stdout.write('ready\n'));

function sign(...parts: string[]): string {
  return createHash('sha1')
    .update([BENCH_TOKEN, ...parts].sort().join(''))
    .digest('hex');
}

function decrypt(encrypted: string): string {
  const aes = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
  const plain = Buffer.concat([aes.update(encrypted, 'base64'), aes.final()]);
  return plain.toString('utf8', 20, 20 + plain.readUInt32BE(16));
}

function encrypt(text: string): string {
  const message = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const plain = Buffer.concat([randomBytes(16), length, message, Buffer.from(BENCH_APP_ID)]);
  const padding = 32 - (plain.length % 32);
  const aes = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
  return Buffer.concat([aes.update(plain), aes.update(Buffer.alloc(padding, padding)), aes.final()]).toString('base64');
}
