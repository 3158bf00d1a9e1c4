#!/usr/bin/env node
import module from 'node:module';
import { join } from 'node:path';
import { build } from './build.js';

module.enableCompileCache?.(join(import.meta.dirname, '../dist/.cache')); // Node 22 on: half of a command's time

await build();
const { yisheng } = await import('../dist/scripts/yisheng.js');
await yisheng(process.argv.slice(2));
