/** `openmapper zoo verify`: is every card whole, and are its files the right ones? */
import { StageError } from '../../../errors.ts'
import { type CardCheck, verifyCard } from '../../../stages/verify-card.ts'
import { shortenLeft, wrap } from '../../../terminal/fit.ts'
import { formatTable } from '../../../terminal/table.ts'
import { type CommandContext, flag, type OptionValues } from '../../command.ts'

/** Columns, so that the table fits into 100 with the longest state, `files missing`. */
const NAME_WIDTH = 36
const WHAT_WIDTH = 43

/** Every problem begins a line; only the first has name and state. */
function rowsOf({ name, problems, missing }: CardCheck): string[][] {
  const state = problems.length > 0 ? 'wrong' : missing.length > 0 ? 'files missing' : 'right'
  const what = [...problems, ...missing.map((file) => `not here: ${file}`)].flatMap((text) => wrap(text, WHAT_WIDTH))
  const [first = '', ...more] = what
  return [[shortenLeft(name, NAME_WIDTH), state, first], ...more.map((text) => ['', '', text])]
}

/** Throws StageError where something is wrong; a file that is not on this machine is told, but is no mistake. */
export async function verifyZoo(
  paths: readonly string[],
  options: OptionValues,
  { reporter, print }: CommandContext,
): Promise<void> {
  const checks = []
  for (const [index, path] of paths.entries()) {
    checks.push(await verifyCard(path))
    reporter.progress('verify', index + 1, paths.length)
  }
  if (flag(options, 'json')) print(JSON.stringify(checks))
  else {
    const rows = checks.flatMap(rowsOf)
    for (const line of formatTable(['Name', 'State', 'What'], rows)) print(line)
  }
  const wrong = checks.filter(({ problems }) => problems.length > 0)
  if (wrong.length === 0) return
  throw new StageError('STAGE_ZOO_WRONG', `${wrong.length} of ${checks.length} models of the zoo are not right`, {
    stage: 'read',
    where: wrong.map(({ name }) => name).join(', '),
    detail: wrong.flatMap(({ problems }) => problems).join('\n'),
    fix: 'correct the cards, or fetch the files again with openmapper zoo init NAME',
  })
}
