/**
 * The model names of `hb_eval_preprocess`, each with the reader and the chain of its sample, ending in NV12 (toolchain.md, 2.3
 * and 5.3).
 */
import type { Reader } from '../image/reader.ts'
import type { TransformSpec } from '../transforms/spec.ts'

export interface EvalModel {
  reader: Reader
  chain: readonly TransformSpec[]
}

const step = (name: string, params: Record<string, unknown> = {}): TransformSpec => ({ name, params })
const bgrToNv12 = step('BGR2NV12Transformer', { data_format: 'HWC', cvt_mode: 'opencv' })
const rgbToNv12 = step('RGB2NV12Transformer', { data_format: 'HWC', cvt_mode: 'opencv' })
const toRgb = step('BGR2RGBTransformer', { data_format: 'HWC' })
const toBytes = [step('ScaleTransformer', { scale_value: 255 }), step('F32ToU8Transformer')]

const opencv = (...chain: TransformSpec[]): EvalModel => ({ reader: 'opencv', chain: [...chain, bgrToNv12] })
const skimage = (...chain: TransformSpec[]): EvalModel => ({
  reader: 'skimage',
  chain: [...chain, ...toBytes, rgbToNv12],
})

const shortSideCrop = [
  step('ShortSideResizeTransformer', { short_size: 256 }),
  step('CenterCropTransformer', { crop_size: 224 }),
]

const lite = (size: number): EvalModel =>
  skimage(
    step('PaddedCenterCropTransformer', { image_size: size, crop_pad: 32 }),
    step('ResizeTransformer', { target_size: [size, size], mode: 'skimage', method: 3 }),
  )

const nasnet = (size: number): EvalModel => ({
  reader: 'opencv',
  chain: [
    toRgb,
    step('ShortSideResizeTransformer', { short_size: 256, interpolation: 'INTER_CUBIC', data_type: 'uint8' }),
    step('CenterCropTransformer', { crop_size: 224, data_type: 'uint8' }),
    step('ResizeTransformer', { target_size: [size, size], mode: 'opencv', interpolation: 'INTER_CUBIC' }),
    rgbToNv12,
  ],
})

const letterbox = (size: number, padValue: number, position: 'boundary' | 'bottom_right'): EvalModel =>
  opencv(step('PadResizeTransformer', { target_size: [size, size], pad_value: padValue, pad_position: position }))

const resize = (height: number, width: number, mode: 'opencv' | 'skimage' = 'opencv'): EvalModel =>
  opencv(step('ResizeTransformer', { target_size: [height, width], mode }))

const pad = (size: number): EvalModel => opencv(step('PadTransformer', { size_divisor: size, target_size: size }))

const warp = (size: number): EvalModel => opencv(step('WarpAffineTransformer', { input_shape: [size, size], scale: 1 }))

const yolov4 = letterbox(512, 0, 'bottom_right')

const cityscapes = resize(1024, 2048)

export const EVAL_MODELS: Readonly<Record<string, EvalModel>> = {
  mobilenetv1: skimage(...shortSideCrop),
  mobilenetv2: skimage(...shortSideCrop),
  resnet18: opencv(...shortSideCrop),
  resnet50: opencv(...shortSideCrop),
  googlenet: opencv(...shortSideCrop),
  vargconvnet: {
    reader: 'opencv',
    chain: [
      toRgb,
      step('ResizeTransformer', { target_size: [256, 256], mode: 'skimage' }),
      step('CenterCropTransformer', { crop_size: 224 }),
      rgbToNv12,
    ],
  },
  efficientnet_lite0: lite(224),
  efficientnet_lite1: lite(240),
  efficientnet_lite2: lite(260),
  efficientnet_lite3: lite(280),
  efficientnet_lite4: lite(300),
  efficientnasnet_m: nasnet(300),
  efficientnasnet_s: nasnet(280),
  yolov2_darknet19: letterbox(608, 127, 'boundary'),
  yolov3_darknet53: letterbox(416, 127, 'boundary'),
  yolov3_vargdarknet: resize(416, 416, 'skimage'),
  yolov4,
  yolov4_efficientnetb0: yolov4,
  yolov5s: letterbox(672, 127, 'boundary'),
  yolov5x: letterbox(672, 127, 'boundary'),
  ssd_mobilenetv1: resize(300, 300),
  efficientdetd0: letterbox(512, 0, 'bottom_right'),
  centernet_resnet50: warp(512),
  centernet_resnet101: warp(512),
  fcos_efficientnetb0: pad(512),
  fcos_resnet50: pad(1024),
  fcos_resnext101: pad(1024),
  unet_mobilenet: cityscapes,
  deeplabv3plus_efficientnetb0: cityscapes,
  deeplabv3plus_efficientnetm1: cityscapes,
  deeplabv3plus_efficientnetm2: cityscapes,
  deeplabv3plus_dilation1248: cityscapes,
  fastscnn_efficientnetb0: cityscapes,
  preq_qat_fcos_efficientnetb0: letterbox(512, 0, 'bottom_right'),
  preq_qat_fcos_efficientnetb2: letterbox(768, 0, 'bottom_right'),
  preq_qat_fcos_efficientnetb3: letterbox(896, 0, 'bottom_right'),
}
