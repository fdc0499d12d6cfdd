/** One build in a process of its own, so that its peak memory is its own. Argument: settings as JSON; answers with JSON. */
import type { ModelFiles } from '../../src/config/types.ts'
import { silent } from '../../src/reporter.ts'
import { onnxEngine } from '../../src/runtime/engine.ts'
import { openSamples } from '../../src/samples/open.ts'
import { buildModel } from '../../src/stages/build.ts'
import type { BuildReport } from '../../src/stages/build-report.ts'
import { loadConfigFile } from '../../src/stages/load-config-file.ts'
import type { BuildMethod } from './builds.ts'
import { type Latency, measureLatency } from './latency.ts'

export interface BuildSettings {
  /** Build YAML of the card. */
  config: string
  files: ModelFiles
  calibration: string
  workingDir: string
  method: BuildMethod
}

export interface BuildFigures extends Latency {
  original: string
  quantized: string
  /** Lowest output cosine on the first calibration sample. */
  cosine: number
  /** Shares 0..1 of the activation quantizers, and of their elements, that are int16. */
  int16Quantizers: number
  int16Elements: number
  seconds: number
  /** MB. */
  peakRss: number
}

const settings = JSON.parse(process.argv[2]) as BuildSettings
const config = loadConfigFile(settings.config)
const { march = config.model.march, ...method } = settings.method
const calibration = { ...config.calibration, ...method }
const started = performance.now()
const built = await buildModel(
  {
    ...config,
    model: { ...config.model, march, files: settings.files, workingDir: settings.workingDir },
    inputs: config.inputs.map((input) => ({ ...input, calDataDir: settings.calibration })),
    calibration,
  },
  { engine: onnxEngine(2), reporter: silent },
)
const seconds = (performance.now() - started) / 1000
const peakRss = process.resourceUsage().maxRSS / 1024
const feeds = await openSamples(built.report.inputs, calibration, silent).read(0)
const figures: BuildFigures = {
  original: built.files.original,
  quantized: built.files.quantized,
  cosine: Math.min(...built.outputs.map((output) => output.similarity)),
  ...int16Of(built.report),
  seconds,
  peakRss,
  ...(await measureLatency(built.files, feeds)),
}
console.log(JSON.stringify(figures))

/** No build of ours asks for int16; what is wider was raised by the search, which says how much. */
function int16Of({ calibration: made }: BuildReport): Pick<BuildFigures, 'int16Quantizers' | 'int16Elements'> {
  const { quantizers = 0, elements = 0 } = made?.search?.shares ?? {}
  return { int16Quantizers: quantizers, int16Elements: elements }
}
