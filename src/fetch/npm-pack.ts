/** Data sets that are published as npm packages: fetched by the user's own npm, so registry, proxy and integrity are theirs. */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DataError } from '../errors.ts'
import type { Reporter } from '../reporter.ts'

/** Seconds between two signs of life; npm tells a program nothing about its progress. */
const HEARTBEAT = 10

/**
 * Let `npm pack` put the package into `folder` (which must be empty) and return the tarball's path.
 *
 * Throws DataError `DATA_DOWNLOAD_FAILED` with npm's own first error line.
 */
export async function npmPack(
  spec: string,
  folder: string,
  reporter: Reporter,
  options: { fix: string; signal?: AbortSignal },
): Promise<string> {
  const { command, args, shell } = npmCommand()
  const npm = spawn(command, [...args, 'pack', spec, '--pack-destination', folder, '--loglevel=error'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    shell,
    signal: options.signal,
  })
  let errors = ''
  npm.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const started = Date.now()
  const heartbeat = setInterval(() => {
    reporter.info(`still downloading ${spec} (${Math.round((Date.now() - started) / 1000)} s)`)
  }, HEARTBEAT * 1000)
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    npm.on('error', (cause) =>
      reject(options.signal?.aborted ? options.signal.reason : failed(spec, cause.message, options.fix)),
    )
    npm.on('close', resolve)
  }).finally(() => clearInterval(heartbeat))
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  if (exitCode !== 0 || tarball === undefined) throw failed(spec, reason(errors), options.fix)
  return join(folder, tarball)
}

/** npm as it was started (`npm start` sets `npm_execpath`), else the one in PATH; a `.cmd` on Windows needs a shell. */
function npmCommand(): { command: string; args: string[]; shell: boolean } {
  const own = process.env['npm_execpath']
  if (own?.endsWith('npm-cli.js')) return { command: process.execPath, args: [own], shell: false }
  return { command: 'npm', args: [], shell: process.platform === 'win32' }
}

/** npm's messages start with `npm error`; the line that says what went wrong follows those with code and errno. */
function reason(errors: string): string {
  const lines = errors
    .split('\n')
    .map((line) => line.replace(/^npm (error|ERR!)\s*/, '').trim())
    .filter((line) => line !== '')
  const code = lines.find((line) => line.startsWith('code '))
  const message = lines.find((line) => !/^(code|errno|syscall|type|path|cause|npm warn)\b/.test(line))
  return [code, message].filter((part) => part !== undefined).join(': ') || 'npm gave no reason'
}

function failed(spec: string, why: string, fix: string): DataError {
  return new DataError('DATA_DOWNLOAD_FAILED', `npm could not fetch ${spec}: ${why}`, {
    stage: 'dataset',
    where: spec,
    fix,
  })
}
