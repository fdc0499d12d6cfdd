/** `hb_eval_preprocess`. */
import { evalPreprocess } from '../../eval-preprocess/eval-preprocess.ts'
import { preprocessorOf } from '../../eval-preprocess/preprocessors.ts'
import { flag, type Handler, text } from '../command.ts'
import { interruptible } from '../interrupt.ts'

export const run: Handler = async (_, options, { reporter, print }) => {
  const output = text(options, 'output_dir')!
  const files = await interruptible((signal) =>
    evalPreprocess({
      preprocessor: preprocessorOf(text(options, 'model_name')!),
      images: text(options, 'image_dir')!,
      list: text(options, 'val_txt'),
      output,
      reporter,
      signal,
    }),
  )
  if (flag(options, 'json')) {
    print(JSON.stringify({ folder: output, files }))
    return
  }
  reporter.info(`Successfully generated the binary file: ${files.length} in ${output}`)
}
