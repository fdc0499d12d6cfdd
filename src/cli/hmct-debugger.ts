/** The `hmct-debugger` program: the manual's accuracy debugger. */
import { getSensitivityCommand } from './commands/sensitivity.ts'
import { runProgram } from './run.ts'

await runProgram(
  {
    name: 'hmct-debugger',
    summary: "Accuracy debugging with the manual's commands",
    commands: [getSensitivityCommand],
  },
  process.argv.slice(2),
)
