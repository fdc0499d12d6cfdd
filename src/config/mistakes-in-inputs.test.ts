/** What a user reads for wrong inputs. */
import { describe, expect, test } from 'vitest'
import { answer, GOOD, TWO, withShape } from '../../test/support/yaml-texts.ts'

describe('mistakes in input_parameters', () => {
  test('layouts swapped', () => {
    expect(answer(withShape('1x224x224x3'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:8:23 the shape 1x224x224x3 looks like NHWC, not NCHW (rgb has 3 channels)
        input_layout_train: 'NCHW'
                            ^
      fix: correct this line"
    `)
  })
  test('two layouts swapped', () => {
    expect(answer(TWO.replace("'NCHW;NHWC'", "'NHWC;NCHW'"))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:8:23 the shape 1x3x64x64 looks like NCHW, not NHWC (bgr has 3 channels)
        input_layout_train: 'NHWC;NCHW'
                            ^
      net.yaml:8:23 the shape 1x64x64x3 looks like NHWC, not NCHW (rgb has 3 channels)
        input_layout_train: 'NHWC;NCHW'
                            ^
      fix: correct these 2 places"
    `)
  })
  test('an odd size for nv12', () => {
    expect(answer(withShape('1x3x225x224'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:9:18 nv12 needs even height and width, not 225 x 224: use rgb or bgr, or a model with an even input size
        input_type_rt: 'nv12'
                       ^
      fix: correct this line"
    `)
  })
  test('a shape with a hole', () => {
    expect(answer(withShape('1x3x224x'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:6:16 '1x3x224x' is no shape: write it like 1x3x224x224
        input_shape: '1x3x224x'
                     ^
      fix: correct this line"
    `)
  })
  test('a shape with zero', () => {
    expect(answer(withShape('1x3x0x224'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:6:16 '1x3x0x224' is no shape: write it like 1x3x224x224
        input_shape: '1x3x0x224'
                     ^
      fix: correct this line"
    `)
  })
  test('channels that do not fit the colour', () => {
    expect(answer(withShape('1x4x224x224'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:6:16 1x4x224x224 has 4 channels in NCHW, but rgb has 3
        input_shape: '1x4x224x224'
                     ^
      fix: correct this line"
    `)
  })
  test('three dimensions for an image', () => {
    expect(answer(withShape('3x224x224'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:6:16 3x224x224 has 3 dimensions, an image has 4: use featuremap, or correct it
        input_shape: '3x224x224'
                     ^
      fix: correct this line"
    `)
  })
  test('a mean list of wrong length', () => {
    expect(answer(GOOD.replace('123.68 116.78 103.94', '123.68 116.78'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:11:15 'mean_value' has 2 numbers for 3 channel(s): give one number, or 3 separated by spaces
        mean_value: '123.68 116.78'
                    ^
      fix: correct this line"
    `)
  })
  test('a mean list with decimal commas', () => {
    expect(answer(GOOD.replace('123.68 116.78 103.94', '123,68 x'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:11:15 'mean_value' takes numbers separated by spaces, not '123,68 x'
        mean_value: '123,68 x'
                    ^
      fix: correct this line"
    `)
  })
  test('channels separated as inputs are', () => {
    expect(answer(GOOD.replace('123.68 116.78 103.94', '123.68;116.78;103.94'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:11:15 'mean_value' has 3 value(s), but there are 1 input(s): separate the numbers of one input by spaces, inputs by ;
        mean_value: '123.68;116.78;103.94'
                    ^
      fix: correct this line"
    `)
  })
  test('a scale of zero', () => {
    expect(answer(GOOD.replace('0.017', '0'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:12:16 'scale_value' is 0: give 1 / standard deviation, it multiplies
        scale_value: '0'
                     ^
      fix: correct this line"
    `)
  })
  test('an infinite scale', () => {
    expect(answer(GOOD.replace('0.017', '1e999'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:12:16 'scale_value' takes numbers separated by spaces, not '1e999'
        scale_value: '1e999'
                     ^
      fix: correct this line"
    `)
  })
  test('mean without its values', () => {
    expect(answer(GOOD.replace(/ *mean_value.*\n/, ''))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:4:1 'mean_value' is missing in input_parameters: norm_type data_mean_and_scale needs it
      input_parameters:
      ^
      fix: add the key"
    `)
  })
  test('a pair that does not go together', () => {
    expect(answer(GOOD.replace('nv12', 'gray'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:9:18 a model trained on rgb cannot be fed with gray; possible: nv12, yuv444, rgb, bgr
        input_type_rt: 'gray'
                       ^
      fix: correct this line"
    `)
  })
  test('gray fed with nv12', () => {
    expect(answer(GOOD.replace("'rgb'", "'gray'").replace('123.68 116.78 103.94', '128'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:9:18 a model trained on gray cannot be fed with nv12; possible: gray
        input_type_rt: 'nv12'
                       ^
      fix: correct this line"
    `)
  })
  test('video range without nv12', () => {
    expect(answer(GOOD.replace("'nv12'", "'rgb'\n  input_space_and_range: 'bt601_video'"))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:10:26 bt601_video goes with input_type_rt: nv12 only
        input_space_and_range: 'bt601_video'
                               ^
      fix: correct this line"
    `)
  })
  test('one count of several wrong', () => {
    expect(answer(TWO.replace("rt: 'bgr;rgb'", "rt: 'bgr'"))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:9:18 'input_type_rt' has 1 value(s), but there are 2 input(s): give one per input, separated by ;
        input_type_rt: 'bgr'
                       ^
      fix: correct this line"
    `)
  })
  test('a name too many', () => {
    expect(answer(GOOD.replace("input_name: ''", "input_name: 'a;b'"))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:5:15 'input_name' has 2 value(s), but there are 1 input(s): give one per input, separated by ;
        input_name: 'a;b'
                    ^
      fix: correct this line"
    `)
  })
  test('an empty entry of a list', () => {
    expect(answer(TWO.replace("rt: 'bgr;rgb'", "rt: ';rgb'"))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:9:18 'input_type_rt' has an empty value: give one per input, separated by ;
        input_type_rt: ';rgb'
                       ^
      fix: correct this line"
    `)
  })
  test('folders that do not match the inputs', () => {
    expect(answer(GOOD.replace("'./cal'", "'./cal;./other'"))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:14:17 'cal_data_dir' has 2 folder(s) for 1 input(s): give one per input, separated by ;
        cal_data_dir: './cal;./other'
                      ^
      fix: correct this line"
    `)
  })
  test('data types that do not match the inputs', () => {
    expect(answer(TWO.replace("'uint8;float32'", "'uint8;float32;uint8'"))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:12:18 'cal_data_type' has 3 value(s) for 2 input(s): give one, or one per input, separated by ;
        cal_data_type: 'uint8;float32;uint8'
                       ^
      fix: correct this line"
    `)
  })
})
