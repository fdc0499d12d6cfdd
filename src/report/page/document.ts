/** The HTML file: style, script and data in one, nothing loaded from elsewhere. */
import { escapeXml } from '../../draw/svg.ts'
import { pageAssets } from './assets.ts'
import type { PageData } from './data.ts'

export function reportDocument(data: PageData): string {
  const { script, style } = pageAssets()
  const { weights: _, ...report } = data.report
  const json = inScript(JSON.stringify({ ...data, report }))
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeXml(data.report.model)} - OpenMapper report</title>
<style>${style}</style>
<body>
<noscript>This page draws its tables and plots with JavaScript; the same figures stand in the JSON files beside it.</noscript>
<script type="application/json" id="data">${json}</script>
<script>${script}</script>
</body>
</html>
`
}

/** JSON that no name inside can break out of: `<` starts tags and comments. */
function inScript(json: string): string {
  return json.replaceAll('<', String.raw`\u003c`)
}
