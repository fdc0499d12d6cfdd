/** Options that take a whole number. */
import { ArgumentError } from '../errors.ts'
import { type OptionValues, text } from './command.ts'

/** The number of option `name`, at least `least`; undefined when it was not given. Throws ArgumentError for other words. */
export function wholeNumber(options: OptionValues, name: string, least: number): number | undefined {
  const word = text(options, name)
  if (word === undefined) return undefined
  const value = Number(word)
  if (Number.isInteger(value) && value >= least) return value
  throw new ArgumentError('ARGUMENT_NUMBER', `--${name} takes a whole number from ${least} up, not '${word}'`, {
    where: `--${name}`,
    fix: `for example --${name} ${Math.max(least, 2)}`,
  })
}
