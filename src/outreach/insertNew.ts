import { mongo } from 'mongoose';
import { native } from '../store/native.ts';
import { Message, type MessageRecord } from './message.ts';

const DUPLICATE_KEY = 11_000;

/** Queues messages by one command; those that were queued before under the same key change nothing. Gives how many are new. */
export async function insertNew(messages: readonly MessageRecord[]): Promise<number> {
  try {
    return (await native(Message).insertMany([...messages], { ordered: false })).insertedCount;
  } catch (error) {
    if (error instanceof mongo.MongoBulkWriteError && [error.writeErrors].flat().every(({ code }) => code === DUPLICATE_KEY))
      return error.insertedCount;
    throw error;
  }
}
