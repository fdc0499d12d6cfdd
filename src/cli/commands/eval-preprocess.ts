import { EVAL_MODELS } from '../../eval-preprocess/models.ts'
import type { CommandSpec } from '../command.ts'

/** `hb_eval_preprocess`, the manual's options. */
export const evalPreprocessCommand: CommandSpec = {
  name: 'hb_eval_preprocess',
  summary:
    'Write evaluation pictures as files that a board reads: NV12, one file per picture named ' +
    '<picture>_<height>_<width>_<input height>_<input width>.bin',
  options: [
    {
      flags: '-m, --model_name <name>',
      description: `whose preprocessing: ${Object.keys(EVAL_MODELS).join(', ')}; or a model of the zoo (its runtime type)`,
      required: true,
    },
    {
      flags: '-i, --image_dir <path>',
      description: 'folder of pictures, or one picture (jpg, jpeg, png)',
      required: true,
    },
    { flags: '-o, --output_dir <dir>', description: 'folder to write', default: 'affected' },
    {
      flags: '-v, --val_txt <file>',
      description: 'list of picture names without extension: these alone, in its order',
    },
  ],
  examples: [
    'hb_eval_preprocess -m mobilenetv1 -i imagenet/val -v val.txt -o ./mobilenetv1_input',
    'hb_eval_preprocess -m unet_mobilenet -i picture.png',
    'openmapper evaluate --card model.yaml --model net_quantized_model.onnx --preprocessed ./input',
  ],
  logFile: 'hb_eval_preprocess.log',
  load: () => import('../actions/eval-preprocess.ts'),
}
