/**
 * Second half of `npm run build`: everything that runs, in dist/bundle.
 *
 * Our own modules go into a few files, because Node needs a millisecond to find and read each of about 300: every command and every
 * worker starts a quarter of a second earlier. Packages stay what npm installed. All files lie side by side, one folder below
 * dist/, so that a path relative to `import.meta.url` means the same there as in src/*: `./worker.js`, `./page.js`, `../../zoo`.
 */
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { buildSync } from 'esbuild'
import { BUNDLED, bundlePage } from '../src/report/page/assets.ts'

const FOLDER = 'dist/bundle'

const { metafile } = buildSync({
  entryPoints: [
    'src/index.ts',
    'src/cli/openmapper.ts',
    'src/cli/hb-mapper.ts',
    'src/cli/hb-eval-preprocess.ts',
    'src/cli/hmct-debugger.ts',
    'src/pool/worker.ts',
  ].map((path) => ({ in: path, out: /([^/]+)\.ts$/.exec(path)![1] })),
  outdir: FOLDER,
  bundle: true,
  splitting: true,
  packages: 'external',
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
// Names of parts change with their content. Those of before go last: a program that runs may still load one.
const written = new Set([...Object.keys(metafile.outputs).map((path) => basename(path)), ...Object.values(BUNDLED)])
for (const name of readdirSync(FOLDER)) if (!written.has(name)) rmSync(`${FOLDER}/${name}`)
