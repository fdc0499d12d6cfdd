/** Files made from the tables of keys and from the cards of the zoo; a test compares them with what is committed. */
import { yamlPage } from './yaml-page.ts'
import { yamlSchema } from './yaml-schema.ts'
import { zooScripts } from './zoo-scripts.ts'

/** Content by path below the project. */
export function generatedFiles(): Map<string, string> {
  return new Map([
    ['schema/openmapper.schema.json', `${JSON.stringify(yamlSchema(), null, 2)}\n`],
    ['docs/yaml.md', yamlPage()],
    ...zooScripts(),
  ])
}
