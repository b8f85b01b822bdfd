/** What is said of a fused image beside it: where it comes from, what is in it, who vouches for it. */
@NullMarked
package dev.sinter.merger.supply;

import org.jspecify.annotations.NullMarked;
