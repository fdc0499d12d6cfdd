/** Commands in texts, in the form in which this user starts our programs. */
import { basename, dirname, relative, resolve } from 'node:path'

/** How this process was started; the tests give their own. */
export interface Start {
  /** As `process.argv[1]` has it: absolute, symbolic links not followed. */
  script: string | undefined
  /** The folder the user is in. */
  folder: string
}

/** A program with a command behind it; what only speaks of the program, or names a file, is no command. */
const COMMAND =
  /(?<![\w./\\-])(?:openmapper(?= (?:check|init|preprocess|build|infer|evaluate|sensitivity|tune|worker|fetch|zoo|demo)(?![\w.-]))|(?:hb_mapper|hmct-debugger|hb_eval_preprocess)(?= [a-z-]))/g

/** Texts name programs as if they stood in the PATH. In a clone, or a project that depends on us, they do not. */
export function typed(text: string, start: Start = { script: process.argv[1], folder: process.cwd() }): string {
  return text.replace(COMMAND, (program) => startOf(program, start))
}

function startOf(program: string, { script, folder }: Start): string {
  if (script === undefined) return program
  const place = dirname(script)
  if (basename(place) === '.bin') return `npx ${program}`
  // `node bin/openmapper.js`, also by the shell scripts beside it; all programs stand in one folder.
  if (basename(place) !== 'bin' || !script.endsWith('.js')) return program
  const path = resolve(place, `${program}.js`)
  const fromHere = relative(folder, path)
  const shorter = fromHere.length < path.length ? fromHere : path
  return `node ${/\s/.test(shorter) ? `"${shorter}"` : shorter}`
}
