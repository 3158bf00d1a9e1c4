#!/usr/bin/env node
import { build } from './build.js';

build();
const { yisheng } = await import('../dist/scripts/yisheng.js');
await yisheng(process.argv.slice(2));
