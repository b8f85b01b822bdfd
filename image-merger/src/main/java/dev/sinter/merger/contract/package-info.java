/** How an image is started, and what that tells of how it can be captured. */
@NullMarked
package dev.sinter.merger.contract;

import org.jspecify.annotations.NullMarked;
