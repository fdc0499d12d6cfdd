/** Progress with time left: one changing line on a terminal, sparse lines elsewhere; silent below two seconds. */

const QUIET_MS = 2000
const LINE_EVERY_MS = 10_000
const REDRAW_MS = 100

export class Progress {
  readonly #write: (text: string) => void
  readonly #live: boolean
  readonly #now: () => number
  #label = ''
  #started = 0
  #shown = 0
  #drawn = false

  /** @param live redraw one line (a terminal); otherwise a line every ten seconds */
  constructor(write: (text: string) => void, live: boolean, now: () => number = Date.now) {
    this.#write = write
    this.#live = live
    this.#now = now
  }

  update(label: string, done: number, total: number): void {
    const now = this.#now()
    if (label !== this.#label) {
      this.clear()
      this.#label = label
      this.#started = now
      this.#shown = now
    }
    const elapsed = now - this.#started
    if (done >= total) {
      this.clear()
      this.#label = ''
      return
    }
    if (elapsed < QUIET_MS || now - this.#shown < (this.#live ? REDRAW_MS : LINE_EVERY_MS)) return
    this.#shown = now
    const left = (elapsed / Math.max(done, 1)) * (total - done)
    const line = `${label}: ${done}/${total} (${Math.floor((100 * done) / total)} %), ${duration(left)} left`
    this.#write(this.#live ? `\r\u001B[K${line}` : `${line}\n`)
    this.#drawn = this.#live
  }

  /** Remove the live line, before something else is printed. */
  clear(): void {
    if (this.#drawn) this.#write('\r\u001B[K')
    this.#drawn = false
  }
}

/** `42 s`, `3 min 05 s`, `2 h 10 min`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}
