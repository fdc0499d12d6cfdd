import { existsSync } from 'node:fs'

/** Load a compiled program, or say how to compile it. */
export async function start(program) {
  const file = new URL(`../dist/cli/${program}.js`, import.meta.url)
  if (!existsSync(file)) {
    console.error('openmapper is not compiled yet. Run: npm run build')
    process.exit(1)
  }
  await import(file.href)
}
