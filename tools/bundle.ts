/**
 * Second half of `npm run build`: everything that runs, in dist/bundle.
 *
 * Our own modules go into a few files, because Node needs a millisecond to find and read each of about 300: every command and every
 * worker starts a quarter of a second earlier. Packages of plain JavaScript go along (as much again); those with native parts, those
 * that few commands load and optional ones stay what npm installed. All files lie side by side, one folder below dist/, so that a path
 * relative to `import.meta.url` means the same there as in src/*: `./worker.js`, `./page.js`, `../../zoo`.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { buildSync } from 'esbuild'
import { BUNDLED, bundlePage } from '../src/report/page/assets.ts'

const FOLDER = 'dist/bundle'
/** Names and licences of the packages inside. */
const NOTICES = 'THIRD-PARTY.txt'

const { metafile } = buildSync({
  entryPoints: [
    'src/index.ts',
    'src/cli/openmapper.ts',
    'src/cli/hb-mapper.ts',
    'src/cli/hb-eval-preprocess.ts',
    'src/cli/hmct-debugger.ts',
    'src/pool/worker.ts',
    'src/runtime/runner-thread.ts',
  ].map((path) => ({ in: path, out: /([^/]+)\.ts$/.exec(path)![1] })),
  outdir: FOLDER,
  bundle: true,
  splitting: true,
  external: ['onnxruntime-node', 'sharp', 'undici', 'bullmq', 'ioredis', 'esbuild'],
  // CommonJS packages ask for Node's modules by it.
  banner: {
    js: "import { createRequire as openRequire } from 'node:module'; const require = openRequire(import.meta.url);",
  },
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  sourcesContent: false,
  metafile: true,
})
const { script, style } = bundlePage()
writeFileSync(`${FOLDER}/${BUNDLED.script}`, script)
writeFileSync(`${FOLDER}/${BUNDLED.style}`, style)
writeFileSync(`${FOLDER}/${NOTICES}`, notices(Object.keys(metafile.inputs)))
// Names of parts change with their content. Those of before go last: a program that runs may still load one.
const written = new Set([
  ...Object.keys(metafile.outputs).map((path) => basename(path)),
  ...Object.values(BUNDLED),
  NOTICES,
])
for (const name of readdirSync(FOLDER)) if (!written.has(name)) rmSync(`${FOLDER}/${name}`)

/** What the licences of the packages that `inputs` belong to ask for: their text beside the code. */
function notices(inputs: readonly string[]): string {
  const folders = new Set(inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+\//.exec(path)?.[0] ?? []))
  const texts = [...folders].sort().map((folder) => {
    const about = JSON.parse(readFileSync(`${folder}package.json`, 'utf8')) as Record<string, string>
    const file = readdirSync(folder).find((name) => /^licen[cs]e(\.|$)/i.test(name))
    const text = file
      ? readFileSync(folder + file, 'utf8')
      : headers(inputs.filter((path) => path.startsWith(folder))).join('\n\n')
    return `${about.name} ${about.version} (${about.license.replace(/^\(|\)$/g, '')})\n\n${text.trim()}`
  })
  return `${texts.join('\n\n----\n\n')}\n`
}

/** The comments that files begin with, each once: where a package without a file of its licence states it. */
function headers(paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => /^(\/\/.*\n)*/.exec(readFileSync(path, 'utf8'))![0].trim()))]
}
