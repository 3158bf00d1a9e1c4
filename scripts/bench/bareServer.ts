import express from 'express';
import mongoose from 'mongoose';
import twilio from 'twilio';

/**
 * The baseline: a bare Express server with Twilio's signature check and one majority and journalled `findOneAndUpdate` a turn.
 * Started as a process of its own with BENCH_URI, BENCH_TOKEN and BENCH_PORT.
 */
const { BENCH_URI = '', BENCH_TOKEN = '', BENCH_PORT = '0' } = process.env;
const url = `http://127.0.0.1:${BENCH_PORT}`;

await mongoose.connect(BENCH_URI, { maxPoolSize: 50, autoIndex: false });
const turns = mongoose.connection.collection<{ _id: string; turns: number; at: Date; said: string }>('bare');
const app = express().disable('x-powered-by');
app.use(express.urlencoded({ extended: false }));
app.post('/twilio/sms', twilio.webhook(BENCH_TOKEN, { protocol: 'http', host: new URL(url).host }), async (request, response) => {
  const { From, To, Body } = request.body;
  await turns.findOneAndUpdate(
    { _id: `sms|${From}|${To}` },
    { $inc: { turns: 1 }, $set: { at: new Date(), said: Body } },
    { upsert: true, returnDocument: 'after', writeConcern: { w: 'majority', journal: true } },
  );
  const answer = new twilio.twiml.MessagingResponse();
  answer.message('ok');
  response.type('text/xml').send(answer.toString());
});
app.listen(Number(BENCH_PORT), '127.0.0.1', () => process.stdout.write('ready\n'));
