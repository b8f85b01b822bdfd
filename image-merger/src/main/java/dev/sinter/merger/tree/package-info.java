/** What layers hold, and the file system they make. */
@NullMarked
package dev.sinter.merger.tree;

import org.jspecify.annotations.NullMarked;
