/** A command as data: commander's options, the help text and the documentation come from this table. */
import type { Reporter } from '../reporter.ts'

export interface OptionSpec {
  /** commander's form: `-c, --config <file>`; `<...>` takes a value, repeatable ones end in `...` inside the brackets. */
  flags: string
  description: string
  /** Allowed values. */
  choices?: readonly string[]
  default?: string | boolean
  required?: boolean
  /** Left out of the help: deprecated options that are accepted and ignored. */
  hidden?: boolean
}

export interface ArgumentSpec {
  /** `<model>` or `[model]`. */
  name: string
  description: string
}

/** Parsed options by camelCase name. Values are as commander gives them; handlers check what they need. */
export type OptionValues = Readonly<Record<string, unknown>>

export interface CommandContext {
  /** Log and progress; goes to the terminal and to `logFile`. */
  reporter: Reporter
  /** The only way a command prints its result (tables, JSON). */
  print(text: string): void
}

/** What a handler gets: positional arguments, options, the context. */
export type Handler = (args: readonly string[], options: OptionValues, context: CommandContext) => Promise<void>

export interface CommandSpec {
  name: string
  summary: string
  arguments?: readonly ArgumentSpec[]
  options: readonly OptionSpec[]
  /** Shown at the end of the help, one command line each. */
  examples: readonly string[]
  /** Log file in the current folder, like `hb_mapper_checker.log`. */
  logFile?: string
  /** Loads the work only when the command runs, so that `--help` is quick. */
  load(): Promise<{ run: Handler }>
}

/** A text option, undefined when absent. */
export function text(options: OptionValues, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

/** A flag. */
export function flag(options: OptionValues, name: string): boolean {
  return options[name] === true
}

/** All values of a repeatable option. */
export function texts(options: OptionValues, name: string): string[] {
  const value = options[name]
  return Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : []
}
