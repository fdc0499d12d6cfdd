/** The `openmapper` program. */
import { buildCommand } from './commands/build.ts'
import { checkCommand } from './commands/check.ts'
import { demoCommand } from './commands/demo.ts'
import { evaluateCommand } from './commands/evaluate.ts'
import { fetchCommand } from './commands/fetch.ts'
import { inferCommand } from './commands/infer.ts'
import { initCommand } from './commands/init.ts'
import { preprocessCommand } from './commands/preprocess.ts'
import { workerCommand } from './commands/worker.ts'
import { zooCommand } from './commands/zoo.ts'
import { sensitivityCommand } from './commands/sensitivity.ts'
import { tuneCommand } from './commands/tune.ts'
import { runProgram } from './run.ts'

await runProgram(
  {
    name: 'openmapper',
    summary: 'Open post-training quantization: check, calibrate, build, run and evaluate INT8 models',
    commands: [
      checkCommand,
      initCommand,
      preprocessCommand,
      buildCommand,
      inferCommand,
      evaluateCommand,
      sensitivityCommand,
      tuneCommand,
      workerCommand,
      fetchCommand,
      zooCommand,
      demoCommand,
    ],
  },
  process.argv.slice(2),
)
