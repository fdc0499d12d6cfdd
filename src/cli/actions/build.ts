/** `openmapper build` and `hb_mapper makertbin`. */
import { basename } from 'node:path'
import pc from 'picocolors'
import { ENGINE_VERSION, onnxEngine } from '../../runtime/session.ts'
import { stoppableEngine } from '../../runtime/stoppable.ts'
import { buildModel } from '../../stages/build.ts'
import { loadConfigFile } from '../../stages/load-config-file.ts'
import type { RestartStage } from '../../stages/restart.ts'
import { VERSION } from '../../version.ts'
import { flag, type Handler, text } from '../command.ts'
import { interruptible } from '../interrupt.ts'
import { wholeNumber } from '../number-option.ts'

const BIAS_CORRECTION = new Map([
  ['on', true],
  ['off', false],
])

export const run: Handler = async (_, options, { reporter, print }) => {
  const threads = wholeNumber(options, 'threads', 1)!
  reporter.info(`openmapper version ${VERSION}`)
  reporter.info(`onnxruntime version ${ENGINE_VERSION}`)
  const config = loadConfigFile(text(options, 'config')!, {
    modelType: text(options, 'modelType') as 'onnx' | 'caffe' | undefined,
    ignoreUnsupported: flag(options, 'ignoreUnsupported'),
    searchBudget: wholeNumber(options, 'searchBudget', 0, '--search-budget'),
    int16: text(options, 'int16') as 'auto' | 'forbidden' | undefined,
    biasCorrection: BIAS_CORRECTION.get(text(options, 'biasCorrection') ?? 'auto'),
  })
  const result = await interruptible((signal) =>
    buildModel(config, {
      engine: stoppableEngine(onnxEngine(threads), signal),
      reporter,
      from: text(options, 'from') as RestartStage | undefined,
      debug: flag(options, 'debug'),
      verify: text(options, 'verify') === 'full' ? 'full' : 'tiles',
    }),
  )
  if (flag(options, 'json')) {
    print(JSON.stringify({ files: result.files, report: result.reportFile, page: result.reportPage, ...result.report }))
    return
  }
  const { verdict } = result.report
  const colour = { good: pc.green, fair: pc.yellow, poor: pc.red }[verdict.level]
  print('')
  print(colour(verdict.meaning))
  print(`Next: ${verdict.next}`)
  print(`Report: ${result.reportPage} (open it in a browser; the same as JSON: ${basename(result.reportFile)})`)
}
