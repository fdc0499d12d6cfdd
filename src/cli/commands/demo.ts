import type { CommandSpec } from '../command.ts'

/** `openmapper demo`, which `npm start` runs. */
export const demoCommand: CommandSpec = {
  name: 'demo',
  summary: 'The whole journey on the bundled network: fetch, check, preprocess, build, infer, evaluate float and INT8',
  options: [
    { flags: '-p, --processes <n>', description: 'worker processes of the evaluation', default: '2' },
    { flags: '--limit <n>', description: 'score the first pictures only (default: all 10,000)' },
  ],
  examples: ['openmapper demo', 'openmapper demo --limit 1000'],
  logFile: 'openmapper_demo.log',
  load: () => import('../actions/demo.ts'),
}
