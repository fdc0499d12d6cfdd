/** The log: the manual's line shape on the terminal and in a file in the current folder. */
import { appendFileSync, writeFileSync } from 'node:fs'
import pc from 'picocolors'
import type { Reporter } from '../reporter.ts'
import { Progress } from './progress.ts'

export interface LogOptions {
  /** File that gets every line, also the debug ones; replaced at the start. */
  logFile?: string | undefined
  /** Keep stdout free for a JSON result: everything goes to stderr. */
  json: boolean
  /** Show debug lines on the terminal. */
  debug: boolean
  /** Errors and warnings only. */
  quiet: boolean
}

/** A reporter on the terminal. */
export function createReporter(options: LogOptions): Reporter & { clear(): void } {
  const stream = options.json ? process.stderr : process.stdout
  const progress = new Progress((text) => process.stderr.write(text), process.stderr.isTTY)
  // The log file is a courtesy: a folder that cannot be written is no reason to do nothing.
  const logFile = isWritable(options.logFile) ? options.logFile : undefined
  const emit = (level: string, message: string, shown: boolean): void => {
    const stamp = timestamp(new Date())
    if (logFile !== undefined) appendFileSync(logFile, `${stamp} ${level} ${message}\n`)
    if (!shown) return
    progress.clear()
    stream.write(`${pc.dim(stamp)} ${colour(level)} ${message}\n`)
  }
  return {
    info: (message) => emit('INFO', message, !options.quiet),
    warn: (message) => emit('WARNING', message, true),
    debug: (message) => emit('DEBUG', message, options.debug),
    progress: (label, done, total) => {
      if (!options.quiet) progress.update(label, done, total)
    },
    clear: () => progress.clear(),
  }
}

/** Empty the log file; false where there is none or it cannot be written. */
function isWritable(logFile: string | undefined): boolean {
  if (logFile === undefined) return false
  try {
    writeFileSync(logFile, '')
    return true
  } catch {
    return false
  }
}

function colour(level: string): string {
  return level === 'WARNING' ? pc.yellow(level) : level
}

/** `YYYY-mm-dd HH:MM:SS,mmm` in local time. */
function timestamp(now: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  const date = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`
  return `${date} ${time},${String(now.getMilliseconds()).padStart(3, '0')}`
}
