/** The `hb_mapper` program: the manual's commands. */
import { makertbinCommand } from './commands/build.ts'
import { checkerCommand } from './commands/check.ts'
import { runProgram } from './run.ts'

await runProgram(
  {
    name: 'hb_mapper',
    summary: "Model conversion with the manual's commands",
    commands: [checkerCommand, makertbinCommand],
  },
  process.argv.slice(2),
)
