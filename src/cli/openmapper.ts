/** The `openmapper` program. */
import { buildCommand } from './commands/build.ts'
import { checkCommand } from './commands/check.ts'
import { runProgram } from './run.ts'

await runProgram(
  {
    name: 'openmapper',
    summary: 'Open post-training quantization: check, calibrate, build, run and evaluate INT8 models',
    commands: [checkCommand, buildCommand],
  },
  process.argv.slice(2),
)
