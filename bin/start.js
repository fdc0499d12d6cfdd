import { existsSync } from 'node:fs'

/** Load a compiled program, or say how to compile it. */
export async function start(program) {
  const file = new URL(`../dist/bundle/${program}.js`, import.meta.url)
  if (!existsSync(file)) {
    console.error('openmapper is not compiled yet. Run: npm run build')
    process.exit(1)
  }
  if (process.argv.includes('--debug')) nameSourceLines()
  await import(file.href)
}

/** Stack traces name the lines of src/, here and in worker processes, which inherit the options of Node. Reading the maps takes time. */
function nameSourceLines() {
  process.setSourceMapsEnabled(true)
  process.execArgv.push('--enable-source-maps')
}
