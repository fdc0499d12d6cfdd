/** docs/yaml.md: a table of all keys, from the same tables. */
import { describe, type KeySpec } from '../src/config/key-spec.ts'
import { GROUPS } from '../src/config/keys/index.ts'
import { laterNote } from './yaml-schema.ts'

const HEAD = `# The YAML

Made by \`npm run generate\` from the tables in \`src/config/keys/\`; change those, not this page.

\`openmapper init MODEL.onnx\` writes a YAML for a model, with comments, and the model's card (\`model.yaml\`) beside it.
In a folder that serves another model already, card and folders of the build get names of their own (\`MODEL_model.yaml\`, \`MODEL_output\`).

- An empty value (\`''\`) counts as not set.
- Values of several inputs are separated by \`;\`, in the order of \`input_name\`. Numbers of one input are separated by spaces.
- A relative path starts at the folder of the YAML, else at the current one.
- Pixels are normalised as \`(pixel - mean_value) * scale_value\`. A network trained on \`(pixel / 255 - m) / s\` takes
  \`mean_value = 255 * m\` and \`scale_value = 1 / (255 * s)\`.
- Colour order, mean and scale are right where the float model answers right on pictures that you know: \`openmapper infer --card model.yaml --model MODEL.onnx --image PICTURE\`.
- Training and runtime colours: rgb and bgr go with nv12, yuv444, rgb and bgr; yuv444 with nv12 and yuv444; gray with gray; featuremap
  with featuremap.

Editors check and complete the file with \`schema/openmapper.schema.json\`; for the YAML extension of VS Code:

    "yaml.schemas": { "./node_modules/openmapper/schema/openmapper.schema.json": "*_config.yaml" }
`

/** The page as Markdown. */
export function yamlPage(): string {
  const groups = Object.entries(GROUPS).map(([name, table]) => {
    const rows = Object.entries<KeySpec>(table).map(([key, spec]) => row(key, spec))
    return [`\n## ${name}\n`, '| Key | Value | Default | Meaning |', '| --- | --- | --- | --- |', ...rows, ''].join(
      '\n',
    )
  })
  return HEAD + groups.join('')
}

function row(key: string, spec: KeySpec): string {
  const meaning = spec.later === undefined ? spec.note : `${spec.note} *${laterNote(spec.later)}*`
  const cells = [`\`${key}\``, `${describe(spec)}${range(spec)}`, spec.default, meaning]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function range({ min, max }: KeySpec): string {
  if (min === undefined) return ''
  return max === undefined ? `, at least ${min}` : `, ${min} to ${max}`
}
