/** commander's complaints in the shape of all other mistakes: what, and what to type instead. */
import type { Command, CommanderError, Option } from 'commander'
import { ArgumentError } from '../errors.ts'
import { nearestName } from '../text/nearest-name.ts'

/** The error to show for what commander threw while it parsed `argv` for `command`. */
export function commandLineError(error: CommanderError, command: Command, argv: readonly string[]): ArgumentError {
  const [message, hint] = error.message.replace(/^error: /, '').split('\n')
  const help = `${fullName(command)} --help shows what it takes`
  const nearest = hint === undefined ? undefined : /Did you mean (?:one of )?(.*)\?/.exec(hint)?.[1]
  const fix = nearest !== undefined ? `did you mean ${nearest}? ${help}` : (swallowed(error, command, argv) ?? help)
  return new ArgumentError('ARGUMENT_COMMAND_LINE', message, { where: fullName(command), fix, cause: error })
}

/** The parser of an option's value: a second value is an error, and so is one outside of `choices`. */
export function valueParser(option: Option): (value: string) => string {
  const name = `--${option.name()}`
  const choices = option.argChoices
  let first: string | undefined
  return (value) => {
    if (first !== undefined) {
      throw new ArgumentError('ARGUMENT_TWICE', `${name} is given twice: ${first} and ${value}`, {
        where: name,
        fix: 'keep one of them',
      })
    }
    first = value
    if (choices === undefined || choices.includes(value)) return value
    const nearest = nearestName(value, choices)
    throw new ArgumentError('ARGUMENT_CHOICE', `${name} is one of ${choices.join(', ')}, not '${value}'`, {
      where: name,
      fix: nearest === undefined ? `for example ${name} ${choices[0]}` : `did you mean ${name} ${nearest}?`,
    })
  }
}

/** A repeatable option takes every word that follows it, also the argument that was meant to come after. */
function swallowed({ code }: CommanderError, command: Command, argv: readonly string[]): string | undefined {
  if (code !== 'commander.missingArgument') return undefined
  const greedy = command.options.find(({ variadic, long }) => variadic && argv.some((word) => word === long))
  if (greedy === undefined) return undefined
  return `write the ${command.registeredArguments[0].name()} before ${greedy.long}, which takes every word behind it`
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`
}
