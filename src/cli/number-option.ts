/** Options that take a number. */
import { ArgumentError } from '../errors.ts'
import { type OptionValues, text } from './command.ts'

/** The number of option `name` (its flag), at least `least`; undefined when it was not given. Throws ArgumentError for other words. */
export function wholeNumber(
  options: OptionValues,
  name: string,
  least: number,
  flag = `--${name}`,
): number | undefined {
  const word = text(options, name)
  if (word === undefined) return undefined
  const value = Number(word)
  if (Number.isInteger(value) && value >= least) return value
  throw new ArgumentError('ARGUMENT_NUMBER', `${flag} takes a whole number from ${least} up, not '${word}'`, {
    where: flag,
    fix: `for example ${flag} ${Math.max(least, 2)}`,
  })
}

/** The share 0..1 of option `name` (its flag spelled out in `flag`); undefined when it was not given. Throws ArgumentError for other words. */
export function share(options: OptionValues, name: string, flag: string): number | undefined {
  const word = text(options, name)
  if (word === undefined) return undefined
  const value = Number(word)
  if (word.trim() !== '' && value >= 0 && value <= 1) return value
  throw new ArgumentError('ARGUMENT_NUMBER', `${flag} takes a number from 0 to 1, not '${word}'`, {
    where: flag,
    fix: `for example ${flag} 0.5`,
  })
}
