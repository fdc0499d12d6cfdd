/** `npm run generate`: write the JSON schema for editors, the page of all keys and the scripts of the zoo. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { generatedFiles } from './generated-files.ts'

const root = join(import.meta.dirname, '..')
for (const [path, content] of generatedFiles()) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), content)
  if (content.startsWith('#!')) chmodSync(join(root, path), 0o755)
  console.log(path)
}
