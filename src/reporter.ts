/** How stages speak to whoever started them. Core code never prints: it gets one of these. */
export interface Reporter {
  /** A line of the manual's log. */
  info(message: string): void
  /** Something the user should know but that does not stop the work. */
  warn(message: string): void
  /** Detail for `--debug` and the log file only. */
  debug(message: string): void
  /** Work done so far; the terminal turns it into a bar with time left, or sparse lines off a terminal. */
  progress(label: string, done: number, total: number): void
}

/** A reporter that says nothing, for library use and tests. */
export const silent: Reporter = { info() {}, warn() {}, debug() {}, progress() {} }
