/** A program out of command tables: parsing, help, errors, Ctrl-C. */
import { Command, CommanderError, Option } from 'commander'
import { ArgumentError } from '../errors.ts'
import { systemError } from '../files/system-error.ts'
import type { Reporter } from '../reporter.ts'
import { createReporter } from '../terminal/log.ts'
import { VERSION } from '../version.ts'
import type { CommandSpec, OptionValues } from './command.ts'
import { commandLineError, valueParser } from './command-line-error.ts'
import { errorText, exitCode } from './error-text.ts'
import { typed } from './typed.ts'

/** Options every command has. */
const COMMON = [
  new Option('--json', 'print one JSON object on stdout; the log goes to stderr'),
  new Option('--debug', 'show debug lines, and the stack trace of an error'),
]

export interface ProgramSpec {
  name: string
  summary: string
  commands: readonly CommandSpec[]
}

/** Run a program with its command line; the process exits with the right code. */
export async function runProgram(spec: ProgramSpec, argv: readonly string[]): Promise<void> {
  await runRoot(program(spec), argv)
}

/** Run a program that is one command. */
export async function runCommand(spec: CommandSpec, argv: readonly string[]): Promise<void> {
  await runRoot(build(spec).version(versionText(spec.name), '--version'), argv)
}

async function runRoot(root: Command, argv: readonly string[]): Promise<void> {
  const debug = argv.includes('--debug')
  // `| head` closes the pipe early; that is no mistake.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit()
  })
  try {
    await root.parseAsync([...argv], { from: 'user' })
  } catch (thrown) {
    const error = readable(thrown, root, argv)
    if (error === undefined) return
    process.stderr.write(`${typed(errorText(error, debug))}\n`)
    process.exitCode = exitCode(error)
  }
}

/** What to tell the user; undefined where commander has printed all there is: help, version, the list of commands. */
function readable(thrown: unknown, root: Command, argv: readonly string[]): unknown {
  if (!(thrown instanceof CommanderError)) return systemError(thrown) ?? thrown
  if (thrown.exitCode === 0) return undefined
  if (thrown.code === 'commander.help') {
    process.exitCode = 2
    return undefined
  }
  const command = root.commands.find((candidate) => candidate.name() === argv[0])
  return commandLineError(thrown, command ?? root, argv)
}

function versionText(name: string): string {
  return `${name} (openmapper) ${VERSION}`
}

function program(spec: ProgramSpec): Command {
  const root = new Command(spec.name)
    .description(spec.summary)
    .version(versionText(spec.name), '--version')
    .exitOverride()
    .configureOutput({ outputError() {} })
  for (const command of spec.commands) root.addCommand(build(command))
  return root
}

function build(spec: CommandSpec): Command {
  const command = new Command(spec.name)
    .description(spec.summary)
    .exitOverride()
    .configureOutput({ outputError() {} })
  for (const argument of spec.arguments ?? []) command.argument(argument.name, argument.description)
  for (const option of [...spec.options.map(toOption), ...COMMON]) command.addOption(option)
  const examples = spec.examples.map((example) => `  ${typed(example)}`).join('\n')
  command.addHelpText('after', `\nExamples:\n${examples}\n`)
  command.action(async () => {
    const options: OptionValues = command.opts()
    const json = options['json'] === true
    const terminal = createReporter({ logFile: spec.logFile, json, debug: options['debug'] === true, quiet: false })
    const reporter: Reporter = {
      ...terminal,
      info: (message) => terminal.info(typed(message)),
      warn: (message) => terminal.warn(typed(message)),
    }
    // JSON is for programs, which start ours in a way of their own.
    const print = (text: string): void => void process.stdout.write(`${json ? text : typed(text)}\n`)
    const { run } = await spec.load()
    try {
      await run(command.args, options, { reporter, print })
    } catch (error) {
      terminal.clear()
      if (spec.logFile !== undefined)
        reporter.debug(error instanceof Error ? (error.stack ?? error.message) : String(error))
      throw error
    }
  })
  return command
}

function toOption(spec: CommandSpec['options'][number]): Option {
  const option = new Option(spec.flags, spec.description)
  if (spec.choices) option.choices([...spec.choices])
  if (option.required && !option.variadic) option.argParser(valueParser(option))
  if (spec.default !== undefined) option.default(spec.default)
  if (spec.required) option.makeOptionMandatory()
  if (spec.hidden) option.hideHelp()
  return option
}

/** `NAME 1x3x224x224` pairs of a repeated option with two values. */
export function shapePairs(values: readonly string[]): Map<string, number[]> {
  const shapes = new Map<string, number[]>()
  for (let i = 0; i < values.length; i += 2) {
    const [name, text] = [values[i], values[i + 1]]
    if (text === undefined || !/^\d+([xX]\d+)*$/.test(text)) {
      throw new ArgumentError(
        'ARGUMENT_SHAPE',
        `--input-shape takes a name and a shape, not '${[name, text].join(' ').trim()}'`,
        {
          where: '--input-shape',
          fix: 'write it like: --input-shape data 1x3x224x224',
        },
      )
    }
    shapes.set(name, text.split(/[xX]/).map(Number))
  }
  return shapes
}
