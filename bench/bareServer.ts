import express from 'express';
import mongoose from 'mongoose';
import twilio from 'twilio';

/**
 * The baseline: a bare Express server with Twilio's signature check and one `findOneAndUpdate` a turn, majority and journalled. Started as a process
 * of its own with BENCH_URI, BENCH_TOKEN, BENCH_PUBLIC_URL and BENCH_PORT. Like the service's hot paths, it has a connection to the database for
 * every client of the load, and uses the driver's own collection.
 */
const { BENCH_URI = '', BENCH_TOKEN = '', BENCH_PUBLIC_URL = '', BENCH_PORT = '0' } = process.env;

await mongoose.connect(BENCH_URI, { maxPoolSize: 50, autoIndex: false });
const turns = mongoose.connection.getClient().db().collection<{ _id: string; turns: number; at: Date; said: string }>('bare');
const app = express().disable('x-powered-by');
app.use(express.urlencoded({ extended: false }));
app.post('/twilio/sms', twilio.webhook(BENCH_TOKEN, { url: `${BENCH_PUBLIC_URL}/twilio/sms` }), async (request, response) => {
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
