#!/usr/bin/env node
/** The `churnlab` command: works from a bare clone on any Node from 20 on. */
import process from 'node:process';
import { run } from './bootstrap.mjs';

run('src/cli/main.ts', process.argv.slice(2));
