/** Refusals of the operating system, told like every other mistake. */
import { OpenMapperError, StageError } from '../errors.ts'

/** What the system's code means for the path it names, and the remedy. */
const REFUSALS: Readonly<Record<string, readonly [message: (path: string) => string, fix: string]>> = {
  EACCES: [(path) => `no permission for ${path}`, 'change its permissions (ls -l shows them), or name another path'],
  EPERM: [(path) => `no permission for ${path}`, 'change its permissions (ls -l shows them), or name another path'],
  EROFS: [(path) => `${path} is on a read-only disk`, 'name a path on a disk that can be written'],
  ENOSPC: [(path) => `the disk is full: ${path} cannot be written`, 'make space, or name a path on another disk'],
  EDQUOT: [(path) => `your share of the disk is full: ${path} cannot be written`, 'make space, or name another disk'],
  EEXIST: [(path) => `${path} should be a folder, but a file of that name exists`, 'name another folder'],
  ENOTDIR: [(path) => `a part of ${path} is a file, not a folder`, 'correct the path'],
  EISDIR: [(path) => `${path} is a folder, not a file`, 'name the file itself'],
  ENOENT: [(path) => `there is no ${path}`, 'correct the path'],
  ENAMETOOLONG: [() => 'a path is longer than the system allows', 'use shorter names'],
  ELOOP: [(path) => `${path} is a link that leads to itself`, 'correct the link'],
  EMFILE: [() => 'too many files are open', 'raise the limit (ulimit -n 4096), or use fewer processes'],
}

/**
 * The error as one that a user can mend; undefined for everything that is not the system's answer about a file.
 *
 * @param path what the user knows the file as, where the system names another one
 */
export function systemError(error: unknown, path?: string): OpenMapperError | undefined {
  if (!isSystemError(error)) return undefined
  const [message, fix] = REFUSALS[error.code] ?? []
  const shown = path ?? error.path
  if (message === undefined || shown === undefined) return undefined
  return new StageError('STAGE_FILE', message(shown), { stage: 'run', where: shown, fix, cause: error })
}

function isSystemError(error: unknown): error is Error & { code: string; path?: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string'
}
