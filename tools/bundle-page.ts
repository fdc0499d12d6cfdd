/** Second half of `npm run build`: the script and style of report.html, bundled into dist/. */
import { writeFileSync } from 'node:fs'
import { BUNDLED, bundlePage } from '../src/report/page/assets.ts'

const { script, style } = bundlePage()
writeFileSync(`dist/report/page/${BUNDLED.script}`, script)
writeFileSync(`dist/report/page/${BUNDLED.style}`, style)
