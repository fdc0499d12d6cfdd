/** The `hb_eval_preprocess` program: one command of the manual. */
import { evalPreprocessCommand } from './commands/eval-preprocess.ts'
import { runCommand } from './run.ts'

await runCommand(evalPreprocessCommand, process.argv.slice(2))
