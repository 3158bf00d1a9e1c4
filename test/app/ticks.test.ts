import { EventEmitter, once } from 'node:events';
import { expect } from 'chai';
import { logger } from '../../src/app/logger.ts';
import { ticks } from '../../src/app/ticks.ts';
import { Cycle } from '../../src/fund/cycles/index.ts';
import { collection } from '../../src/store/collection.ts';
import { useDatabase } from '../support/database.ts';

describe('the ticks', () => {
  const { world } = useDatabase('ticks');

  it('are over once they are stopped: a run that is under way ends first, and then the database may be closed', async () => {
    const told = new EventEmitter();
    const order: string[] = [];
    const seal = async () => {
      told.emit('begun');
      await once(told, 'stopping');
      await collection(Cycle).findOne({});
      order.push('sealed');
    };
    const nothing = async () => {};
    const due = ticks(world, logger('silent'), { channels: [], seal, erase: nothing, proposals: nothing });
    await once(told, 'begun');
    const stopped = due.stop().then(() => order.push('stopped'));
    told.emit('stopping');
    await stopped;
    expect(order).to.deep.equal(['sealed', 'stopped']);
  });
});
