/** Script and style of the report page: bundled by `npm run build`, or on the fly when running from source. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

export interface PageAssets {
  script: string
  style: string
}

/** Files that the bundling step writes beside this module's bundle. */
export const BUNDLED = { script: 'page.js', style: 'page.css' } as const

let assets: PageAssets | undefined

export function pageAssets(): PageAssets {
  assets ??= import.meta.url.endsWith('.ts')
    ? bundlePage()
    : { script: beside(BUNDLED.script), style: beside(BUNDLED.style) }
  return assets
}

/** Bundle `browser/main.ts` with everything it imports. esbuild is there in a clone, not in an installed package. */
export function bundlePage(): PageAssets {
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof import('esbuild')
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('./browser/main.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    outdir: '/',
    write: false,
  })
  const output = (extension: string): string => outputFiles.find(({ path }) => path.endsWith(extension))!.text
  // `</script` inside a string would end the element.
  return { script: output('.js').replaceAll('</script', String.raw`<\/script`), style: output('.css') }
}

function beside(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8')
}
