/** What a merge costs, measured. */
@NullMarked
package dev.sinter.merger.benchmark;

import org.jspecify.annotations.NullMarked;
