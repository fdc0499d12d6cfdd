/** The ONNX models at hand: the bundled one, and those of the shared data where present. */
import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { projectRoot, sharedData } from './shared-data.ts'

export interface ModelAtHand {
  name: string
  path: string
}

export function modelsAtHand(): ModelAtHand[] {
  const folders = [join(projectRoot, 'zoo'), sharedData() && join(sharedData()!, 'models')]
  return folders
    .filter((folder): folder is string => folder !== undefined && existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.onnx(\.gz)?$/.test(name) && !name.includes('model_output'))
        .map((name) => ({ name: basename(name).replace(/\.onnx(\.gz)?$/, ''), path: join(folder, name) })),
    )
}

/** Input shapes of the network that leaves height and width open (small, to keep tests fast). */
export function openShapes(name: string): Map<string, number[]> {
  return new Map(name === 'tf_unet_trained' ? [['input_1:0', [1, 256, 512, 3]]] : [])
}
