import express from 'express';
import mongoose from 'mongoose';
import { carrierHttp } from '../../src/carriers/http.ts';

/**
 * The baseline of what Kannel brings: a bare Express server with a secret in its door's address and the same durable writes a text: the turn and its
 * reply before it answers, `sending` before the reply is handed over to BENCH_SENDSMS and `sent` after it. Started as a process of its own with
 * BENCH_URI, BENCH_SECRET, BENCH_SENDSMS and BENCH_PORT.
 */
const { BENCH_URI = '', BENCH_SECRET = '', BENCH_SENDSMS = '', BENCH_PORT = '0' } = process.env;
const writeConcern = { w: 'majority', journal: true } as const;

await mongoose.connect(BENCH_URI, { maxPoolSize: 50, autoIndex: false });
const database = mongoose.connection.getClient().db();
const turns = database.collection<{ _id: string; turns: number; at: Date; said: string }>('bare');
const replies = database.collection<{ _id: string; to: string; text: string; state: string }>('bareReplies');
const call = carrierHttp(BENCH_SENDSMS);
const app = express().disable('x-powered-by');
app.get('/kannel/:secret/sms', async (request, response) => {
  if (request.params.secret !== BENCH_SECRET) return void response.status(404).end();
  const { from, to, id, text } = request.query;
  await turns.findOneAndUpdate(
    { _id: `sms|${from}|${to}` },
    { $inc: { turns: 1 }, $set: { at: new Date(), said: String(text) } },
    { upsert: true, returnDocument: 'after', writeConcern },
  );
  const reply = { _id: String(id), to: String(from), text: 'ok', state: 'pending' };
  await replies.insertOne(reply, { writeConcern });
  response.type('text/plain').send('');
  await handOver(reply);
});
app.listen(Number(BENCH_PORT), '127.0.0.1', () => process.stdout.write('ready\n'));

async function handOver({ _id, to, text }: { _id: string; to: string; text: string }): Promise<void> {
  await replies.updateOne({ _id }, { $set: { state: 'sending' } }, { writeConcern });
  await call('GET', `/cgi-bin/sendsms?${new URLSearchParams({ to, text, charset: 'UTF-8' })}`);
  await replies.updateOne({ _id }, { $set: { state: 'sent' } }, { writeConcern });
}
