/** One screen for a mistake: what, where, why, and what to do. */
import pc from 'picocolors'
import { OpenMapperError } from '../errors.ts'
import { INTERRUPTED } from './interrupt.ts'

/** Lines for the terminal. A stack trace only with `debug`, or nothing but a hint where it is a bug of ours. */
export function errorText(error: unknown, debug: boolean): string {
  const trace = debug && error instanceof Error ? `\n${error.stack ?? ''}` : ''
  if (error instanceof OpenMapperError) {
    const lines = [`${pc.red('ERROR')} ${error.message}`]
    if (error.where !== undefined) lines.push(`  at:    ${error.where}`)
    if (error.detail) lines.push(...error.detail.split('\n').map((line) => `    ${line}`))
    if (error.fix !== undefined) lines.push(`  fix:   ${error.fix}`)
    lines.push(pc.dim(`  stage: ${error.stage} (${error.code})`))
    return lines.join('\n') + trace
  }
  const message = error instanceof Error ? error.message : String(error)
  return `${pc.red('ERROR')} ${message}\n  This is a bug of openmapper. Run the command again with --debug and report what it prints.${trace}`
}

/** 2 for a wrong command line, 130 for a command that was stopped, 1 for everything else. */
export function exitCode(error: unknown): number {
  if (error instanceof OpenMapperError && error.code === INTERRUPTED) return 130
  return error instanceof OpenMapperError && error.stage === 'arguments' ? 2 : 1
}
