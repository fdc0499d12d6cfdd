/** One build in a process of its own, so that its peak memory is its own. Arguments: settings as JSON; answers with JSON. */
import type { CalibrationConfig, ModelFiles } from '../src/config/types.ts'
import { silent } from '../src/reporter.ts'
import { onnxEngine } from '../src/runtime/session.ts'
import { buildModel } from '../src/stages/build.ts'
import { loadConfigFile } from '../src/stages/load-config-file.ts'

export interface BuildSettings {
  /** Build YAML of the card. */
  config: string
  files: ModelFiles
  calibration: string
  workingDir: string
  method: Pick<CalibrationConfig, 'type' | 'maxPercentile' | 'biasCorrection'>
}

export interface BuildFigures {
  original: string
  quantized: string
  /** Lowest output cosine on the first calibration sample. */
  cosine: number
  seconds: number
  /** MB. */
  peakRss: number
}

const settings = JSON.parse(process.argv[2]) as BuildSettings
const config = loadConfigFile(settings.config)
const started = performance.now()
const built = await buildModel(
  {
    ...config,
    model: { ...config.model, files: settings.files, workingDir: settings.workingDir },
    inputs: config.inputs.map((input) => ({ ...input, calDataDir: settings.calibration })),
    calibration: { ...config.calibration, ...settings.method },
  },
  { engine: onnxEngine(2), reporter: silent },
)
const figures: BuildFigures = {
  original: built.files.original,
  quantized: built.files.quantized,
  cosine: Math.min(...built.outputs.map((output) => output.similarity)),
  seconds: (performance.now() - started) / 1000,
  peakRss: process.resourceUsage().maxRSS / 1024,
}
console.log(JSON.stringify(figures))
