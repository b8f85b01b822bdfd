/** Lays several file systems over each other, and writes the layers that are new. */
@NullMarked
package dev.sinter.merger.fuse;

import org.jspecify.annotations.NullMarked;
