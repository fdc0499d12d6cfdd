import type { CommandSpec } from '../command.ts'

/** `openmapper worker`. */
export const workerCommand: CommandSpec = {
  name: 'worker',
  summary: 'Do shards of evaluations that are started anywhere with --engine bullmq, until Ctrl-C',
  options: [
    { flags: '--redis <address>', description: 'redis://host:port, the same as the evaluation names', required: true },
    {
      flags: '-p, --processes <n>',
      description: 'shards at a time, each on a process of its own (default: one per core)',
    },
  ],
  examples: [
    'openmapper worker --redis redis://127.0.0.1:6379',
    'openmapper worker --redis redis://user:password@files.example:6379 -p 4',
  ],
  load: () => import('../actions/worker.ts'),
}
