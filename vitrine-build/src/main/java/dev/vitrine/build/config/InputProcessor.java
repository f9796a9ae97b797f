package dev.vitrine.build.config;

import java.util.List;

/**
 * What a program that runs the compiled model hands over ({@code src}), and what the model itself
 * takes ({@code tensor}).
 *
 * @param tensorName the input, or DEFAULT for all
 * @param srcExtraShapes further sizes that are compiled with the same weights; as many for each
 *     input
 * @param mean of pixels 0…255; empty: the calibration's
 * @param std of pixels 0…255; empty: the calibration's
 */
public record InputProcessor(
    @Setting String tensorName,
    @Setting ColorSpace tensorFormat,
    @Setting(value = "NCHW") Layout tensorLayout,
    @Setting ColorSpace srcFormat,
    @Setting(value = "NCHW") Layout srcLayout,
    @Setting(value = "FP32") DataType srcDtype,
    @Setting List<ExtraShape> srcExtraShapes,
    @Setting CscMode cscMode,
    @Setting List<Double> cscMat,
    @Setting List<Double> mean,
    @Setting List<Double> std,
    @Setting List<Integer> padding,
    @Setting(value = "constant") String paddingMode,
    @Setting double paddingConstantValue,
    @Setting List<Integer> slicing,
    @Setting double scale,
    @Setting double zeropoint) {

  /**
   * Another shape that the input may have.
   *
   * @param shape all of its sizes, of the model's input or of what is handed over
   */
  public record ExtraShape(@Setting List<Integer> shape) {}

  /** What the channels of a pixel are. */
  public enum ColorSpace {
    /** Not said. */
    AutoColorSpace,
    GRAY,
    BGR,
    RGB,
    RGBA,
    /** NV12: a plane of luma, then one of pairs of Cb and Cr for 2×2 pixels. */
    YUV420SP,
    /** NV21: as NV12 with Cr before Cb. */
    YVU420SP,
    YUYV422,
    UYVY422,
    RAW
  }

  /** Where the channels stand. */
  public enum Layout {
    DefaultLayout,
    NHWC,
    NCHW
  }

  /** How YUV becomes RGB. */
  public enum CscMode {
    NoCSC,
    /** By the twelve numbers of {@code csc_mat}. */
    Matrix,
    /** BT.601 with luma 0…255. */
    FullRange,
    /** BT.601 with luma 16…235. */
    LimitedRange
  }
}
