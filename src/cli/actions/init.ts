/** `openmapper init`. */
import type { March } from '../../config/types.ts'
import { initConfig } from '../../stages/init.ts'
import { flag, type Handler, text, texts } from '../command.ts'
import { modelFiles } from '../model-files.ts'
import { shapePairs } from '../run.ts'

export const run: Handler = ([model], options, { print, reporter }) => {
  const result = initConfig(modelFiles(model, options), {
    march: text(options, 'march') as March,
    output: text(options, 'output'),
    force: flag(options, 'force'),
    reporter,
    inputShapes: shapePairs(texts(options, 'inputShape')),
  })
  if (flag(options, 'json')) print(JSON.stringify(result))
  else {
    print(`Written: ${result.path}`)
    for (const { key, value, why } of result.guesses) print(`  guess  ${key}: '${value}'\n         ${why}`)
    print('Next: check the guesses, put about 100 samples of training data into cal_data_dir, then')
    print(`      openmapper build -c ${result.path}`)
  }
  return Promise.resolve()
}
