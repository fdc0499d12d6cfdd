/** Ctrl-C as an AbortSignal, so that work stops at a clean point: children ended, temporary files removed. */
import { StageError } from '../errors.ts'

/** Code of the error a stopped command ends with. */
export const INTERRUPTED = 'STAGE_INTERRUPTED'

/** What to do after a command that keeps what it has done. */
export const GOES_ON = 'run the same command again: it goes on where it stopped'

/**
 * Run work that Ctrl-C (or SIGTERM) stops; a second Ctrl-C ends the process at once.
 * @param fix What the user can do then, where it is more than to start again.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>, fix?: string): Promise<T> {
  const controller = new AbortController()
  const stop = (): void => {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    controller.abort(
      new StageError(INTERRUPTED, 'stopped before the end', { stage: 'run', ...(fix !== undefined && { fix }) }),
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  try {
    return await work(controller.signal)
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
}
