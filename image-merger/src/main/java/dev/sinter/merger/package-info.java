/**
 * Front door of the image merger: {@link dev.sinter.merger.ImageMerger} says what may share a workload and builds the
 * fused image.
 */
@NullMarked
package dev.sinter.merger;

import org.jspecify.annotations.NullMarked;
